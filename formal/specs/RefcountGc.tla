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
(* An object is an extent's bytes under a physical name, <<extent, name>>.    *)
(* A fresh name is one that occurs nowhere any more, which keeps the model     *)
(* finite; what a reused name could do to a delete that lands late is the     *)
(* subject of Fencing.                                                        *)
(*                                                                           *)
(* Not modelled: how the journal holds its records (Journal does), edges       *)
(* from one extent to another (a node's references end with its sweep, as     *)
(* names end with theirs), packs, discriminators, time.                       *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Extent,     \* content ids
    Ref,        \* names, and references that puts and retains take
    Writer,     \* threads that put or bind
    Reader,     \* threads that hold a pin
    Name,       \* physical names
    MaxTail,    \* records applied and not yet durable
    None

VARIABLES
    base,       \* what the durable records add up to: [refs, home]
    tail,       \* records applied, not yet durable
    count,      \* Extent -> Nat                 ExtentEntry.count
    job,        \* Writer -> job or None         a put or bind under way: Reservations
    view,       \* Reader -> objects or None     what a pinned reader may be reading
    mark,       \* Extent -> readers or None     Marks: the readers that the sweep must outwait
    dying,      \* Extent                        Reservations: condemned, the sweep not yet applied
    loose,      \* objects                       stored, not yet synced
    solid,      \* objects                       stored and synced
    dead        \* objects                       swept durably, to be erased

vars == <<base, tail, count, job, view, mark, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
Object == Extent \X Name
Stored == loose \cup solid

(* A record sets one reference, or removes an extent that has none.          *)
Setting(r, e, n) == [kind |-> "set", ref |-> r, extent |-> e, name |-> n]
Sweeping(e)      == [kind |-> "sweep", extent |-> e]

(* The state after a record: refs is Ref -> Extent or None, home is           *)
(* Extent -> physical name or None.                                           *)
After(s, x) ==
    IF x.kind = "sweep"
    THEN [s EXCEPT !.home[x.extent] = None]
    ELSE [refs |-> [s.refs EXCEPT ![x.ref] = x.extent],
          home |-> IF x.name = None THEN s.home ELSE [s.home EXCEPT ![x.extent] = x.name]]

RECURSIVE Replay(_, _)
Replay(s, q) == IF q = <<>> THEN s ELSE Replay(After(s, Head(q)), Tail(q))

Now == Replay(base, tail)                                \* Catalog: what is applied

Uses(refs, e)   == Cardinality({r \in Ref : refs[r] = e})
Targets(q, e)   == Cardinality({i \in DOMAIN q : q[i].kind = "set" /\ q[i].extent = e})
Counted(s, q)   == [e \in Extent |-> Uses(s.refs, e) + Targets(q, e)]

Named(s)        == {s.refs[r] : r \in Ref} \ {None}
Bytes(s, E)     == {<<e, s.home[e]>> : e \in E}

Jobs            == {job[w] : w \in Writer} \ {None}
Held            == {j.extent : j \in Jobs}
BeingStored     == {j.extent : j \in {k \in Jobs : k.stage # "held"}}
UnderWay        == {<<j.extent, j.name>> : j \in {k \in Jobs : k.stage # "held"}}
Active          == {p \in Reader : view[p] # None}

(* Names that occur nowhere: not stored, not in any state that a crash could  *)
(* bring back, not in a put under way.                                        *)
Possible        == {Replay(base, SubSeq(tail, 1, n)) : n \in 0..Len(tail)}
Fresh(e)        == {n \in Name : /\ <<e, n>> \notin Stored \cup UnderWay
                                 /\ \A s \in Possible : s.home[e] # n}

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

Admit(w, e) ==                            \* Catalog.admit
    /\ job[w] = None
    /\ e \notin dying \cup BeingStored
    /\ \/ /\ Now.home[e] # None           \* a hit: its bytes are there
          /\ job'  = [job EXCEPT ![w] = [stage |-> "held", extent |-> e, name |-> None]]
          /\ mark' = [mark EXCEPT ![e] = None]         \* whoever finds it from now on is not in the mark
       \/ /\ Now.home[e] = None
          /\ \E n \in Fresh(e) :
                job' = [job EXCEPT ![w] = [stage |-> "storing", extent |-> e, name |-> n]]
          /\ UNCHANGED mark
    /\ UNCHANGED <<base, tail, count, view, dying, loose, solid, dead>>

Store(w) ==                               \* ExtentBackend.put
    /\ job[w] # None /\ job[w].stage = "storing"
    /\ loose' = loose \cup {<<job[w].extent, job[w].name>>}
    /\ job'   = [job EXCEPT ![w].stage = "stored"]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, solid, dead>>

Harden(w) ==                              \* ExtentBackend.sync
    /\ job[w] # None /\ job[w].stage = "stored"
    /\ LET o == <<job[w].extent, job[w].name>>
       IN  loose' = loose \ {o} /\ solid' = solid \cup {o}
    /\ job'   = [job EXCEPT ![w].stage = "hard"]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, dead>>

Write(x) ==                               \* CommitStage: append, write, apply
    /\ Len(tail) < MaxTail
    /\ tail' = Append(tail, x)

Commit(w, r) ==                           \* the record of a put, retain or bind
    /\ job[w] # None /\ job[w].stage \in {"held", "hard"}
    /\ Write(Setting(r, job[w].extent, job[w].name))
    /\ count' = [count EXCEPT ![job[w].extent] = @ + 1]
    /\ job'   = [job EXCEPT ![w] = None]
    /\ UNCHANGED <<base, view, mark, dying, loose, solid, dead>>

GiveUp(w) ==                              \* PutStages.fail
    /\ job[w] # None
    /\ LET o == <<job[w].extent, job[w].name>>
       IN  loose' = loose \ {o} /\ solid' = solid \ {o}
    /\ job'   = [job EXCEPT ![w] = None]
    /\ UNCHANGED <<base, tail, count, view, mark, dying, dead>>

Release(r) ==                             \* the record of an unbind or release
    /\ Now.refs[r] # None
    /\ Write(Setting(r, None, None))
    /\ UNCHANGED <<base, count, job, view, mark, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
(* The force, after which what was dropped counts no longer                   *)

RECURSIVE Dropped(_, _, _)
Dropped(s, q, e) ==                       \* how many references to e the records end
    IF q = <<>> THEN 0
    ELSE LET x == Head(q)
         IN  (IF x.kind = "set" /\ s.refs[x.ref] = e THEN 1 ELSE 0) + Dropped(After(s, x), Tail(q), e)

Force(q) ==                               \* Catalog.durable: everything in q is durable
    /\ base'  = Replay(base, q)
    /\ tail'  = <<>>
    /\ count' = [e \in Extent |-> count[e] - Dropped(base, q, e)]

Fallen(q) == {e \in Extent : Dropped(base, q, e) > 0}

Sync ==
    /\ tail # <<>>
    /\ Force(tail)
    /\ mark' = [e \in Extent |-> IF e \in Fallen(tail) THEN None ELSE mark[e]]
    /\ UNCHANGED <<job, view, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
(* Readers                                                                    *)

Seen == Named(Now) \cup {e \in Held : Now.home[e] # None}         \* Catalog.findLive

Pin(p) ==                                 \* Pins.pin
    /\ view[p] = None
    /\ view' = [view EXCEPT ![p] = Bytes(Now, Seen)]
    /\ UNCHANGED <<base, tail, count, job, mark, dying, loose, solid, dead>>

Unpin(p) ==                               \* Pin.close
    /\ view[p] # None
    /\ view' = [view EXCEPT ![p] = None]
    /\ mark' = [e \in Extent |-> IF mark[e] = None THEN None ELSE mark[e] \ {p}]
    /\ UNCHANGED <<base, tail, count, job, dying, loose, solid, dead>>

-----------------------------------------------------------------------------
(* The collector                                                              *)

Mark(e) ==                                \* Catalog.mark
    /\ Now.home[e] # None
    /\ e \notin dying \cup Held
    /\ count[e] = 0
    /\ mark[e] = None
    /\ mark' = [mark EXCEPT ![e] = Active]
    /\ UNCHANGED <<base, tail, count, job, view, dying, loose, solid, dead>>

Condemn(e) ==                             \* Catalog.condemn, one critical section with Admit
    /\ mark[e] = {}
    /\ count[e] = 0
    /\ e \notin Held
    /\ e \notin dying
    /\ dying' = dying \cup {e}
    /\ UNCHANGED <<base, tail, count, job, view, mark, loose, solid, dead>>

Sweep(e) ==                               \* the record of a sweep, forced before it is applied
    /\ e \in dying
    /\ LET q == Append(tail, Sweeping(e))
       IN  /\ Force(q)
           /\ mark' = [f \in Extent |-> IF f = e \/ f \in Fallen(q) THEN None ELSE mark[f]]
    /\ dying' = dying \ {e}
    /\ dead'  = dead \cup {<<e, Now.home[e]>>}
    /\ UNCHANGED <<job, view, loose, solid>>

Erase(o) ==                               \* Collector.erase
    /\ o \in dead
    /\ dead'  = dead \ {o}
    /\ solid' = solid \ {o}
    /\ UNCHANGED <<base, tail, count, job, view, mark, dying, loose>>

Orphan(o) ==                              \* Orphans.look: no entry names it, nobody is storing it
    /\ o \in Stored \ (UnderWay \cup dead)
    /\ Now.home[o[1]] # o[2]
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
Writes == \/ \E w \in Writer : \/ \E e \in Extent : Admit(w, e)
                               \/ \E r \in Ref : Commit(w, r)
                               \/ Store(w) \/ Harden(w) \/ GiveUp(w)
          \/ \E r \in Ref : Release(r)
Reads  == \E p \in Reader : Pin(p) \/ Unpin(p)
Gc     == \/ \E e \in Extent : Mark(e) \/ Condemn(e) \/ Sweep(e)
          \/ \E o \in Object : Erase(o) \/ Orphan(o)

Next == Writes \/ Sync \/ Reads \/ Gc \/ Crash
Spec == Init /\ [][Next]_vars

Fair == /\ WF_vars(Sync)
        /\ \A w \in Writer : WF_vars(GiveUp(w))
        /\ \A p \in Reader : WF_vars(Unpin(p))
        /\ \A e \in Extent : WF_vars(Mark(e)) /\ WF_vars(Condemn(e)) /\ WF_vars(Sweep(e))
        /\ \A o \in Object : WF_vars(Erase(o)) /\ WF_vars(Orphan(o))

FairSpec == Spec /\ Fair

-----------------------------------------------------------------------------
(* What holds in every state                                                  *)

TypeOK ==
    /\ base.refs \in [Ref -> Extent \cup {None}] /\ base.home \in [Extent -> Name \cup {None}]
    /\ Len(tail) <= MaxTail
    /\ count \in [Extent -> Nat]
    /\ \A p \in Reader : view[p] # None => view[p] \subseteq Object
    /\ \A e \in Extent : mark[e] # None => mark[e] \subseteq Reader
    /\ dying \subseteq Extent /\ loose \subseteq Object /\ solid \subseteq Object /\ dead \subseteq Object

(* Whatever a crash brings back, each of its references leads to durable bytes. *)
NoDangling == \A s \in Possible : \A e \in Named(s) : s.home[e] # None /\ <<e, s.home[e]>> \in solid

(* An entry, referred to or not, never outlives its bytes. *)
NoGhost == \A s \in Possible : \A e \in Extent : s.home[e] # None => <<e, s.home[e]>> \in solid

(* What a put or bind counts on stays, and so does what it has stored. *)
HeldStays == \A j \in Jobs : \/ j.stage = "storing"
                             \/ j.stage = "held" /\ j.extent \notin dying /\ <<j.extent, Now.home[j.extent]>> \in solid
                             \/ j.stage \in {"stored", "hard"} /\ <<j.extent, j.name>> \in Stored

(* A pinned reader finds the bytes of everything that was named or held when it began. *)
PinnedStays == \A p \in Active : view[p] \subseteq solid

(* Counts are what a recount from the references would give. *)
CountsExact == count = Counted(base, tail)

(* One copy at most is being made of an extent that the catalog does not have. *)
OneStorer == \A v, w \in Writer : (v # w /\ job[v] # None /\ job[w] # None /\ job[v].extent = job[w].extent)
                                      => (job[v].stage = "held" /\ job[w].stage = "held")

(* What is not referred to is gone in the end, once crashes end. *)
Wanted(o)      == o \in UnderWay \/ \E s \in Possible : o[1] \in Named(s) /\ s.home[o[1]] = o[2]
NoLeak         == \A o \in Object : (o \in Stored) ~> (o \notin Stored \/ Wanted(o) \/ o[1] \in Held)
NoLeakOnceCalm == <>[][~Crash]_vars => NoLeak
=============================================================================
