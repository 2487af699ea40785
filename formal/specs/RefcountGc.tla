----------------------------- MODULE RefcountGc -----------------------------
(***************************************************************************)
(* How extents are counted, found again by content, collected and erased,   *)
(* in front of a journal that a crash may cut anywhere behind its last       *)
(* force.                                                                    *)
(*                                                                           *)
(* Everything rests on one rule: a reference counts from the moment its       *)
(* record is applied, and ceases to count only when the record that drops it  *)
(* is durable.  A count of zero then means that no state which a crash could  *)
(* bring back refers to the extent.                                           *)
(*                                                                           *)
(* An object is an extent's bytes under a physical name, <<extent, copy>>.    *)
(* A fresh copy is one that occurs nowhere any more, which keeps the model     *)
(* finite; what a reused name could do to a delete that lands late is the     *)
(* subject of Fencing.                                                        *)
(*                                                                           *)
(* Not modelled: how the journal holds its records (Journal does); extents    *)
(* that lie in the journal or in packs; discriminators; time; damage, but     *)
(* for its consequence that a put which finds an extent may store it again.   *)
(* A node's references to other extents are names that its put sets and its   *)
(* sweep clears, by a record that sets several at once.                       *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Extent,     \* content ids
    Handle,     \* references that puts and retains take
    Name,       \* names that are bound
    Writer,     \* threads that put, retain or bind
    Reader,     \* threads that hold a pin
    Copy,       \* physical names: life and counter
    MaxTail,    \* records applied and not yet durable
    None

VARIABLES
    base,       \* what the durable records add up to: [refs, home]
    tail,       \* records applied, not yet durable: CommandApplier.drops and erasures are what waits for them
    count,      \* Extent -> Nat                  ExtentEntry.count
    job,        \* Writer -> job or None          a put, retain or bind under way: PutTask and Reservations
    view,       \* Reader -> extents or None      what a pinned reader may be reading: Pins
    mark,       \* Extent -> readers or None      Marks: the readers that the sweep must outwait
    dying,      \* Extent                         Reservations: condemned, the sweep not yet applied
    loose,      \* objects                        stored, not yet synced
    solid,      \* objects                        stored and synced
    dead        \* objects                        durably without an entry: CommandApplier.erasable

vars == <<base, tail, count, job, view, mark, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
Ref    == Handle \cup Name
Object == Extent \X Copy
Stored == loose \cup solid

(* A record sets references, and says where an extent's bytes are if that      *)
(* changes: None when it is swept.                                             *)
Record(sets, e, c) == [sets |-> sets, extent |-> e, copy |-> c]
Setting(r, e)      == [x \in {r} |-> e]
Nothing            == [x \in {} |-> None]

(* The state after a record: refs is Ref -> Extent or None, home is            *)
(* Extent -> Copy or None.                                                     *)
After(s, x) ==
    [refs |-> [r \in Ref |-> IF r \in DOMAIN x.sets THEN x.sets[r] ELSE s.refs[r]],
     home |-> [e \in Extent |-> IF e = x.extent THEN x.copy ELSE s.home[e]]]

RECURSIVE Replay(_, _)
Replay(s, q) == IF q = <<>> THEN s ELSE Replay(After(s, Head(q)), Tail(q))

Now      == Replay(base, tail)                                \* Catalog: what is applied
Possible == {Replay(base, SubSeq(tail, 1, n)) : n \in 0..Len(tail)}

Taken(x, e)   == Cardinality({r \in DOMAIN x.sets : x.sets[r] = e})
Uses(s, e)    == Cardinality({r \in Ref : s.refs[r] = e})

RECURSIVE Targets(_, _)
Targets(q, e) == IF q = <<>> THEN 0 ELSE Taken(Head(q), e) + Targets(Tail(q), e)

Counted(s, q) == [e \in Extent |-> Uses(s, e) + Targets(q, e)]
Named(s)      == {s.refs[r] : r \in Ref} \ {None}

Jobs          == {job[w] : w \in Writer} \ {None}
Held          == {j.extent : j \in Jobs}
UnderWay      == {<<j.extent, j.copy>> : j \in {k \in Jobs : k.copy # None}}
BeingStored   == LET s == Now IN {j.extent : j \in {k \in Jobs : k.stage # "held" /\ s.home[k.extent] = None}}
Active        == {p \in Reader : view[p] # None}

Fresh(e)      == LET used == Stored \cup UnderWay \cup dead \cup {<<e, s.home[e]>> : s \in Possible}
                 IN  {c \in Copy : <<e, c>> \notin used}

Job(stage, e, c) == [stage |-> stage, extent |-> e, copy |-> c]

Init ==
    /\ base  = [refs |-> [r \in Ref |-> None], home |-> [e \in Extent |-> None]]
    /\ tail  = <<>>
    /\ count = [e \in Extent |-> 0]
    /\ job   = [w \in Writer |-> None]
    /\ view  = [p \in Reader |-> None]
    /\ mark  = [e \in Extent |-> None]
    /\ dying = {} /\ loose = {} /\ solid = {} /\ dead = {}

-----------------------------------------------------------------------------
(* Writers                                                                    *)

Admit(w, e) ==                            \* Liveness.admit
    /\ job[w] = None
    /\ e \notin dying \cup BeingStored
    /\ IF Now.home[e] # None
       THEN /\ job'  = [job EXCEPT ![w] = Job("held", e, None)]
            /\ mark' = [mark EXCEPT ![e] = None]       \* whoever finds it from now on is not in the mark
       ELSE /\ job'  = [job EXCEPT ![w] = Job("storing", e, None)]
            /\ UNCHANGED mark
    /\ UNCHANGED <<base, tail, count, view, dying, loose, solid, dead>>

Hold(w, e) ==                             \* Liveness.hold: for a retain or bind
    /\ job[w] = None
    /\ e \notin dying
    /\ Now.home[e] # None
    /\ count[e] > 0 \/ e \in Held
    /\ job' = [job EXCEPT ![w] = Job("held", e, None)]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, loose, solid, dead>>

Store(w, c) ==                            \* PutStages.store; what was found may be damaged, then it is stored again
    /\ job[w] # None /\ job[w].stage \in {"storing", "held"}
    /\ c \in Fresh(job[w].extent)
    /\ loose' = loose \cup {<<job[w].extent, c>>}
    /\ job'   = [job EXCEPT ![w] = Job("stored", job[w].extent, c)]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, solid, dead>>

Harden(w) ==                              \* PutStages.harden
    /\ job[w] # None /\ job[w].stage = "stored"
    /\ LET o == <<job[w].extent, job[w].copy>>
       IN  loose' = loose \ {o} /\ solid' = solid \cup {o}
    /\ job' = [job EXCEPT ![w].stage = "hard"]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, dead>>

Write(x) ==                               \* CommitStage: append, write, apply
    /\ Len(tail) < MaxTail
    /\ tail'  = Append(tail, x)
    /\ count' = [e \in Extent |-> count[e] + Taken(x, e)]

Where(j) == IF j.copy = None THEN None ELSE j.extent          \* whose home its record sets

Commit(w, h) ==                           \* Command.Put or Command.Retain: a reference of its own
    /\ job[w] # None /\ job[w].stage \in {"held", "hard"}
    /\ Now.refs[h] = None
    /\ Write(Record(Setting(h, job[w].extent), Where(job[w]), job[w].copy))
    /\ job' = [job EXCEPT ![w] = None]
    /\ UNCHANGED <<base, view, mark, dying, loose, solid, dead>>

Keep(w) ==                                \* Command.Put of a part: stored, referred to by nothing, and held on
    /\ job[w] # None /\ job[w].stage = "hard"
    /\ Write(Record(Nothing, job[w].extent, job[w].copy))
    /\ job' = [job EXCEPT ![w] = Job("held", job[w].extent, None)]
    /\ UNCHANGED <<base, view, mark, dying, loose, solid, dead>>

Bind(w, n) ==                             \* Command.Bind; of what is bound already it changes nothing
    /\ job[w] # None /\ job[w].stage = "held"
    /\ Write(Record(IF Now.refs[n] = job[w].extent THEN Nothing ELSE Setting(n, job[w].extent), None, None))
    /\ job' = [job EXCEPT ![w] = None]
    /\ UNCHANGED <<base, view, mark, dying, loose, solid, dead>>

GiveUp(w) ==                              \* PutStages.fail
    /\ job[w] # None
    /\ LET o == <<job[w].extent, job[w].copy>>
       IN  loose' = loose \ {o} /\ solid' = solid \ {o}
    /\ job' = [job EXCEPT ![w] = None]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, dead>>

Abandon(w) ==                             \* PutStages.fail, and what it has stored cannot be deleted
    /\ job[w] # None /\ job[w].copy # None
    /\ job' = [job EXCEPT ![w] = None]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, loose, solid, dead>>

Release(r) ==                             \* Command.Release or Command.Unbind
    /\ Now.refs[r] # None
    /\ Write(Record(Setting(r, None), None, None))
    /\ UNCHANGED <<base, job, view, mark, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
(* The force, after which what was dropped counts no longer                   *)

RECURSIVE Dropped(_, _, _)
Dropped(s, q, e) ==                       \* how many references to e the records end
    IF q = <<>> THEN 0
    ELSE Cardinality({r \in DOMAIN Head(q).sets : s.refs[r] = e}) + Dropped(After(s, Head(q)), Tail(q), e)

RECURSIVE Vacated(_, _)
Vacated(s, q) ==                          \* the objects that the records leave without an entry
    IF q = <<>> THEN {}
    ELSE LET e == Head(q).extent
         IN  Vacated(After(s, Head(q)), Tail(q))
                 \cup (IF e = None THEN {} ELSE IF s.home[e] = None THEN {} ELSE {<<e, s.home[e]>>})

Fallen(q) == {e \in Extent : Dropped(base, q, e) > 0}

Force(q) ==                               \* Catalog.durable: everything in q is durable
    /\ base'  = Replay(base, q)
    /\ tail'  = <<>>
    /\ count' = [e \in Extent |-> count[e] - Dropped(base, q, e)]
    /\ dead'  = dead \cup Vacated(base, q)

Sync ==
    /\ tail # <<>>
    /\ Force(tail)
    /\ mark' = [e \in Extent |-> IF e \in Fallen(tail) THEN None ELSE mark[e]]
    /\ UNCHANGED <<job, view, dying, loose, solid>>

-----------------------------------------------------------------------------
(* Readers                                                                    *)

Seen == LET s == Now IN Named(s) \cup {e \in Held : s.home[e] # None}         \* Catalog.findLive

Pin(p) ==                                 \* Pins.pin
    /\ view[p] = None
    /\ view' = [view EXCEPT ![p] = Seen]
    /\ UNCHANGED <<base, tail, count, job, mark, dying, loose, solid, dead>>

Unpin(p) ==                               \* Pins.Pin.close
    /\ view[p] # None
    /\ view' = [view EXCEPT ![p] = None]
    /\ mark' = [e \in Extent |-> IF mark[e] = None THEN None ELSE mark[e] \ {p}]
    /\ UNCHANGED <<base, tail, count, job, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
(* The collector                                                              *)

Mark(e) ==                                \* Liveness.mark
    /\ Now.home[e] # None
    /\ e \notin dying \cup Held
    /\ count[e] = 0
    /\ mark[e] = None
    /\ mark' = [mark EXCEPT ![e] = Active]
    /\ UNCHANGED <<base, tail, count, job, view, dying, loose, solid, dead>>

Condemn(e) ==                             \* Liveness.condemn: one critical section, as Admit is
    /\ mark[e] = {}
    /\ count[e] = 0
    /\ e \notin Held
    /\ e \notin dying
    /\ dying' = dying \cup {e}
    /\ UNCHANGED <<base, tail, count, job, view, mark, loose, solid, dead>>

Reprieve(e) ==                            \* Liveness.reprieve: its sweep could not be committed
    /\ e \in dying
    /\ dying' = dying \ {e}
    /\ UNCHANGED <<base, tail, count, job, view, mark, loose, solid, dead>>

Sweep(e) ==                               \* Command.Sweep, forced before it is applied
    /\ e \in dying
    /\ LET q == Append(tail, Record(Nothing, e, None))
       IN  /\ Force(q)
           /\ mark' = [f \in Extent |-> IF f = e \/ f \in Fallen(q) THEN None ELSE mark[f]]
    /\ dying' = dying \ {e}
    /\ UNCHANGED <<job, view, loose, solid>>

Erase(o) ==                               \* Collector.eraseDead
    /\ o \in dead
    /\ dead'  = dead \ {o}
    /\ solid' = solid \ {o}
    /\ UNCHANGED <<base, tail, count, job, view, mark, dying, loose>>

Forget(o) ==                              \* Collector.eraseDead, and it cannot be deleted
    /\ o \in dead
    /\ dead' = dead \ {o}
    /\ UNCHANGED <<base, tail, count, job, view, mark, dying, loose, solid>>

Orphan(o) ==                              \* Orphans.step: nobody stores it, and no entry that a crash could bring back names it
    /\ o \in Stored \ (UnderWay \cup dead)
    /\ \A s \in Possible : s.home[o[1]] # o[2]
    /\ loose' = loose \ {o} /\ solid' = solid \ {o}
    /\ UNCHANGED <<base, tail, count, job, view, mark, dying, dead>>

-----------------------------------------------------------------------------
(* A crash and the recovery after it.  Records behind the last force are kept  *)
(* up to anywhere, loose bytes are kept or not, memory is gone.                *)

CrashTo(n, kept) ==
    /\ base'  = Replay(base, SubSeq(tail, 1, n))
    /\ tail'  = <<>>
    /\ count' = Counted(base', <<>>)
    /\ job'   = [w \in Writer |-> None]
    /\ view'  = [p \in Reader |-> None]
    /\ mark'  = [e \in Extent |-> None]
    /\ solid' = solid \cup kept
    /\ dying' = {} /\ loose' = {} /\ dead' = {}

Crash == \E n \in 0..Len(tail), kept \in SUBSET loose : CrashTo(n, kept)

-----------------------------------------------------------------------------
Next == \/ \E w \in Writer : \/ \E e \in Extent : Admit(w, e) \/ Hold(w, e)
                             \/ \E c \in Copy   : Store(w, c)
                             \/ \E h \in Handle : Commit(w, h)
                             \/ \E n \in Name   : Bind(w, n)
                             \/ Harden(w) \/ Keep(w) \/ GiveUp(w) \/ Abandon(w)
        \/ \E r \in Ref    : Release(r)
        \/ Sync
        \/ \E p \in Reader : Pin(p) \/ Unpin(p)
        \/ \E e \in Extent : Mark(e) \/ Condemn(e) \/ Reprieve(e) \/ Sweep(e)
        \/ \E o \in Object : Erase(o) \/ Forget(o) \/ Orphan(o)
        \/ Crash

Spec == Init /\ [][Next]_vars

Fair == /\ WF_vars(Sync)
        /\ \A w \in Writer : WF_vars(GiveUp(w))
        /\ \A p \in Reader : WF_vars(Unpin(p))
        /\ \A e \in Extent : WF_vars(Mark(e)) /\ SF_vars(Condemn(e)) /\ SF_vars(Sweep(e))
        /\ \A o \in Object : WF_vars(Erase(o)) /\ WF_vars(Orphan(o))

FairSpec == Spec /\ Fair

-----------------------------------------------------------------------------
(* What holds in every state                                                  *)

TypeOK ==
    /\ base.refs \in [Ref -> Extent \cup {None}] /\ base.home \in [Extent -> Copy \cup {None}]
    /\ Len(tail) <= MaxTail
    /\ count \in [Extent -> Nat]
    /\ \A p \in Reader : view[p] # None => view[p] \subseteq Extent
    /\ \A e \in Extent : mark[e] # None => mark[e] \subseteq Reader
    /\ dying \subseteq Extent /\ loose \subseteq Object /\ solid \subseteq Object /\ dead \subseteq Object

There(s, e) == s.home[e] # None /\ <<e, s.home[e]>> \in solid

(* Whatever a crash brings back, each of its references leads to durable bytes. *)
NoDangling == \A s \in Possible : \A e \in Named(s) : There(s, e)

(* An entry, referred to or not, never outlives its bytes. *)
NoGhost == \A s \in Possible : \A e \in Extent : s.home[e] # None => There(s, e)

(* What a put, retain or bind counts on stays, and so does what it has stored. *)
HeldStays == LET s == Now IN \A j \in Jobs :
    /\ j.stage = "held" => j.extent \notin dying /\ There(s, j.extent)
    /\ j.stage = "stored" => <<j.extent, j.copy>> \in loose
    /\ j.stage = "hard" => <<j.extent, j.copy>> \in solid

(* A pinned reader finds the bytes of everything that was named or held when it began. *)
PinnedStays == LET s == Now IN \A p \in Active : \A e \in view[p] : e \notin dying /\ There(s, e)

(* Counts are what a recount from the references would give. *)
CountsExact == count = Counted(base, tail)

(* A mark speaks of garbage: what came back lost it. *)
MarksGarbage == LET held == Held IN \A e \in Extent : mark[e] # None => count[e] = 0 /\ e \notin held

(* One copy at most is being made of an extent that the catalog does not have. *)
OneStorer == LET new == BeingStored IN \A v, w \in Writer :
    (v # w /\ job[v] # None /\ job[w] # None /\ job[v].extent = job[w].extent) => job[v].extent \notin new

(* What is not referred to is gone in the end, once crashes end. *)
Wanted(o)      == o \in UnderWay \/ \E s \in Possible : o[1] \in Named(s) /\ s.home[o[1]] = o[2]
NoLeak         == \A o \in Object : (o \in Stored) ~> (o \notin Stored \/ Wanted(o) \/ o[1] \in Held)
NoLeakOnceCalm == <>[][~Crash]_vars => NoLeak
=============================================================================
