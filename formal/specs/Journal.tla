------------------------------ MODULE Journal ------------------------------
(***************************************************************************)
(* The journal: a chain of preallocated segments of slots, of which only the  *)
(* last can hold anything that is not durable.  It keeps the promise of       *)
(* DurableLog through crashes that keep, lose or tear each unforced slot on   *)
(* its own, and through recycled files that are full of old records.          *)
(*                                                                           *)
(* A record says in which segment and under which number it was written, and  *)
(* counts only where both are right: that is its checksum's job.  Each life    *)
(* begins a segment of its own, whose header says where the one before it     *)
(* ends; what lies behind that end belongs to a history that was lost.        *)
(*                                                                           *)
(* Not modelled: records larger than a slot, the reserve, damage (a forced     *)
(* slot that reads wrong later), salvage.  Rolling is one step here: a crash   *)
(* within it leaves a file without a name, which is as if it had not begun.   *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Payload,    \* what a record may hold
    Slots,      \* records a segment has room for
    MaxRecords, \* bounds of the model: records in all,
    MaxSegments \* and segments

VARIABLES
    history,    \* Journal.lastSequence is its length; what is in it only the model knows
    promised,   \* acknowledged records
    durable,    \* Journal.durableSequence
    chain,      \* the segments, by number: where the records of each begin, and where those before it end
    disk,       \* segment -> slot -> block   on the platter
    cache,      \* slot -> block              written to the active segment, not forced
    oldest,     \* the first segment that is retained
    point       \* the checkpoint in force: how many records it contains

vars == <<history, promised, durable, chain, disk, cache, oldest, point>>

-----------------------------------------------------------------------------
Junk == [segment |-> 0, number |-> 0, payload |-> "junk"]
Same == [segment |-> 0, number |-> 0, payload |-> "same"]      \* nothing was written here

Active     == Len(chain)
Used       == Len(history) - chain[Active].before               \* slots in the active segment
Clean      == [i \in 1..Slots |-> Same]
Blank      == [i \in 1..Slots |-> Junk]
Header(n)  == [before |-> n]                                    \* how many records precede the segment

Init ==
    /\ history = <<>> /\ promised = 0 /\ durable = 0
    /\ chain   = <<Header(0)>>
    /\ disk    = <<Blank>>
    /\ cache   = Clean
    /\ oldest  = 1 /\ point = 0

-----------------------------------------------------------------------------
Append_(x) ==                             \* Journal.append and Journal.write
    /\ Len(history) < MaxRecords
    /\ Used < Slots
    /\ history' = Append(history, x)
    /\ cache'   = [cache EXCEPT ![Used + 1] =
                      [segment |-> Active, number |-> Len(history) + 1, payload |-> x]]
    /\ UNCHANGED <<promised, durable, chain, disk, oldest, point>>

Forced(d, c) == [i \in 1..Slots |-> IF c[i] = Same THEN d[i] ELSE c[i]]

Force ==                                  \* Journal.force
    /\ durable < Len(history)
    /\ disk'    = [disk EXCEPT ![Active] = Forced(@, cache)]
    /\ cache'   = Clean
    /\ durable' = Len(history)
    /\ UNCHANGED <<history, promised, chain, oldest, point>>

Acknowledge ==                            \* CommitStage.acknowledge: the whole group
    /\ promised < durable
    /\ promised' = durable
    /\ UNCHANGED <<history, durable, chain, disk, cache, oldest, point>>

(* A segment is made of a file that was retired, with all that is in it, or   *)
(* of a new one.                                                              *)
Recycled == {Blank} \cup {disk[s] : s \in 1..(oldest - 1)}

Roll ==                                   \* Journal.roll: everything before the new header is forced
    /\ Len(chain) < MaxSegments
    /\ Used > 0
    /\ durable = Len(history)
    /\ \E file \in Recycled : disk' = Append(disk, file)
    /\ chain' = Append(chain, Header(Len(history)))
    /\ UNCHANGED <<history, promised, durable, cache, oldest, point>>

Checkpoint ==                             \* the superblock is forced
    /\ durable = Len(history)
    /\ point < durable
    /\ point' = durable
    /\ UNCHANGED <<history, promised, durable, chain, disk, cache, oldest>>

Truncate ==                               \* Journal.truncate: only what a checkpoint in force contains
    /\ oldest < Active
    /\ chain[oldest + 1].before <= point
    /\ oldest' = oldest + 1
    /\ UNCHANGED <<history, promised, durable, chain, disk, cache, point>>

-----------------------------------------------------------------------------
(* Recovery reads each retained segment up to where the next one says that it   *)
(* ends, and the last one up to the first slot that does not hold the record    *)
(* which belongs there.                                                         *)

Good(d, s, i) == d[s][i].segment = s /\ d[s][i].number = chain[s].before + i

RECURSIVE Valid(_, _, _)
Valid(d, s, i) == IF i > Slots \/ ~Good(d, s, i) THEN i - 1 ELSE Valid(d, s, i + 1)

Ends(d, s) == IF s < Active THEN chain[s + 1].before - chain[s].before ELSE Valid(d, s, 1)

RECURSIVE Read(_, _)
Read(d, s) ==                             \* the records from segment s on
    IF s > Active THEN <<>>
    ELSE [i \in 1..Ends(d, s) |-> d[s][i].payload] \o Read(d, s + 1)

(* What the checkpoint contains, and then what the journal has behind it.       *)
Recovered(d) ==
    LET first == chain[oldest].before
        found == Read(d, oldest)
    IN  SubSeq(history, 1, point) \o (IF first <= point THEN SubSeq(found, point - first + 1, Len(found)) ELSE found)

Crash ==
    \E fate \in [{i \in 1..Slots : cache[i] # Same} -> {"lost", "kept", "torn"}] :
        LET after == [i \in 1..Slots |-> IF cache[i] = Same THEN disk[Active][i]
                                         ELSE CASE fate[i] = "lost" -> disk[Active][i]
                                                [] fate[i] = "kept" -> cache[i]
                                                [] fate[i] = "torn" -> Junk]
            d     == [disk EXCEPT ![Active] = after]
            found == Recovered(d)
        IN  /\ Len(chain) < MaxSegments
            /\ history' = found
            /\ durable' = Len(found)
            /\ chain'   = Append(chain, Header(Len(found)))       \* the new life's segment
            /\ \E file \in Recycled : disk' = Append(d, file)
            /\ cache'   = Clean
            /\ UNCHANGED <<promised, oldest, point>>

Next == (\E x \in Payload : Append_(x)) \/ Force \/ Acknowledge \/ Roll \/ Checkpoint \/ Truncate \/ Crash
Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
Promises == INSTANCE DurableLog
Refines  == Promises!Spec

TypeOK ==
    /\ Len(history) <= MaxRecords /\ promised <= durable /\ durable <= Len(history)
    /\ Len(disk) = Len(chain) /\ oldest \in 1..Active /\ point <= durable

(* What is durable is what reading would give, now and after any crash.         *)
DurableReads == LET found == Recovered(disk)
                IN  durable <= Len(found) /\ SubSeq(found, 1, durable) = SubSeq(history, 1, durable)

(* Nothing but the active segment waits for a force.                            *)
OnlyTheLastIsOpen == chain[Active].before <= durable
=============================================================================
