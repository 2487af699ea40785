------------------------- MODULE ErasureQuorumCode -------------------------
(***************************************************************************)
(* ErasureQuorum, and what the code does beyond it.  ErasureQuorum says what  *)
(* is enough; the code knows less than the model, and writes less often:        *)
(*                                                                           *)
(*   - A drive that fails may have taken a shard all the same.  The shard goes *)
(*     to another drive while the first may still land (SendAgain).             *)
(*   - A shard that landed unheard of is owed (CommitUnheard).                   *)
(*   - What is lost is made anew before the debt is on record, on any drive      *)
(*     that counts for no other shard, and one record says both (RebuildLost,    *)
(*     FillLost).                                                              *)
(*   - What lies uncounted where a shard is to be made may not be durable, so    *)
(*     that the place is emptied first (Clear).                                 *)
(*                                                                           *)
(* The promises hold all the same.  The graph of this module is what the code   *)
(* is walked through (ErasureQuorumGraphIT).                                   *)
(***************************************************************************)
EXTENDS ErasureQuorum

SendAgain(i, d) ==                        \* to a drive that holds no other shard of it
    /\ attempt # None
    /\ Cardinality(flying) < MaxFlying
    /\ d \in Up
    /\ \A j \in Index \ {i} : <<attempt, j>> \notin disk[d] /\ <<d, <<attempt, j>>>> \notin flying
    /\ flying' = flying \cup {<<d, <<attempt, i>>>>}
    /\ UNCHANGED <<disk, down, tries, attempt, record>>

Heard(g) == {w \in [Index -> Drive \cup {None}] : \A i \in Index :
                w[i] # None => w[i] \in Up /\ i \in Written(g, w[i])}

CommitUnheard ==
    /\ attempt # None
    /\ \E w \in Heard(attempt) :
          LET written == Cardinality({i \in Index : w[i] # None})
          IN  /\ written >= Quorum
              /\ record # None => written >= Cardinality(Sound(record))
              /\ record' = [gen |-> attempt, where |-> w]
    /\ attempt' = None
    /\ UNCHANGED <<disk, flying, down, tries>>

(* Drives that have another shard.                                              *)
Others(r, i) == {At(r, j) : j \in {j \in Index : j # i /\ Intact(r, j)}}

RebuildLost(i, d) ==
    /\ record # None /\ ~Intact(record, i)
    /\ Cardinality(flying) < MaxFlying
    /\ d \in Up \ Others(record, i)
    /\ <<record.gen, i>> \notin disk[d]
    /\ \E S \in Sources : flying' = flying \cup {<<d, <<Coded(S), i>>>>}
    /\ UNCHANGED <<disk, down, tries, attempt, record>>

FillLost(i, d) ==
    /\ record # None /\ ~Intact(record, i)
    /\ d \in Up /\ \A j \in Index \ {i} : At(record, j) # d
    /\ <<record.gen, i>> \in disk[d]
    /\ record' = [record EXCEPT !.where[i] = d]
    /\ UNCHANGED <<disk, flying, down, tries, attempt>>

Clear(i, d) ==
    /\ record # None /\ At(record, i) = None
    /\ d \in Up \ Used(record)
    /\ <<record.gen, i>> \in disk[d]
    /\ disk' = [disk EXCEPT ![d] = @ \ {<<record.gen, i>>}]
    /\ UNCHANGED <<flying, down, tries, attempt, record>>

CodeNext ==
    \/ Next
    \/ CommitUnheard
    \/ \E i \in Index, d \in Drive : SendAgain(i, d) \/ RebuildLost(i, d) \/ FillLost(i, d) \/ Clear(i, d)

CodeSpec == Init /\ [][CodeNext]_vars
=============================================================================
