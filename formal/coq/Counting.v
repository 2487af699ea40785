(* Counting references in front of a journal whose end a crash may cut off, for any number of extents, references and records.

   The rule: a reference counts from the moment its record is applied, and ceases to count only when the record that drops it is
   durable.  A count is then the uses in the durable state plus the targets of the records behind it, and it is zero exactly when
   no state that a crash could bring back refers to the extent.

   Names are those of formal/specs/RefcountGc.tla, written small.  Ref is a list there is no limit to; Cardinality is the length
   of what is filtered from it, which is the same as long as the list repeats nothing.  No theorem needs that. *)
From Coq Require Import List Arith Lia Bool.
Import ListNotations.

Definition dec (A : Type) := forall x y : A, {x = y} + {x <> y}.

Section Counting.

Context {Extent Copy Ref : Type}.
Variable extent_dec : dec Extent.
Variable Refs : list Ref.                                     (* Ref *)

(* What the records up to some place add up to: base, and each of Possible. *)
Record store := Store_ {
  refs : Ref -> option Extent;
  home : Extent -> option Copy }.

(* sets r = None: r is not in the record's domain.  extent = None: nobody's home changes. *)
Record record := Record_ {
  sets : Ref -> option (option Extent);
  extent : option Extent;
  copy : option Copy }.

Definition is (v : option Extent) (e : Extent) : bool :=
  match v with Some x => if extent_dec x e then true else false | None => false end.

Definition after (s : store) (x : record) : store := {|
  refs := fun r => match sets x r with Some v => v | None => refs s r end;
  home := fun e => if is (extent x) e then copy x else home s e |}.

Fixpoint replay (s : store) (q : list record) : store :=
  match q with [] => s | x :: q => replay (after s x) q end.

(* Possible, in the order of the journal: the states after 0, 1, ... all of its records. *)
Fixpoint possible (s : store) (q : list record) : list store :=
  s :: match q with [] => [] | x :: q => possible (after s x) q end.

Definition cardinality (p : Ref -> bool) : nat := length (filter p Refs).

Definition sets_to (x : record) (e : Extent) (r : Ref) : bool :=
  match sets x r with Some v => is v e | None => false end.
Definition drops (s : store) (x : record) (e : Extent) (r : Ref) : bool :=
  match sets x r with Some _ => is (refs s r) e | None => false end.

Definition taken (x : record) (e : Extent) : nat := cardinality (sets_to x e).
Definition uses (s : store) (e : Extent) : nat := cardinality (fun r => is (refs s r) e).

Fixpoint targets (q : list record) (e : Extent) : nat :=
  match q with [] => 0 | x :: q => taken x e + targets q e end.

Definition counted (s : store) (q : list record) (e : Extent) : nat := uses s e + targets q e.

Fixpoint dropped (s : store) (q : list record) (e : Extent) : nat :=
  match q with [] => 0 | x :: q => cardinality (drops s x e) + dropped (after s x) q e end.

Definition named (s : store) (e : Extent) : Prop := exists r, In r Refs /\ refs s r = Some e.

(* ---- is, cardinality ---- *)

Lemma is_true : forall v e, is v e = true <-> v = Some e.
Proof.
  intros [x |] e; simpl; [destruct (extent_dec x e) |]; split; congruence.
Qed.

Lemma is_false : forall v e, is v e = false <-> v <> Some e.
Proof.
  intros v e. rewrite <- is_true. destruct (is v e); split; congruence.
Qed.

Lemma is_same : forall e, is (Some e) e = true.
Proof. intro e. now apply is_true. Qed.

Lemma cardinality_balance : forall f g h k : Ref -> bool,
  (forall r, Nat.b2n (f r) + Nat.b2n (g r) = Nat.b2n (h r) + Nat.b2n (k r)) ->
  cardinality f + cardinality g = cardinality h + cardinality k.
Proof.
  intros f g h k H. unfold cardinality. induction Refs as [| r l IH]; simpl; [reflexivity |].
  specialize (H r). destruct (f r), (g r), (h r), (k r); simpl in *; lia.
Qed.

Lemma cardinality_zero : forall f, cardinality f = 0 <-> forall r, In r Refs -> f r = false.
Proof.
  intro f. unfold cardinality. split.
  - intros H r I. destruct (f r) eqn:F; [| reflexivity].
    assert (In r (filter f Refs)) as J by (apply filter_In; auto).
    destruct (filter f Refs); [destruct J | discriminate].
  - intro H. destruct (filter f Refs) as [| r l] eqn:F; [reflexivity |].
    assert (In r (filter f Refs)) as J by (rewrite F; left; reflexivity).
    apply filter_In in J as [I T]. rewrite (H r I) in T. discriminate.
