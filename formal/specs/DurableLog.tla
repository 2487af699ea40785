----------------------------- MODULE DurableLog -----------------------------
(***************************************************************************)
(* What a journal promises, and nothing about how: a history that grows at   *)
(* its end.  A crash may cut it, but never below what was acknowledged, and   *)
(* what it keeps it keeps unchanged.                                         *)
(*                                                                           *)
(* Not modelled: how far a cut goes that nobody was promised anything about.  *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANT Payload

VARIABLES
    history,    \* the records, in order
    promised    \* how many of them somebody was told are durable

Init    == history = <<>> /\ promised = 0
Grow    == \E x \in Payload : history' = Append(history, x) /\ UNCHANGED promised
Promise == promised' \in (promised + 1)..Len(history) /\ UNCHANGED history
Cut     == \E n \in promised..Len(history) : history' = SubSeq(history, 1, n) /\ UNCHANGED promised

Spec    == Init /\ [][Grow \/ Promise \/ Cut]_<<history, promised>>
=============================================================================
