------------------------------ MODULE TierMove ------------------------------
(***************************************************************************)
(* How one extent is put into a stack of tiers, moved between them, cached,   *)
(* leased and forgotten, in front of a journal that a crash may cut anywhere  *)
(* behind its last force.  One extent is enough: extents share the journal    *)
(* and nothing else.                                                         *)
(*                                                                           *)
(* A move is copy, harden, verify, switch, delete.  The switch is a record;   *)
(* until it is durable the old copy is home, and afterwards too if the crash  *)
(* cuts it off.  A put is a move from nowhere: write-through puts into a far   *)
(* tier and caches what it likes, write-back puts into a near one and owes    *)
(* the move.  What a cache holds is nobody's state.                          *)
(*                                                                           *)
(* An object is a copy under a physical name, <<tier, name>>.  A fresh name   *)
(* is one that occurs nowhere any more, not even in a delete under way, which *)
(* keeps the model finite; the code never reuses one.                        *)
(*                                                                           *)
(* Proved: whatever a crash brings back, its home and every object leased in   *)
(* it are durable, right and not about to be deleted (HomeStands, LeaseStands, *)
(* NoneDoomed); a pinned reader gets the right bytes, whatever the caches do    *)
(* (PinStands, ReadsRight); a move never undoes what happened meanwhile        *)
(* (InTurn); strays go, moves end, and what is owed to a far tier gets there.    *)
(*                                                                           *)
(* Not modelled: how many moves may be owed (a bound of the queue), when to   *)
(* promote and demote, rate limits, a tier that loses what it had synced       *)
(* (ErasureQuorum), a second process that writes (Fencing).                   *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Near,       \* durable tiers that a write-back put may end in
    Far,        \* tiers that extents belong in
    Cache,      \* tiers, or parts of tiers, that may lose anything at any time
    Name,       \* physical names
    Reader,     \* threads that read
    Holder,     \* followers and restore points: holders of durable leases
    MaxTail,    \* records applied and not yet durable
    None

VARIABLES
    base,       \* what the durable records add up to: [home, lease]       the catalog's placement
    tail,       \* records applied, not yet durable
    job,        \* the put or move under way, or None                      the tier mover's queue
    view,       \* Reader -> [at, got] or None                             Pins, and what a read brought
    cache,      \* Cache -> "none", "right" or "wrong"                     cached copies
    loose,      \* objects                                                 stored, not yet synced
    solid,      \* objects                                                 stored and synced
    wrong,      \* objects whose bytes are not the extent's
    going       \* objects                                                 deletes sent, not yet landed

vars == <<base, tail, job, view, cache, loose, solid, wrong, going>>

-----------------------------------------------------------------------------
Tier   == Near \cup Far
Object == Tier \X Name
Stored == loose \cup solid

Placing(from, to) == [kind |-> "place", from |-> from, to |-> to]
Leasing(h, o)     == [kind |-> "lease", holder |-> h, at |-> o]

After(s, x) == IF x.kind = "place" THEN [s EXCEPT !.home = x.to] ELSE [s EXCEPT !.lease[x.holder] = x.at]

RECURSIVE Replay(_, _)
Replay(s, q) == IF q = <<>> THEN s ELSE Replay(After(s, Head(q)), Tail(q))

Now      == Replay(base, tail)
Possible == {Replay(base, SubSeq(tail, 1, n)) : n \in 0..Len(tail)}

Leased(s)  == {s.lease[h] : h \in Holder} \ {None}
Pinned     == {view[p].at : p \in {r \in Reader : view[r] # None}}
Moving     == IF job = None THEN {} ELSE {job.from, job.to} \ {None}
CountedOn  == Pinned \cup Moving \cup ((UNION {Leased(s) \cup {s.home} : s \in Possible}) \ {None})

Fresh(t) == {n \in Name : <<t, n>> \notin Stored \cup going \cup CountedOn}

Init ==
    /\ base  = [home |-> None, lease |-> [h \in Holder |-> None]]
    /\ tail  = <<>>
    /\ job   = None
    /\ view  = [p \in Reader |-> None]
    /\ cache = [c \in Cache |-> "none"]
    /\ loose = {} /\ solid = {} /\ wrong = {} /\ going = {}

Write(x) ==
    /\ Len(tail) < MaxTail
    /\ tail' = Append(tail, x)

-----------------------------------------------------------------------------
(* Puts and moves                                                             *)

Begin(t) ==                               \* a put if there is no home yet, else a move
    /\ job = None
    /\ Now.home # None => Now.home[1] # t
    /\ \E n \in Fresh(t) : job' = [stage |-> "copying", from |-> Now.home, to |-> <<t, n>>]
    /\ UNCHANGED <<base, tail, view, cache, loose, solid, wrong, going>>

Copy(right) ==                            \* the way there may spoil the bytes
    /\ job # None /\ job.stage = "copying"
    /\ loose' = loose \cup {job.to}
    /\ wrong' = IF right THEN wrong ELSE wrong \cup {job.to}
    /\ job'   = [job EXCEPT !.stage = "stored"]
    /\ UNCHANGED <<base, tail, view, cache, solid, going>>

Harden ==                                 \* ExtentBackend.sync
    /\ job # None /\ job.stage = "stored"
    /\ loose' = loose \ {job.to} /\ solid' = solid \cup {job.to}
    /\ job'   = [job EXCEPT !.stage = "hard"]
    /\ UNCHANGED <<base, tail, view, cache, wrong, going>>

Verify ==                                 \* read back, as the tier would give it after a crash
    /\ job # None /\ job.stage = "hard"
    /\ job.to \notin wrong
    /\ job' = [job EXCEPT !.stage = "verified"]
    /\ UNCHANGED <<base, tail, view, cache, loose, solid, wrong, going>>

Switch ==                                 \* an ordinary command, checked again where it is applied
    /\ job # None /\ job.stage = "verified"
    /\ Now.home = job.from
    /\ Write(Placing(job.from, job.to))
    /\ job' = None
    /\ UNCHANGED <<base, view, cache, loose, solid, wrong, going>>

Quit ==
    /\ job # None
    /\ job' = None
    /\ UNCHANGED <<base, tail, view, cache, loose, solid, wrong, going>>

GiveUp == Quit /\ (job.to \in wrong \/ Now.home # job.from)         \* it can come to nothing
Refuse == Quit                                                      \* a tier that is full, slow or gone

Forget ==                                 \* Catalog.sweep: nothing refers to the extent any more
    /\ Now.home # None
    /\ Write(Placing(Now.home, None))
    /\ UNCHANGED <<base, job, view, cache, loose, solid, wrong, going>>

Sync ==
    /\ tail # <<>>
    /\ base' = Now /\ tail' = <<>>
    /\ UNCHANGED <<job, view, cache, loose, solid, wrong, going>>

-----------------------------------------------------------------------------
(* Leases, which are records, and readers, which hold a pin while they read     *)

Lease(h) ==
    /\ Now.lease[h] = None /\ Now.home # None
    /\ Write(Leasing(h, Now.home))
    /\ UNCHANGED <<base, job, view, cache, loose, solid, wrong, going>>

EndLease(h) ==
    /\ Now.lease[h] # None
    /\ Write(Leasing(h, None))
    /\ UNCHANGED <<base, job, view, cache, loose, solid, wrong, going>>

Open(p) ==                                \* Pins.pin, in one critical section with the look at the catalog
    /\ view[p] = None /\ Now.home # None
    /\ view' = [view EXCEPT ![p] = [at |-> Now.home, got |-> None]]
    /\ UNCHANGED <<base, tail, job, cache, loose, solid, wrong, going>>

ReadCached(p, c) ==                       \* verified like any other read: wrong bytes are dropped
    /\ view[p] # None /\ view[p].got = None
    /\ cache[c] # "none"
    /\ IF cache[c] = "right"
       THEN view' = [view EXCEPT ![p].got = "right"] /\ UNCHANGED cache
       ELSE cache' = [cache EXCEPT ![c] = "none"] /\ UNCHANGED view
    /\ UNCHANGED <<base, tail, job, loose, solid, wrong, going>>

ReadHome(p) ==
    /\ view[p] # None /\ view[p].got = None
    /\ view' = [view EXCEPT ![p].got = IF @ # None \/ view[p].at \in Stored \ wrong THEN "right" ELSE "damaged"]
    /\ UNCHANGED <<base, tail, job, cache, loose, solid, wrong, going>>

Close(p) ==
    /\ view[p] # None
    /\ view' = [view EXCEPT ![p] = None]
    /\ UNCHANGED <<base, tail, job, cache, loose, solid, wrong, going>>

Promote(c, what) ==                       \* a read or a write-through put leaves a copy behind
    /\ cache[c] = "none" /\ Now.home # None
    /\ cache' = [cache EXCEPT ![c] = what]
    /\ UNCHANGED <<base, tail, job, view, loose, solid, wrong, going>>

Vanish(c) ==
    /\ cache[c] # "none"
    /\ cache' = [cache EXCEPT ![c] = "none"]
    /\ UNCHANGED <<base, tail, job, view, loose, solid, wrong, going>>

-----------------------------------------------------------------------------
(* Deletes: of sources, of targets given up, of what a crash left behind.  They *)
(* land whenever they like, also in the next life.                             *)

Delete(o) ==
    /\ o \in Stored \ (going \cup CountedOn)
    /\ going' = going \cup {o}
    /\ UNCHANGED <<base, tail, job, view, cache, loose, solid, wrong>>

Land(o) ==
    /\ o \in going
    /\ going' = going \ {o}
    /\ loose' = loose \ {o} /\ solid' = solid \ {o} /\ wrong' = wrong \ {o}
    /\ UNCHANGED <<base, tail, job, view, cache>>

(* Records behind the last force are kept up to anywhere; what was not synced   *)
(* is kept or lost (nothing names it, so torn is no worse); deletes under way    *)
(* land later or never.                                                        *)
Crash ==
    \E n \in 0..Len(tail), kept \in SUBSET loose, left \in SUBSET going :
        /\ base'  = Replay(base, SubSeq(tail, 1, n))
        /\ tail'  = <<>>
        /\ job'   = None
        /\ view'  = [p \in Reader |-> None]
        /\ solid' = solid \cup kept /\ loose' = {}
        /\ wrong' = wrong \ (loose \ kept)
        /\ going' = left
        /\ UNCHANGED cache

-----------------------------------------------------------------------------
Moves  == \/ \E t \in Tier : Begin(t)
          \/ \E right \in BOOLEAN : Copy(right)
          \/ Harden \/ Verify \/ Switch \/ Refuse \/ Forget
Reads  == \/ \E p \in Reader : Open(p) \/ ReadHome(p) \/ Close(p) \/ \E c \in Cache : ReadCached(p, c)
          \/ \E c \in Cache : Vanish(c) \/ \E what \in {"right", "wrong"} : Promote(c, what)
Leases == \E h \in Holder : Lease(h) \/ EndLease(h)
Erases == \E o \in Object : Delete(o) \/ Land(o)

Next == Moves \/ Sync \/ Reads \/ Leases \/ Erases \/ Crash
Spec == Init /\ [][Next]_vars

(* Strong where a full journal, another move or a spoilt copy may come between.  *)
Fair == /\ WF_vars(Sync) /\ WF_vars(Harden) /\ WF_vars(Verify) /\ WF_vars(GiveUp)
        /\ SF_vars(Copy(TRUE)) /\ SF_vars(Switch)
        /\ \A t \in Far    : SF_vars(Begin(t))
        /\ \A p \in Reader : WF_vars(Close(p))
        /\ \A o \in Object : SF_vars(Delete(o)) /\ WF_vars(Land(o))

FairSpec == Spec /\ Fair

-----------------------------------------------------------------------------
(* What holds in every state                                                  *)

TypeOK ==
    /\ base.home \in Object \cup {None} /\ base.lease \in [Holder -> Object \cup {None}]
    /\ Len(tail) <= MaxTail
    /\ cache \in [Cache -> {"none", "right", "wrong"}]
    /\ job # None => job.to \in Object /\ job.from \in Object \cup {None}
    /\ loose \cap solid = {} /\ wrong \subseteq Stored /\ going \subseteq Object

(* At every instant, and after any crash, a durable copy exists.               *)
Sound      == solid \ wrong
HomeStands == \A s \in Possible : s.home # None => s.home \in Sound

(* What is leased stays, until the end of the lease is durable.                *)
LeaseStands == \A s \in Possible : Leased(s) \subseteq Sound

PinStands  == Pinned \subseteq Sound
ReadsRight == \A p \in Reader : view[p] # None => view[p].got \in {None, "right"}

(* No delete is under way to anything that somebody counts on.                 *)
NoneDoomed == going \cap CountedOn = {}

(* A record of a move or sweep meets the extent where it says that it is.       *)
InTurn == \A i \in DOMAIN tail : tail[i].kind = "place" => tail[i].from = Replay(base, SubSeq(tail, 1, i - 1)).home

(* What nobody counts on is deleted, every move comes to an end, and write-back   *)
(* gets its due, once crashes end and tiers take what they are given.           *)
Calm    == <>[][~(Crash \/ Refuse)]_vars
NoStray == Calm => \A o \in Object : (o \in Stored) ~> (o \notin Stored \/ o \in CountedOn)
Ends    == Calm => (job # None) ~> (job = None)
Drains  == Calm => (Now.home \in Near \X Name) ~> (Now.home \notin Near \X Name)
=============================================================================