Qed.

Lemma uses_zero : forall s e, uses s e = 0 <-> ~ named s e.
Proof.
  intros s e. unfold uses. rewrite cardinality_zero. split.
  - intros H (r & I & E). apply H, is_false in I. contradiction.
  - intros H r I. apply is_false. intro E. apply H. exists r. auto.
Qed.

(* ---- the lemma: what a record adds and what it drops ---- *)

Lemma after_balance : forall s x e, uses (after s x) e + cardinality (drops s x e) = uses s e + taken x e.
Proof.
  intros s x e. apply cardinality_balance. intro r. unfold drops, sets_to, after; simpl.
  destruct (sets x r) as [v |]; lia.
Qed.

(* What the force leaves is what a recount from the forced state gives: Force subtracts what was dropped. *)
Theorem force_balance : forall q s e, uses (replay s q) e + dropped s q e = counted s q e.
Proof.
  induction q as [| x q IH]; intros s e; unfold counted in *; simpl; [lia |].
  specialize (IH (after s x) e). pose proof (after_balance s x e). lia.
Qed.

Lemma targets_append : forall q x e, targets (q ++ [x]) e = targets q e + taken x e.
Proof. induction q as [| y q IH]; intros; simpl; [lia | rewrite IH; lia]. Qed.

(* What Write adds to the count is what the record adds to the targets. *)
Theorem write_balance : forall s q x e, counted s (q ++ [x]) e = counted s q e + taken x e.
Proof. intros. unfold counted. rewrite targets_append. lia. Qed.

(* ---- possible ---- *)

Lemma replay_append : forall q s x, replay s (q ++ [x]) = after (replay s q) x.
Proof. induction q as [| y q IH]; intros; simpl; auto. Qed.

Lemma possible_append : forall q s x, possible s (q ++ [x]) = possible s q ++ [after (replay s q) x].
Proof. induction q as [| y q IH]; intros; simpl; [reflexivity | rewrite IH; reflexivity]. Qed.

Lemma base_possible : forall s q, In s (possible s q).
Proof. intros s [| x q]; simpl; auto. Qed.

Lemma now_possible : forall q s, In (replay s q) (possible s q).
Proof. induction q as [| x q IH]; intro s; simpl; auto. Qed.

(* The possible states are those of the journal cut anywhere. *)
Theorem possible_cut : forall q s t, In t (possible s q) <-> exists n, n <= length q /\ t = replay s (firstn n q).
Proof.
  induction q as [| x q IH]; intros s t; simpl.
  - split.
    + intros [<- | []]. exists 0. auto.
    + intros (n & L & ->). left. now rewrite firstn_nil.
  - rewrite IH. split.
    + intros [<- | (n & L & ->)]; [exists 0 | exists (S n)]; split; simpl; auto; lia.
    + intros ([| n] & L & ->); simpl; [auto |]. right. exists n. split; [lia | reflexivity].
Qed.

(* ---- zero: no state that a crash could bring back refers to the extent ---- *)

Lemma zero_sound : forall q s e, counted s q e = 0 -> forall t, In t (possible s q) -> ~ named t e.
Proof.
  induction q as [| x q IH]; intros s e Z t; unfold counted in *; simpl in *.
  - intros [<- | []]. apply uses_zero. lia.
  - intros [<- | I]; [apply uses_zero; lia |].
    apply (IH (after s x)); [| exact I]. pose proof (after_balance s x e). lia.
Qed.

Lemma zero_complete : forall q s e, (forall t, In t (possible s q) -> ~ named t e) -> counted s q e = 0.
Proof.
  induction q as [| x q IH]; intros s e H; unfold counted in *; simpl in *.
  - assert (uses s e = 0) by (apply uses_zero; auto). lia.
  - assert (U : uses s e = 0) by (apply uses_zero; auto).
    assert (A : uses (after s x) e + targets q e = 0) by (apply IH; auto).
    assert (T : taken x e = 0).
    { apply cardinality_zero. intros r I. unfold sets_to.
      assert (N : ~ named (after s x) e) by (apply H; right; apply base_possible).
      destruct (sets x r) as [v |] eqn:X; [| reflexivity].
      apply is_false. intros ->. apply N. exists r. simpl. rewrite X. auto. }
    lia.
Qed.

Theorem zero_exact : forall s q e, counted s q e = 0 <-> forall t, In t (possible s q) -> ~ named t e.
Proof. intros. split; [apply zero_sound | apply zero_complete]. Qed.

End Counting.

Arguments store : clear implicits.
Arguments record : clear implicits.

Print Assumptions force_balance.
Print Assumptions write_balance.
Print Assumptions zero_exact.
