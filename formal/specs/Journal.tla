------------------------------ MODULE Journal ------------------------------
(***************************************************************************)
(* The journal: a chain of preallocated segments of slots, of which only the  *)
(* last can hold anything that is not durable.  It keeps the promise of       *)
(* DurableLog through crashes that keep, lose or tear each unforced slot on   *)
(* its own, through forces that fail, and through recycled files that are     *)
(* full of old records.                                                       *)
(*                                                                           *)
(* A record says in which segment and under which number it was written, and  *)
(* counts only where both are right: that is its checksum's job.  Each life    *)
(* begins a segment of its own, whose header names the one before it and says *)
(* where that ends; what lies behind that end belongs to a lost history.      *)
(*                                                                           *)
(* Not modelled: records larger than a slot, the reserve, damage (a forced     *)
(* slot that reads wrong later), salvage, a journal that is closed in good     *)
(* order.  Rolling is one step here, and so is a start after a crash: a crash  *)
(* within them leaves a file without a name, which is as if it had not begun.  *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Payload,    \* what a record may hold
    Slots,      \* records a segment has room for
    MaxSpares,  \* files that are kept for further segments
    MaxRecords, \* bounds of the model: records in all,
    MaxSegments \* and segments

VARIABLES
    history,    \* Journal.lastSequence is its length; what is in it only the model knows
    promised,   \* acknowledged records
    durable,    \* Journal.durableSequence
    chain,      \* the segments' headers, by number; a segment that was retired has none
    disk,       \* segment -> slot -> block   on the platter
    cache,      \* slot -> block              what readers see in the active segment and the platter does not hold
    spares,     \* the files of SparePool, in order: slot -> block
    point,      \* the checkpoint in force: how many records it contains,
    from,       \* and in which segment the next one goes: its ReplayPoint
    failed      \* FailureLatch: whether a force has failed

vars == <<history, promised, durable, chain, disk, cache, spares, point, from, failed>>

-----------------------------------------------------------------------------
Junk == [segment |-> 0, number |-> 0, payload |-> "junk"]
Same == [segment |-> 0, number |-> 0, payload |-> "same"]      \* nothing was written here

Clean      == [i \in 1..Slots |-> Same]
Blank      == [i \in 1..Slots |-> Junk]
Header(n, previous) == [before |-> n, previous |-> previous]    \* how many records precede the segment
Gone       == Header(0, 0)                                      \* the first segment's header is never asked for
NoBlocks   == <<>>

Active     == Len(chain)
Before     == chain[Active].before
Used       == Len(history) - Before                             \* slots in the active segment, written or not
Live       == {s \in 1..Active : disk[s] # NoBlocks}
Oldest     == CHOOSE s \in Live : \A t \in Live : s <= t
Following(s) == CHOOSE t \in Live : t > s /\ chain[t].previous = s

Init ==
    /\ history = <<>> /\ promised = 0 /\ durable = 0
    /\ chain   = <<Header(0, 0)>>
    /\ disk    = <<Blank>>
    /\ cache   = Clean
    /\ spares  = <<>>
    /\ point = 0 /\ from = 1
    /\ failed  = FALSE

-----------------------------------------------------------------------------
Forced(d, c) == [i \in 1..Slots |-> IF c[i] = Same THEN d[i] ELSE c[i]]
Block(s, n, x) == [segment |-> s, number |-> n, payload |-> x]

(* A segment is made of the first spare, with all that is in it, or of a new   *)
(* file.                                                                      *)
Taken       == IF spares = <<>> THEN Blank ELSE Head(spares)
Left        == IF spares = <<>> THEN spares ELSE Tail(spares)

Append_(x) ==                             \* Journal.append and Journal.write, where there is room
    /\ ~failed
    /\ Len(history) < MaxRecords
    /\ Used < Slots
    /\ history' = Append(history, x)
    /\ cache'   = [cache EXCEPT ![Used + 1] = Block(Active, Len(history) + 1, x)]
    /\ UNCHANGED <<promised, durable, chain, disk, spares, point, from, failed>>

Force ==                                  \* Journal.force
    /\ ~failed
    /\ durable < Len(history)
    /\ disk'    = [disk EXCEPT ![Active] = Forced(@, cache)]
    /\ cache'   = Clean
    /\ durable' = Len(history)
    /\ UNCHANGED <<history, promised, chain, spares, point, from, failed>>

Acknowledge ==                            \* CommitStage.acknowledge: the whole group
    /\ promised < durable
    /\ promised' = durable
    /\ UNCHANGED <<history, durable, chain, disk, cache, spares, point, from, failed>>

Begun ==                                  \* Appender.startSegment: everything before the new header is forced
    /\ Len(chain) < MaxSegments
    /\ disk'   = Append([disk EXCEPT ![Active] = Forced(@, cache)], Taken)
    /\ spares' = Left
    /\ chain'  = Append(chain, Header(Len(history), Active))
    /\ durable' = Len(history)

Roll ==                                   \* Journal.roll
    /\ ~failed
    /\ Used > 0
    /\ Begun
    /\ cache' = Clean
    /\ UNCHANGED <<history, promised, point, from, failed>>

AppendRolls(x) ==                         \* Journal.append and Journal.write, where there is no room
    /\ ~failed
    /\ Len(history) < MaxRecords
    /\ Used = Slots
    /\ Begun
    /\ history' = Append(history, x)
    /\ cache'   = [Clean EXCEPT ![1] = Block(Active + 1, Len(history) + 1, x)]
    /\ UNCHANGED <<promised, point, from, failed>>

Checkpoint ==                             \* the superblock is forced, with Journal.replayPoint
    /\ ~failed
    /\ durable = Len(history)
    /\ point < durable \/ from < Active
    /\ point' = durable
    /\ from'  = Active
    /\ UNCHANGED <<history, promised, durable, chain, disk, cache, spares, failed>>

(* Retirement: a file becomes a spare as long as those are welcome, else it goes. *)
Recycled(list, file) == IF Len(list) < MaxSpares THEN Append(list, file) ELSE list

Truncate ==                               \* Journal.truncate: only what the checkpoint in force does not name
    /\ ~failed
    /\ Oldest < from
    /\ spares' = Recycled(spares, disk[Oldest])
    /\ disk'   = [disk EXCEPT ![Oldest] = NoBlocks]
    /\ chain'  = [chain EXCEPT ![Oldest] = Gone]
    /\ UNCHANGED <<history, promised, durable, cache, point, from, failed>>

(* What may become of the slots that are not forced.                           *)
Fates == [{i \in 1..Slots : cache[i] # Same} -> {"lost", "kept", "torn"}]
Settled(fate) == [i \in 1..Slots |->
    IF cache[i] = Same THEN disk[Active][i]
    ELSE CASE fate[i] = "lost" -> disk[Active][i]
           [] fate[i] = "kept" -> cache[i]
           [] fate[i] = "torn" -> Junk]

(* Readers go on seeing what the kernel holds for clean, whatever the platter    *)
(* holds, and nobody forces it any more.                                        *)
ForceFails ==                             \* Journal.force, and FailureLatch.guard
    /\ ~failed
    /\ cache # Clean
    /\ \E fate \in Fates :
        LET after == Settled(fate)
        IN  /\ disk'  = [disk EXCEPT ![Active] = after]
            /\ cache' = [i \in 1..Slots |-> IF cache[i] = after[i] THEN Same ELSE cache[i]]
    /\ failed' = TRUE
    /\ UNCHANGED <<history, promised, durable, chain, spares, point, from>>

-----------------------------------------------------------------------------
(* Recovery reads each retained segment up to where the next one says that it   *)
(* ends, and the last one up to the first slot that does not hold the record    *)
(* which belongs there.                                                         *)

Good(d, s, i) == d[s][i].segment = s /\ d[s][i].number = chain[s].before + i

RECURSIVE Valid(_, _, _)
Valid(d, s, i) == IF i > Slots \/ ~Good(d, s, i) THEN i - 1 ELSE Valid(d, s, i + 1)

Ends(d, s) == IF s < Active THEN chain[Following(s)].before - chain[s].before ELSE Valid(d, s, 1)

RECURSIVE Read(_, _)
Read(d, s) ==                             \* the records from segment s on
    [i \in 1..Ends(d, s) |-> d[s][i].payload] \o (IF s = Active THEN <<>> ELSE Read(d, Following(s)))

(* What the checkpoint contains, and then what the journal has behind it.       *)
Recovered(d) ==
    LET found == Read(d, from)
    IN  SubSeq(history, 1, point) \o SubSeq(found, point - chain[from].before + 1, Len(found))

(* A life that wrote nothing leaves no segment behind, unless the checkpoint names it. *)
RECURSIVE LastKept(_, _)
LastKept(n, s) ==
    IF s > from /\ chain[s].before = n THEN LastKept(n, chain[s].previous) ELSE s

RECURSIVE RecycledAll(_, _, _)
RecycledAll(list, d, s) ==                \* the segments from s on, in order
    IF s > Active THEN list
    ELSE RecycledAll(IF d[s] = NoBlocks THEN list ELSE Recycled(list, d[s]), d, s + 1)

(* JournalRecovery.replay and startLife, on what the disk holds.                *)
Started(d) ==
    LET found == Recovered(d)
        last  == LastKept(Len(found), Active)
    IN  /\ history' = found
        /\ durable' = Len(found)
        /\ chain'   = Append([s \in 1..Active |-> IF s > last THEN Gone ELSE chain[s]], Header(Len(found), last))
        /\ disk'    = Append([s \in 1..Active |-> IF s > last THEN NoBlocks ELSE d[s]], Taken)
        /\ spares'  = RecycledAll(Left, d, last + 1)
        /\ cache'   = Clean
        /\ failed'  = FALSE
        /\ UNCHANGED <<promised, point, from>>

Crash ==                                  \* the power fails
    /\ Len(chain) < MaxSegments
    /\ \E fate \in Fates :
        Started([disk EXCEPT ![Active] = IF failed THEN @ ELSE Settled(fate)])

Kill ==                                   \* only the process dies: LifeStart.rewriteTail makes durable what it reads
    /\ Len(chain) < MaxSegments
    /\ Started([disk EXCEPT ![Active] = Forced(@, cache)])

Next ==
    \/ \E x \in Payload : Append_(x) \/ AppendRolls(x)
    \/ Force \/ ForceFails \/ Acknowledge \/ Roll \/ Checkpoint \/ Truncate \/ Crash \/ Kill
Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
Promises == INSTANCE DurableLog
Refines  == Promises!Spec

TypeOK ==
    /\ Len(history) <= MaxRecords /\ promised <= durable /\ durable <= Len(history)
    /\ Len(disk) = Len(chain) /\ from \in Live /\ Active \in Live /\ point <= durable
    /\ Len(spares) <= MaxSpares /\ failed \in BOOLEAN

(* What is durable is what reading would give, now and after any crash.         *)
DurableReads == LET found == Recovered(disk)
                IN  durable <= Len(found) /\ SubSeq(found, 1, durable) = SubSeq(history, 1, durable)

(* Nothing but the active segment waits for a force.                            *)
OnlyTheLastIsOpen == Before <= durable

(* Whoever reads the journal sees every record, whatever became of the last force. *)
AllReads == Recovered([disk EXCEPT ![Active] = Forced(@, cache)]) = history
=============================================================================
