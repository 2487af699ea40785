------------------------------ MODULE Fencing ------------------------------
(***************************************************************************)
(* A store on an object service, which offers PUT, PUT where nothing is,       *)
(* DELETE, and one manifest that is changed under a condition.  One process     *)
(* writes, and nobody can tell whether the one before it is dead: it may wake   *)
(* up and go on, and what it has sent may land at any time.                    *)
(*                                                                           *)
(* Writer n is the process that has claimed epoch n, by changing the manifest.  *)
(* The journal is one sequence of slots; a commit is a PUT into the next one,   *)
(* where nothing may be yet.  The condition of the epoch is the slot itself:    *)
(* whoever claims reads to the end, puts a fence into the slot that his         *)
(* predecessor would take, looks whether he still holds the epoch, and only     *)
(* then commits.  A fence is never deleted: behind a checkpoint the slots are    *)
(* empty again, and a fence is all that stops a writer who comes that late.     *)
(*                                                                           *)
(* Names of objects carry the epoch of their writer, so nobody's late PUT is    *)
(* anybody else's object.  A writer refers only to what it has put itself and    *)
(* to what its journal names, and deletes only what is of its own or an earlier  *)
(* epoch and has not been named since the floor.  Followers read without being    *)
(* known: a lease says from which slot on they need what is named.  The floor    *)
(* goes into the manifest first and leases are listed then; a lease is put first *)
(* and the floor is looked at then.  One of the two sees the other.             *)
(*                                                                           *)
(* Proved: what was acknowledged is history (AckedStays), and history can be     *)
(* read (Recoverable); what it names is there and not about to be deleted        *)
(* (NoDangling, NoneDoomed), also for holders of leases (LeasedStays); the one    *)
(* writer knows all of it (LiveKnows); a new writer gets to work (Opens), and     *)
(* what nobody needs is deleted (NoLeak).                                       *)
(*                                                                           *)
(* Not modelled: several commits on their way at once, what a checkpoint is made *)
(* of, followers that read on (they take another lease), leases that expire, a   *)
(* service that breaks its word on conditions, counts (RefcountGc).             *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Extent,     \* content ids
    Follower,   \* processes that only read
    MaxEpoch,   \* bounds of the model: openings for writing,
    MaxSlots,   \* and slots
    None

VARIABLES
    manifest,   \* [epoch, log, floor]      the superblock: who writes, the checkpoint, what deletes may count on
    slot,       \* slot -> entry or None    journal objects
    store,      \* objects                  extents in the bucket
    puts,       \* objects                  PUTs sent, not yet landed
    dels,       \* objects                  DELETEs sent, not yet landed
    writer,     \* epoch -> what the process knows: see Asleep
    lease,      \* Follower -> [stage, at] or None
    history,    \* what has won each slot   known to the model alone
    acked       \* <<slot, entry>>          commits that somebody was told of

vars == <<manifest, slot, store, puts, dels, writer, lease, history, acked>>

-----------------------------------------------------------------------------
Epoch  == 1..MaxEpoch
Slots  == 1..MaxSlots
Object == Extent \X Epoch                 \* a physical name: store, content id, writer epoch

Entry(kind, n, add, drop) == [kind |-> kind, epoch |-> n, add |-> add, drop |-> drop]

RECURSIVE Named(_)
Named(log) == IF log = <<>> THEN {}
              ELSE LET x == log[Len(log)]
                   IN  (Named(SubSeq(log, 1, Len(log) - 1)) \ {x.drop}) \cup ({x.add} \ {None})

Since(log, n) == UNION {Named(SubSeq(log, 1, i)) : i \in n..Len(log)}      \* named then or at any time later

(* stage    claimed, fenced, live, gone                                       *)
(* log      the history as this process knows it                              *)
(* sent     the entry on its way into the next slot                           *)
(* mine     objects that it has put and no record names yet                   *)
(* point, floor   of the manifest as it knows it                              *)
(* horizon  from which slot on somebody may need what is named                *)
Asleep == [stage |-> "none", log |-> <<>>, sent |-> None, mine |-> {}, point |-> 0, floor |-> 0, horizon |-> 0]

Init ==
    /\ manifest = [epoch |-> 0, log |-> <<>>, floor |-> 0]
    /\ slot  = [s \in Slots |-> None]
    /\ store = {} /\ puts = {} /\ dels = {}
    /\ writer = [n \in Epoch |-> Asleep]
    /\ lease = [f \in Follower |-> None]
    /\ history = <<>> /\ acked = {}

Next_(n) == Len(writer[n].log) + 1        \* the slot that it would take

-----------------------------------------------------------------------------
(* To become the writer                                                       *)

Claim ==                                  \* the manifest, under the condition that it is as it was read
    /\ manifest.epoch < MaxEpoch
    /\ LET n == manifest.epoch + 1
       IN  /\ manifest' = [manifest EXCEPT !.epoch = n]
           /\ writer' = [writer EXCEPT ![n] = [Asleep EXCEPT !.stage = "claimed", !.log = manifest.log,
                                                   !.point = Len(manifest.log), !.floor = manifest.floor]]
    /\ UNCHANGED <<slot, store, puts, dels, lease, history, acked>>

Read(n) ==
    /\ writer[n].stage = "claimed" /\ writer[n].sent = None
    /\ Next_(n) \in Slots
    /\ LET x == slot[Next_(n)]
       IN  /\ x # None
           /\ writer' = IF x.epoch > n THEN [writer EXCEPT ![n].stage = "gone"]
                        ELSE [writer EXCEPT ![n].log = Append(@, x)]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, lease, history, acked>>

SendFence(n) ==
    /\ writer[n].stage = "claimed" /\ writer[n].sent = None
    /\ Next_(n) \in Slots
    /\ slot[Next_(n)] = None
    /\ writer' = [writer EXCEPT ![n].sent = Entry("fence", n, None, None)]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, lease, history, acked>>

Check(n) ==                               \* is the epoch still mine?  Else what I read may have been cut off
    /\ writer[n].stage = "fenced"
    /\ writer' = [writer EXCEPT ![n].stage = IF manifest.epoch = n THEN "live" ELSE "gone"]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, lease, history, acked>>

-----------------------------------------------------------------------------
(* Commits.  A writer that was fenced does not know it, and goes on.            *)

Live(n) == writer[n].stage = "live"

Upload(n, e) ==                           \* ExtentBackend.put, of what the journal does not name already
    /\ Live(n)
    /\ LET o == <<e, n>>
       IN  /\ \A x \in Named(writer[n].log) \cup writer[n].mine : x[1] # e
           /\ o \notin store \cup puts \cup dels \cup Since(history, 0)     \* a name that was never used
           /\ puts' = puts \cup {o}
    /\ UNCHANGED <<manifest, slot, store, dels, writer, lease, history, acked>>

LandPut(o) ==
    /\ o \in puts
    /\ puts'   = puts \ {o}
    /\ store'  = store \cup {o}
    /\ writer' = [writer EXCEPT ![o[2]].mine = @ \cup {o}]
    /\ UNCHANGED <<manifest, slot, dels, lease, history, acked>>

Send(n, add, drop) ==
    /\ Live(n) /\ writer[n].sent = None
    /\ Next_(n) \in Slots
    /\ add # None \/ drop # None \/ Extent = {}
    /\ add # None => add \in writer[n].mine                  \* bytes before references
    /\ drop # None => drop \in Named(writer[n].log)
    /\ writer' = [writer EXCEPT ![n].sent = Entry("commit", n, add, drop)]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, lease, history, acked>>

(* The PUT into the slot, if nothing is there.  The answer may be lost; then it   *)
(* is sent again, and finding itself there is success.                         *)
Fill(n, heard) ==
    /\ writer[n].sent # None
    /\ LET s   == Next_(n)
           x   == writer[n].sent
           won == slot[s] \in {None, x}
       IN  /\ slot'    = [slot EXCEPT ![s] = IF @ = None THEN x ELSE @]
           /\ history' = IF slot[s] = None /\ s = Len(history) + 1 THEN Append(history, x) ELSE history
           /\ acked'   = IF heard /\ won /\ x.kind = "commit" THEN acked \cup {<<s, x>>} ELSE acked
           /\ writer'  = IF ~heard THEN writer
                         ELSE IF won
                         THEN [writer EXCEPT ![n].sent = None, ![n].log = Append(@, x), ![n].mine = @ \ {x.add},
                                             ![n].stage = IF x.kind = "fence" THEN "fenced" ELSE @]
                         ELSE [writer EXCEPT ![n].sent = None,
                                             ![n].stage = IF x.kind = "fence" THEN "claimed" ELSE "gone"]
    /\ UNCHANGED <<manifest, store, puts, dels, lease>>

-----------------------------------------------------------------------------
(* Checkpoints and what they free                                             *)

Checkpoint(n) ==                          \* fails for everybody but the holder of the epoch
    /\ Live(n) /\ manifest.epoch = n
    /\ Len(writer[n].log) > Len(manifest.log)
    /\ manifest' = [manifest EXCEPT !.log = writer[n].log]
    /\ writer'   = [writer EXCEPT ![n].point = Len(writer[n].log)]
    /\ UNCHANGED <<slot, store, puts, dels, lease, history, acked>>

Trim(n, s) ==                             \* journal objects that a checkpoint contains, but no fence
    /\ Live(n)
    /\ s <= writer[n].point
    /\ slot[s] # None
    /\ slot[s].kind # "fence"
    /\ slot' = [slot EXCEPT ![s] = None]
    /\ UNCHANGED <<manifest, store, puts, dels, writer, lease, history, acked>>

Raise(n, to) ==                           \* from now on what is not named since this slot may be deleted
    /\ Live(n) /\ manifest.epoch = n
    /\ to \in (manifest.floor + 1)..Len(writer[n].log)
    /\ Since(writer[n].log, to) # Since(writer[n].log, manifest.floor)      \* if that frees anything
    /\ manifest' = [manifest EXCEPT !.floor = to]
    /\ writer'   = [writer EXCEPT ![n].floor = to]
    /\ UNCHANGED <<slot, store, puts, dels, lease, history, acked>>

Least(S)   == CHOOSE i \in S : \A j \in S : i <= j
Shown      == {lease[f].at : f \in {g \in Follower : lease[g] # None /\ lease[g].stage # "read"}}

Look(n) ==                                \* lists the leases; whoever comes later sees the floor
    /\ Live(n)
    /\ writer' = [writer EXCEPT ![n].horizon = Least({writer[n].floor} \cup Shown)]
    /\ writer' # writer
    /\ UNCHANGED <<manifest, slot, store, puts, dels, lease, history, acked>>

Delete(n, o) ==                           \* garbage, and orphans of earlier writers, found by listing
    /\ Live(n)
    /\ o \in store \ dels
    /\ o[2] <= n                          \* never a later writer's object
    /\ o \notin writer[n].mine
    /\ o \notin Since(writer[n].log, writer[n].horizon)
    /\ dels' = dels \cup {o}
    /\ UNCHANGED <<manifest, slot, store, puts, writer, lease, history, acked>>

Forgo(n, o) ==                            \* a put that is given up
    /\ Live(n)
    /\ o \in writer[n].mine
    /\ writer[n].sent = None
    /\ writer' = [writer EXCEPT ![n].mine = @ \ {o}]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, lease, history, acked>>

LandDel(o) ==
    /\ o \in dels
    /\ dels'  = dels \ {o}
    /\ store' = store \ {o}
    /\ UNCHANGED <<manifest, slot, puts, writer, lease, history, acked>>

-----------------------------------------------------------------------------
(* Followers                                                                  *)

Follow(f) ==                              \* reads the manifest and the journal up to some slot
    /\ lease[f] = None
    /\ \E p \in manifest.floor..Len(history) : lease' = [lease EXCEPT ![f] = [stage |-> "read", at |-> p]]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, writer, history, acked>>

PutLease(f) ==
    /\ lease[f] # None /\ lease[f].stage = "read"
    /\ lease' = [lease EXCEPT ![f].stage = "put"]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, writer, history, acked>>

Confirm(f) ==                             \* the floor may have passed it meanwhile
    /\ lease[f] # None /\ lease[f].stage = "put"
    /\ manifest.floor <= lease[f].at
    /\ lease' = [lease EXCEPT ![f].stage = "held"]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, writer, history, acked>>

End(f) ==
    /\ lease[f] # None
    /\ lease' = [lease EXCEPT ![f] = None]
    /\ UNCHANGED <<manifest, slot, store, puts, dels, writer, history, acked>>

-----------------------------------------------------------------------------
Writers == \E n \in Epoch :
    \/ Read(n) \/ SendFence(n) \/ Check(n) \/ Checkpoint(n) \/ Look(n)
    \/ \E e \in Extent : Upload(n, e)
    \/ \E add, drop \in Object \cup {None} : Send(n, add, drop)
    \/ \E heard \in BOOLEAN : Fill(n, heard)
    \/ \E s \in Slots : Trim(n, s) \/ Raise(n, s)
    \/ \E o \in Object : Delete(n, o) \/ Forgo(n, o)

Next == \/ Claim \/ Writers
        \/ \E o \in Object   : LandPut(o) \/ LandDel(o)
        \/ \E f \in Follower : Follow(f) \/ PutLease(f) \/ Confirm(f) \/ End(f)

Spec == Init /\ [][Next]_vars

(* The holder of the epoch goes on; nobody else needs to.                      *)
Fair == /\ \A n \in Epoch :
              /\ WF_vars(manifest.epoch = n /\ (Read(n) \/ SendFence(n) \/ Check(n) \/ Fill(n, TRUE)))
              /\ WF_vars(manifest.epoch = n /\ Raise(n, Len(writer[n].log)))
              /\ WF_vars(manifest.epoch = n /\ Look(n))
              /\ \A o \in Object : /\ WF_vars(manifest.epoch = n /\ Delete(n, o))
                                   /\ SF_vars(manifest.epoch = n /\ Forgo(n, o))
        /\ \A o \in Object : WF_vars(LandPut(o)) /\ WF_vars(LandDel(o))

FairSpec == Spec /\ Fair

-----------------------------------------------------------------------------
(* What holds in every state                                                  *)

Prefix(p, q) == Len(p) <= Len(q) /\ SubSeq(q, 1, Len(p)) = p

TypeOK ==
    /\ manifest.epoch \in 0..MaxEpoch /\ manifest.floor <= Len(history)
    /\ store \subseteq Object /\ puts \subseteq Object /\ dels \subseteq Object
    /\ \A n \in Epoch : /\ writer[n].mine \subseteq {o \in Object : o[2] = n}
                        /\ writer[n].stage = "none" <=> n > manifest.epoch
                        /\ writer[n].horizon <= writer[n].floor /\ writer[n].floor <= manifest.floor

(* No commit that somebody was told of is lost, whoever told him.               *)
AckedStays == \A a \in acked : a[1] <= Len(history) /\ history[a[1]] = a[2]

(* The checkpoint and the slots behind it are the history.                      *)
Recoverable == /\ Prefix(manifest.log, history)
               /\ \A s \in Slots : s > Len(manifest.log) =>
                      slot[s] = IF s <= Len(history) THEN history[s] ELSE None

NoDangling == Named(history) \subseteq store
NoneDoomed == Named(history) \cap dels = {}

(* A lease that was confirmed is as good as a reference to all that it sees.     *)
LeasedStays == \A f \in Follower : (lease[f] # None /\ lease[f].stage = "held") =>
                   Named(SubSeq(history, 1, lease[f].at)) \subseteq store \ dels

(* The holder of the epoch, once it is at work, has read everything.             *)
LiveKnows == \A n \in Epoch : (Live(n) /\ manifest.epoch = n) =>
                 history \in {writer[n].log, Append(writer[n].log, writer[n].sent)}

(* Whoever claims gets to work, or somebody else does.                          *)
Opens == \A n \in Epoch : (writer[n].stage = "claimed") ~> (Live(n) \/ manifest.epoch > n \/ Len(history) = MaxSlots)

(* What nobody names, follows or is about to commit is deleted.                 *)
Followed(o) == \E f \in Follower : lease[f] # None /\ o \in Since(history, lease[f].at)
NoLeak == \A o \in Object :
              (o \in store) ~> (o \notin store \/ o \in Named(history) \/ Followed(o) \/ ~\E n \in Epoch : Live(n) /\ manifest.epoch = n)
=============================================================================
