(* The invariant of Model.v, and that no action leaves it.  What users care about follows at the end: no reference dangles in any
   state that a crash could bring back, and what a put or a reader counts on stays. *)
From Coq Require Import List Arith Lia Bool.
Import ListNotations.
From Ashlar Require Import Counting Model.

Section Safety.

Context {Extent Copy Ref Writer Reader : Type}.
Variable extent_dec : dec Extent.
Variable ref_dec : dec Ref.
Variable writer_dec : dec Writer.
Variable reader_dec : dec Reader.
Variables Handle Name : list Ref.

Notation Refs := (Refs Handle Name).
Notation state := (@state Extent Copy Ref Writer Reader).
Notation store := (store Extent Copy Ref).
Notation record := (record Extent Copy Ref).
Notation after := (after extent_dec).
Notation replay := (replay extent_dec).
Notation possible := (possible extent_dec).
Notation possible_ := (Counting.possible extent_dec).
Notation now := (now extent_dec).
Notation counted := (counted extent_dec Refs).
Notation named := (named Refs).
Notation vacated := (vacated extent_dec).
Notation step := (step extent_dec ref_dec writer_dec reader_dec Handle Name).
Notation reachable := (reachable extent_dec ref_dec writer_dec reader_dec Handle Name).

(* Where an extent's bytes were before a record is not where any later state looks for them: copies are not used twice. *)
Fixpoint settled (s : store) (q : list record) : Prop :=
  match q with
  | [] => True
  | x :: q => (forall e c, extent x = Some e -> home s e = Some c -> forall t, In t (possible_ (after s x) q) -> home t e <> Some c)
              /\ settled (after s x) q
  end.

Definition job_ok (s : state) (j : job_) : Prop :=
  ~ dying s (of j) /\
  match stage j with
  | held => at_ j = None /\ home (now s) (of j) <> None
  | storing => at_ j = None
  | stored => exists c, at_ j = Some c /\ loose s (of j) c
  | hard => exists c, at_ j = Some c /\ solid s (of j) c
  end.

(* The conjuncts are named as in formal/smt/invariant.smt2, where each has its reason. *)
Record inv (s : state) : Prop := {
  counts     : forall e, count s e = counted (base s) (tail s) e;
  ghostless  : forall t e c, possible s t -> home t e = Some c -> solid s e c;
  homed      : forall t e, possible s t -> named t e -> home t e <> None;
  jobs       : forall w j, job s w = Some j -> job_ok s j;
  copy_new   : forall w j c, job s w = Some j -> at_ j = Some c ->
                 (forall t, possible s t -> home t (of j) <> Some c) /\ ~ dead s (of j) c;
  copy_own   : forall v w i j c, v <> w -> job s v = Some i -> job s w = Some j -> of i = of j ->
                 at_ i = Some c -> at_ j <> Some c;
  one_storer : forall v w i j, v <> w -> job s v = Some i -> job s w = Some j -> of i = of j -> home (now s) (of i) <> None;
  condemned  : forall e, dying s e -> count s e = 0;
  marked     : forall e, mark s e <> None -> count s e = 0 /\ ~ held_ s e /\ home (now s) e <> None;
  viewed     : forall p v e, view s p = Some v -> v e -> ~ dying s e /\ home (now s) e <> None;
  outwaited  : forall e m p v, mark s e = Some m -> view s p = Some v -> v e -> m p;
  abandoned  : forall e c, dead s e c -> forall t, possible s t -> home t e <> Some c;
  moved_on   : settled (base s) (tail s) }.

(* ---- the journal ---- *)

Lemma settled_append : forall q s x, settled s q ->
  (forall e c t, extent x = Some e -> copy x = Some c -> In t (possible_ s q) -> home t e <> Some c) ->
  settled s (q ++ [x]).
Proof.
  induction q as [| y q IH]; intros s x S N; simpl in *.
  - split; [| exact I]. intros e c X H t [<- | []]. simpl. rewrite X, is_same.
    intro K. apply (N e c s); auto.
  - destruct S as [S1 S2]. split.
    + intros e c Y H t T. rewrite possible_append, in_app_iff in T. destruct T as [T | [<- | []]].
      * now apply (S1 e c).
      * simpl. destruct (is extent_dec (extent x) e) eqn:E.
        -- apply is_true in E. intro K. apply (N e c s); auto.
        -- apply (S1 e c Y H). apply now_possible.
    + apply IH; auto.
Qed.

Lemma vacated_was : forall q (s : store) e c, vacated s q e c -> exists t, In t (possible_ s q) /\ home t e = Some c.
Proof.
  induction q as [| x q IH]; intros s e c V; simpl in *; [contradiction |].
  destruct V as [V | [_ H]]; [| exists s; auto].
  destruct (IH _ _ _ V) as (t & T & H). exists t. auto.
Qed.

Lemma vacated_gone : forall q (s : store) e c, settled s q -> vacated s q e c -> home (replay s q) e <> Some c.
Proof.
  induction q as [| x q IH]; intros s e c S V; simpl in *; [contradiction |].
  destruct S as [S1 S2]. destruct V as [V | [X H]]; [now apply IH |].
  apply (S1 e c X H), now_possible.
Qed.

Lemma zero_names_not : forall s e, inv s -> count s e = 0 -> forall t, possible s t -> ~ named t e.
Proof. intros s e V Z. rewrite (counts s V) in Z. now apply zero_exact. Qed.

Lemma held_by : forall (s : state) w j, job s w = Some j -> held_ s (of j).
Proof. intros s w j J. exists w, j. auto. Qed.

(* ---- what holds of every record that writers append ---- *)

Lemma taken_zero : forall (x : record) e, (forall r, sets x r <> Some (Some e)) -> taken extent_dec Refs x e = 0.
Proof.
  intros x e H. apply cardinality_zero. intros r _. unfold sets_to. specialize (H r).
  destruct (sets x r) as [v |]; [| reflexivity]. apply is_false. congruence.
Qed.

(* A record x of a writer, after which the jobs are jb: those that were, but for holds of what somebody held. *)
Lemma write_keeps : forall s x jb, inv s ->
  (forall r e, sets x r = Some (Some e) -> held_ s e /\ home (after (now s) x) e <> None) ->
  (forall e, extent x = Some e -> exists c,
     copy x = Some c /\ solid s e c /\ (forall t, possible s t -> home t e <> Some c) /\ ~ dead s e c) ->
  (forall v j, jb v = Some j ->
     (job s v = Some j /\ (extent x = Some (of j) -> at_ j <> None -> at_ j <> copy x)) \/
     (held_ s (of j) /\ stage j = held /\ at_ j = None /\ home (after (now s) x) (of j) <> None)) ->
  inv (with_job (write extent_dec Handle Name s x) jb).
Proof.
  intros s x jb V A B C. set (u := with_job (write extent_dec Handle Name s x) jb).
  assert (Z : forall e, ~ held_ s e -> taken extent_dec Refs x e = 0).
  { intros e N. apply taken_zero. intros r E. destruct (A r e E). contradiction. }
  assert (HM : forall e, home (now s) e <> None -> home (after (now s) x) e <> None).
  { intros e H. simpl. destruct (is extent_dec (extent x) e) eqn:E; [| exact H].
    apply is_true in E. destruct (B e E) as (c & -> & _). discriminate. }
  assert (ND : forall e, held_ s e -> ~ dying s e).
  { intros e (v & j & J & <-). now destruct (jobs s V v j J). }
  assert (N : now u = after (now s) x) by apply replay_append.
  assert (P : forall t, possible u t -> possible s t \/ t = after (now s) x).
  { intros t T. unfold Model.possible, u in T; simpl in T. rewrite possible_append, in_app_iff in T.
    destruct T as [T | [<- | []]]; auto. }
  assert (PN : possible s (now s)) by apply now_possible.
  assert (NEW : forall e c, extent x = Some e -> copy x = Some c -> (forall t, possible s t -> home t e <> Some c) /\ ~ dead s e c).
  { intros e c X K. destruct (B e X) as (c' & K' & _ & F). rewrite K in K'. now inversion K'; subst. }
  constructor; try rewrite N.
  - intro e. simpl. rewrite write_balance. now rewrite (counts s V).
  - intros t e c T H. apply P in T as [T | ->]; [now apply (ghostless s V t) |].
    simpl in H. destruct (is extent_dec (extent x) e) eqn:E; [| now apply (ghostless s V (now s))].
    apply is_true in E. destruct (B e E) as (c' & K & S & _). simpl. congruence.
  - intros t e T H. apply P in T as [T | ->]; [now apply (homed s V t) |].
    destruct H as (r & I & H). simpl in H. destruct (sets x r) as [v |] eqn:X.
    + subst v. now destruct (A r e X).
    + apply HM, (homed s V (now s)); auto. now exists r.
  - intros v i J. destruct (C v i J) as [[K _] | (H1 & H2 & H3 & H4)].
    + destruct (jobs s V v i K) as [NDY O]. split; [exact NDY |]. rewrite N. destruct (stage i); auto.
      destruct O as [O1 O2]. split; [exact O1 | exact (HM _ O2)].
    + split; [now apply ND |]. now rewrite H2, N.
  - intros v i c J AT. destruct (C v i J) as [[K F] | (_ & _ & H & _)]; [| congruence].
    destruct (copy_new s V v i c K AT) as [F' NDE]. split; [| exact NDE].
    intros t T. apply P in T as [T | ->]; [now apply F' |]. simpl.
    destruct (is extent_dec (extent x) (of i)) eqn:E; [| now apply F'].
    apply is_true in E. intro Q. apply (F E); congruence.
  - intros v v' i i' c D J J' O AT AT'.
    destruct (C v i J) as [[K _] | (_ & _ & H & _)]; [| congruence].
    destruct (C v' i' J') as [[K' _] | (_ & _ & H & _)]; [| congruence].
    now apply (copy_own s V v v' i i' c).
  - intros v v' i i' D J J' O.
    destruct (C v i J) as [[K _] | (_ & _ & _ & H)]; [| exact H].
    destruct (C v' i' J') as [[K' _] | (_ & _ & _ & H)]; [| now rewrite O].
    apply HM. now apply (one_storer s V v v' i i').
  - intros e DY. simpl in *. rewrite (condemned s V e DY), Z; [reflexivity |]. intro H. now apply (ND e).
  - intros e M. destruct (marked s V e M) as (M1 & M2 & M3). split; [| split; [| now apply HM]].
    + simpl. rewrite M1, Z; auto.
    + intros (v & i & J & <-). destruct (C v i J) as [[K _] | (H & _)]; [| contradiction].
      apply M2. eapply held_by; eauto.
  - intros p v e W VE. destruct (viewed s V p v e W VE) as [NDY H]. split; [exact NDY | now apply HM].
  - apply (outwaited s V).
  - intros e c DD t T. apply P in T as [T | ->]; [now apply (abandoned s V e c) |]. simpl.
    destruct (is extent_dec (extent x) e) eqn:E; [| now apply (abandoned s V e c)].
    apply is_true in E. intro Q. now destruct (NEW e c E Q).
  - apply settled_append; [apply (moved_on s V) |]. intros e c t X K T. now apply (NEW e c X K).
Qed.

(* ---- the force, and the crash ---- *)

(* q is the tail, or the tail and a sweep of what is dying. *)
Lemma force_keeps : forall s q (voided : Extent -> bool) (d : Extent -> Prop), inv s ->
  (forall e, d e -> dying s e) ->
  (forall t e c, In t (possible_ (base s) q) -> home t e = Some c -> exists u, possible s u /\ home u e = Some c) ->
  (forall e, named (replay (base s) q) e -> named (now s) e) ->
  (forall e, home (replay (base s) q) e = home (now s) e \/ (dying s e /\ ~ d e /\ voided e = true)) ->
  (forall e, counted (base s) q e = counted (base s) (tail s) e) ->
  settled (base s) q ->
  inv (with_dying (force extent_dec Handle Name s q voided) d).
Proof.
  intros s q voided d V D P NM H K S.
  set (t := with_dying (force extent_dec Handle Name s q voided) d).
  assert (N : now t = replay (base s) q) by reflexivity.
  assert (O : forall u, possible t u <-> u = replay (base s) q).
  { intro u. unfold Model.possible, t; simpl. intuition. }
  assert (OH : forall u e c, possible t u -> home u e = Some c -> exists u', possible s u' /\ home u' e = Some c).
  { intros u e c U Q. apply O in U. subst u. apply (P (replay (base s) q)); auto. apply now_possible. }
  assert (KD : forall e, ~ dying s e -> home (now s) e <> None -> home (now t) e <> None).
  { intros e ND Q. rewrite N. destruct (H e) as [-> | (DY & _)]; tauto. }
  assert (C : forall e, count t e = uses extent_dec Refs (replay (base s) q) e).
  { intro e. simpl. rewrite (counts s V), <- K.
    pose proof (force_balance extent_dec Refs q (base s) e). lia. }
  assert (CZ : forall e, count s e = 0 -> count t e = 0).
  { intros e Z. simpl. rewrite Z. reflexivity. }
  assert (PN : possible s (now s)) by apply now_possible.
  constructor; try rewrite N.
  - intro e. rewrite C. unfold Counting.counted; simpl. lia.
  - intros u e c U Q. simpl. destruct (OH u e c U Q) as (u' & U' & Q'). now apply (ghostless s V u').
  - intros u e U Q. apply O in U. subst u. apply NM in Q.
    destruct (H e) as [-> | (DY & _)]; [now apply (homed s V (now s)) |].
    exfalso. apply (zero_names_not s e V (condemned s V e DY) (now s)); auto.
  - intros w j J. simpl in J. destruct (jobs s V w j J) as [ND R]. split; [intro Q; now apply ND, D |].
    destruct (stage j); auto. destruct R. auto.
  - intros w j c J A. simpl in J. destruct (copy_new s V w j c J A) as [F ND]. split.
    + intros u U Q. destruct (OH u _ c U Q) as (u' & U' & Q'). now apply (F u').
    + simpl. intros [DD | VV]; [contradiction |]. apply vacated_was in VV as (u & U & Q).
      destruct (P u _ c U Q) as (u' & U' & Q'). now apply (F u').
  - apply (copy_own s V).
  - intros v w i j E I J Q. simpl in I, J. apply KD; [now apply (jobs s V v) |]. now apply (one_storer s V v w i j).
  - intros e Q. simpl in Q. apply CZ, (condemned s V). auto.
  - intros e M. simpl in M. destruct (voided e) eqn:VO; [contradiction |].
    destruct (fallen extent_dec Handle Name s q e); [contradiction |].
    destruct (marked s V e M) as (M1 & M2 & M3). repeat split; auto.
    rewrite <- N. simpl. destruct (H e) as [E | (_ & _ & E)]; [| congruence]. rewrite N, E. exact M3.
  - intros p v e W VE. simpl in W. destruct (viewed s V p v e W VE) as [ND Q]. split; [| now apply KD].
    intro R. now apply ND, D.
  - intros e m p v M W VE. simpl in M, W.
    destruct (voided e || fallen extent_dec Handle Name s q e)%bool; [discriminate |]. now apply (outwaited s V e m p v).
  - intros e c DD u U. simpl in DD. apply O in U. subst u. destruct DD as [DD | VV].
    + intro Q. destruct (OH (replay (base s) q) e c) as (u' & U' & Q'); [now apply O | exact Q |].
      now apply (abandoned s V e c DD u').
    + now apply vacated_gone.
  - exact I.
Qed.

Lemma sync_keeps : forall s, inv s -> inv (force extent_dec Handle Name s (tail s) (fun _ => false)).
Proof.
  intros s V. apply (force_keeps s (tail s) (fun _ => false) (dying s)); auto.
  - intros t e c T H. exists t. auto.
  - apply (moved_on s V).
Qed.

Lemma sweep_keeps : forall s e, inv s -> dying s e ->
  inv (with_dying (force extent_dec Handle Name s (tail s ++ [swept e]) (is extent_dec (Some e))) (fun f => dying s f /\ f <> e)).
Proof.
  intros s e V DY. apply force_keeps; auto.
  - tauto.
  - intros t f c T H. rewrite possible_append, in_app_iff in T. destruct T as [T | [<- | []]]; [exists t; auto |].
    exists (now s). split; [apply now_possible |]. cbn -[is] in H. destruct (is extent_dec (Some e) f); [discriminate | exact H].
  - intros f. rewrite replay_append. intros (r & I & Q). exists r. auto.
  - intro f. rewrite replay_append. cbn -[is]. destruct (is extent_dec (Some e) f) eqn:E; [| auto].
    right. apply is_true in E. inversion E; subst. tauto.
  - intro f. rewrite write_balance, taken_zero; [lia | discriminate].
  - apply settled_append; [apply (moved_on s V) |]. discriminate.
Qed.

Lemma crash_keeps : forall s n (kept : Extent -> Copy -> Prop), inv s -> n <= length (tail s) ->
  inv (let b := replay (base s) (firstn n (tail s)) in
       State b [] (counted b []) (fun _ : Writer => None) (fun _ : Reader => None) (fun _ => None)
             (fun _ => False) (fun _ _ => False) (plus (solid s) kept) (fun _ _ => False)).
Proof.
  intros s n kept V L. set (b := replay (base s) (firstn n (tail s))).
  assert (B : possible s b) by (apply possible_cut; exists n; auto).
  constructor; simpl; try discriminate; try contradiction; auto.
  - intros t e c [<- | []] H. left. now apply (ghostless s V b).
  - intros t e [<- | []] H. now apply (homed s V b).
Qed.

(* ---- every action ---- *)

Ltac cases :=
  unfold except in *;
  repeat match goal with
  | H : context [writer_dec ?a ?b] |- _ => destruct (writer_dec a b); subst
  | H : context [reader_dec ?a ?b] |- _ => destruct (reader_dec a b); subst
  | H : context [extent_dec ?a ?b] |- _ => destruct (extent_dec a b); subst
  | H : Some _ = Some _ |- _ => inversion H; clear H; subst
  | H : None = Some _ |- _ => discriminate H
  | H : Some _ = None |- _ => discriminate H
  end.

(* An action of a writer that appends nothing and moves no bytes: w's job becomes j. *)
Lemma put_keeps : forall s w j, inv s ->
  (forall i, j = Some i -> job_ok s i /\ at_ i = None /\ mark s (of i) = None /\
     forall v k, v <> w -> job s v = Some k -> of k = of i -> home (now s) (of i) <> None) ->
  inv (put writer_dec s w j).
Proof.
  intros s w j V A.
  constructor; simpl; try solve [apply V].
  - intros v i J. cases; [now apply A | now apply (jobs s V v)].
  - intros v i c J AT. cases; [destruct (A i eq_refl) as (_ & Q & _); congruence | now apply (copy_new s V v i)].
  - intros v v' i i' c D J J' O AT. cases; try congruence; try solve [destruct (A _ eq_refl) as (_ & Q & _); congruence].
    now apply (copy_own s V v v' i i' c).
  - intros v v' i i' D J J' O. cases; try congruence.
    + destruct (A i' eq_refl) as (_ & _ & _ & Q). rewrite O. now apply (Q v i).
    + destruct (A i eq_refl) as (_ & _ & _ & Q). apply (Q v' i'); congruence.
    + now apply (one_storer s V v v' i i').
  - intros e M. destruct (marked s V e M) as (M1 & M2 & M3). repeat split; auto.
    intros (v & i & J & <-). simpl in J. cases.
    + destruct (A i eq_refl) as (_ & _ & Q & _). congruence.
    + apply M2. eapply held_by; eauto.
Qed.

(* w stores what it has, or syncs it: its job becomes k, with a copy c that nothing else knows. *)
Lemma store_keeps : forall s w j k c, inv s -> job s w = Some j -> of k = of j -> at_ k = Some c ->
  (forall t, possible s t -> home t (of j) <> Some c) -> ~ dead s (of j) c ->
  (forall v i, v <> w -> job s v = Some i -> of i = of j -> at_ i <> Some c) ->
  (stage k = stored /\ loose s (of j) c) \/ (stage k = hard /\ solid s (of j) c) ->
  inv (put writer_dec s w (Some k)).
Proof.
  intros s w j k c V J O K F ND U S.
  assert (HE : forall e, held_ (put writer_dec s w (Some k)) e -> held_ s e).
  { intros e (v & i & I & <-). simpl in I. cases; [rewrite O |]; eapply held_by; eauto. }
  constructor; simpl; try solve [apply V].
  - intros v i I. cases; [| now apply (jobs s V v)]. split; simpl.
    + rewrite O. now apply (jobs s V w).
    + destruct S as [[-> S] | [-> S]]; exists c; rewrite O; auto.
  - intros v i d I AT. cases; [| now apply (copy_new s V v i)]. rewrite O. rewrite K in AT. inversion AT; subst. auto.
  - intros v v' i i' d D I I' E AT. cases; try congruence.
    + intro Q. rewrite K in Q. inversion Q; subst. apply (U v i); congruence.
    + rewrite K in AT. inversion AT; subst. apply (U v' i'); congruence.
    + now apply (copy_own s V v v' i i').
  - intros v v' i i' D I I' E. cases; try congruence.
    + rewrite E, O. rewrite O in E. apply (one_storer s V w v j i); auto.
    + rewrite O in *. apply (one_storer s V w v' j i'); auto.
    + now apply (one_storer s V v v' i i').
  - intros e M. destruct (marked s V e M) as (M1 & M2 & M3).
    split; [exact M1 | split; [| exact M3]]. intro H. now apply M2, HE.
Qed.

(* Bytes come and go; those that an entry names or a job counts on stay. *)
Lemma bytes_keep : forall s (l h d : Extent -> Copy -> Prop), inv s ->
  (forall t e c, possible s t -> home t e = Some c -> solid s e c -> h e c) ->
  (forall w j c, job s w = Some j -> at_ j = Some c -> stage j = stored -> loose s (of j) c -> l (of j) c) ->
  (forall w j c, job s w = Some j -> at_ j = Some c -> stage j = hard -> solid s (of j) c -> h (of j) c) ->
  (forall e c, d e c -> dead s e c) ->
  inv (with_bytes s l h d).
Proof.
  intros s l h d V A B C D. constructor; simpl; try solve [apply V].
  - intros t e c T H. apply (A t); auto. now apply (ghostless s V t).
  - intros w j J. destruct (jobs s V w j J) as [ND O]. split; [exact ND |]. simpl.
    destruct (stage j) eqn:S; auto; destruct O as (c & AT & O); exists c; eauto.
  - intros w j c J AT. destruct (copy_new s V w j c J AT). auto.
  - intros e c DD t T. apply (abandoned s V e c); auto.
Qed.

(* Marks are voided. *)
Lemma mark_keeps : forall s m, inv s -> (forall e, m e = mark s e \/ m e = None) -> inv (with_mark s m).
Proof.
  intros s m V A. constructor; simpl; try solve [apply V].
  - intros e M. apply (marked s V e). destruct (A e); congruence.
  - intros e n p v M. apply (outwaited s V). destruct (A e); congruence.
Qed.

Lemma mark_none : forall s e, inv s -> count s e > 0 \/ held_ s e -> mark s e = None.
Proof.
  intros s e V H. destruct (mark s e) eqn:M; [| reflexivity]. exfalso.
  destruct (marked s V e) as (M1 & M2 & _); [congruence |]. destruct H; [lia | contradiction].
Qed.

Lemma named_counts : forall s t e, inv s -> possible s t -> named t e -> count s e > 0.
Proof.
  intros s t e V T N. destruct (count s e) eqn:Z; [| lia]. exfalso. now apply (zero_names_not s e V Z t).
Qed.

Lemma pin_keeps : forall s p, inv s -> inv (with_view s (except reader_dec (view s) p (Some (seen extent_dec Handle Name s)))).
Proof.
  intros s p V.
  assert (PN : possible s (now s)) by apply now_possible.
  constructor; simpl; try solve [apply V].
  - intros q v e W VE. cases; [| now apply (viewed s V q v)]. destruct VE as [N | [H HO]].
    + split; [| now apply (homed s V (now s))]. intro D. apply (condemned s V) in D.
      pose proof (named_counts s (now s) e V PN N). lia.
    + split; [| exact HO]. destruct H as (w & j & J & <-). now apply (jobs s V w).
  - intros e m q v M W VE. cases; [| now apply (outwaited s V e m q v)]. exfalso.
    assert (mark s e = None); [| congruence]. apply mark_none; auto.
    destruct VE as [N | [H _]]; [left; now apply (named_counts s (now s)) | auto].
Qed.

Lemma unpin_keeps : forall s p, inv s ->
  inv (with_mark (with_view s (except reader_dec (view s) p None))
                 (fun e => match mark s e with None => None | Some m => Some (fun q => m q /\ q <> p) end)).
Proof.
  intros s p V. constructor; simpl; try solve [apply V].
  - intros e M. apply (marked s V e). destruct (mark s e); congruence.
  - intros q v e W VE. cases. now apply (viewed s V q v).
  - intros e m q v M W VE. destruct (mark s e) as [m' |] eqn:K; [| discriminate]. cases.
    split; [| assumption]. now apply (outwaited s V e m' q v).
Qed.

Theorem step_keeps : forall s t, inv s -> step s t -> inv t.
Proof.
  intros s t V [w e J ND NS | w e J ND HO G | w j c J ST F | w j J ST | w j h J ST IH HN | w j J ST | w j n J ST IN | w j J | w j J AT
               | r IR RN | TN | p VN | p VN | e HO ND NH Z MN | e m M E Z NH ND | e D | e D | e c D | e c D | e c LS NU ND NP
               | n kept L K].
  - (* Admit *)
    destruct (home (now s) e) as [c |] eqn:H.
    + apply (put_keeps (with_mark s (except extent_dec (mark s) e None)) w).
      * apply mark_keeps; auto. intro f. cases; destruct (extent_dec f e); auto.
      * intros i Q. cases. repeat split; simpl; auto; try congruence.
        -- intro X. unfold Model.now in *. simpl in X. congruence.
        -- unfold except. destruct (extent_dec e e); congruence.
        -- intros. unfold Model.now in *. simpl. congruence.
    + apply put_keeps; auto. intros i Q. cases. repeat split; simpl; auto.
      * destruct (mark s e) eqn:M; [| reflexivity]. exfalso. now destruct (marked s V e) as (_ & _ & Q); [congruence |].
      * intros v k D JV O _. apply NS. exists v, k. repeat split; auto. intro ST.
        destruct (jobs s V v k JV) as [_ Q]. rewrite ST in Q. destruct Q as [_ Q]. congruence.
  - (* Hold *)
    apply put_keeps; auto. intros i Q. cases. repeat split; simpl; auto. now apply mark_none.
  - (* Store *)
    destruct F as (F1 & F2 & F3 & F4 & F5).
    assert (inv (with_bytes s (plus (loose s) (this (of j) c)) (solid s) (dead s))) as V'.
    { apply bytes_keep; auto. intros. left. assumption. }
    apply (store_keeps _ w j (Job stored (of j) (Some c)) c V'); simpl; auto.
    + intros v i _ I O Q. apply F3. exists v, i. auto.
    + left. split; [reflexivity |]. right. split; reflexivity.
  - (* Harden *)
    destruct (jobs s V w j J) as [ND Q]. rewrite ST in Q. destruct Q as (c & AT & LO).
    destruct (copy_new s V w j c J AT) as [F1 F2].
    assert (inv (with_bytes s (loose s) (plus (solid s) (object j)) (dead s))) as V1.
    { apply bytes_keep; auto; intros; left; assumption. }
    assert (inv (put writer_dec (with_bytes s (loose s) (plus (solid s) (object j)) (dead s)) w (Some (Job hard (of j) (at_ j))))) as V2.
    { apply (store_keeps _ w j (Job hard (of j) (at_ j)) c V1); simpl; auto.
      - intros v i D I O Q. apply (copy_own s V w v j i c); congruence.
      - right. split; [reflexivity |]. right. split; auto. }
    apply (bytes_keep _ (minus (loose s) (object j)) (plus (solid s) (object j)) (dead s) V2); auto.
    intros v i d I A S LI. simpl in I. split; [exact LI |]. intros [O A']. cases; [discriminate |].
    apply (copy_own s V w v j i d); congruence.
  - (* Commit *)
    destruct (jobs s V w j J) as [ND Q]. apply write_keeps; auto; simpl.
    + unfold setting. intros r e E. destruct (ref_dec r h); [| discriminate]. inversion E; subst.
      split; [eapply held_by; eauto |]. unfold where_. destruct ST as [ST | ST]; rewrite ST in Q.
      * destruct Q as [-> Q]. exact Q.
      * destruct Q as (c & -> & _). simpl. destruct (extent_dec (of j) (of j)); congruence.
    + unfold where_. intros e E. destruct (at_ j) as [c |] eqn:AT; [| discriminate]. inversion E; subst.
      exists c. split; [reflexivity |]. destruct (copy_new s V w j c J AT).
      destruct ST as [ST | ST]; rewrite ST in Q; destruct Q as [Q1 Q]; [congruence |]. destruct Q as [Q2 Q]. split; [congruence |]. auto.
    + intros v i I. left. cases. split; [exact I |]. unfold where_. intros E AI.
      destruct (at_ j) as [c |] eqn:AT; [| exact AI]. inversion E. now apply (copy_own s V w v j i c); auto.
  - (* Keep *)
    destruct (jobs s V w j J) as [ND Q]. rewrite ST in Q. destruct Q as (c & AT & SO).
    destruct (copy_new s V w j c J AT). apply write_keeps; auto; simpl.
    + discriminate.
    + intros e E. inversion E; subst. exists c. auto.
    + intros v i I. cases.
      * right. simpl. repeat split; auto; [eapply held_by; eauto |].
        rewrite AT. destruct (extent_dec (of j) (of j)); congruence.
      * left. split; [exact I |]. intros E AI. rewrite AT. inversion E. apply (copy_own s V w v j i c); auto.
  - (* Bind *)
    destruct (jobs s V w j J) as [ND Q]. rewrite ST in Q. destruct Q as [AT Q]. apply write_keeps; auto; simpl.
    + intros r e E. destruct (is extent_dec (refs (now s) n) (of j)); [discriminate |]. unfold setting in E.
      destruct (ref_dec r n); [| discriminate]. inversion E; subst. split; [eapply held_by; eauto | exact Q].
    + discriminate.
    + intros v i I. left. cases. split; [exact I |]. discriminate.
  - (* GiveUp *)
    apply (bytes_keep (put writer_dec s w None)); auto.
    + apply put_keeps; auto. discriminate.
    + simpl. intros b e c T H S. split; [exact S |]. intros [<- AT]. now apply (copy_new s V w j c J AT) in H.
    + simpl. intros v i c I A S X. split; [exact X |]. intros [O AT]. cases. apply (copy_own s V w v j i c); auto.
    + simpl. intros v i c I A S X. split; [exact X |]. intros [O AT]. cases. apply (copy_own s V w v j i c); auto.
  - (* Abandon *)
    apply put_keeps; auto. discriminate.
  - (* Release *)
    apply (write_keeps s (Record_ (setting ref_dec r None) None None) (job s)); auto; simpl.
    + unfold setting. intros x e E. destruct (ref_dec x r); discriminate.
    + discriminate.
  - now apply sync_keeps.
  - now apply pin_keeps.
  - now apply unpin_keeps.
  - (* Mark *)
    constructor; simpl; try solve [apply V].
    + intros f M. cases; [auto | now apply (marked s V f)].
    + intros f m p v M W VE. cases; [unfold active; congruence | now apply (outwaited s V f m p v)].
  - (* Condemn *)
    constructor; simpl; try solve [apply V].
    + intros w j J. destruct (jobs s V w j J) as [ND' Q]. split; [| exact Q]. simpl. intros [D | <-]; [contradiction |].
      apply NH. eapply held_by; eauto.
    + intros f [D | ->]; [now apply (condemned s V) | exact Z].
    + intros p v f W VE. destruct (viewed s V p v f W VE) as [ND' Q]. split; [| exact Q]. intros [D | ->]; [contradiction |].
      apply (E p). now apply (outwaited s V e m p v).
  - (* Reprieve *)
    constructor; simpl; try solve [apply V].
    + intros w j J. destruct (jobs s V w j J) as [ND Q]. split; [| exact Q]. simpl. tauto.
    + intros f [DF _]. now apply (condemned s V).
    + intros p v f W VE. destruct (viewed s V p v f W VE). tauto.
  - now apply sweep_keeps.
  - (* Erase *)
    apply bytes_keep; auto.
    + intros b f d T H S. split; [exact S |]. intros [<- <-]. now apply (abandoned s V e c D b).
    + intros w j d J A S X. split; [exact X |]. intros [-> ->]. now destruct (copy_new s V w j d J A).
    + now intros f d [X _].
  - (* Forget *)
    apply bytes_keep; auto. now intros f d [X _].
  - (* Orphan *)
    apply bytes_keep; auto.
    + intros b f d T H S. split; [exact S |]. intros [<- <-]. now apply (NP b).
    + intros w j d J A S X. split; [exact X |]. intros [-> ->]. apply NU. exists w, j. auto.
    + intros w j d J A S X. split; [exact X |]. intros [-> ->]. apply NU. exists w, j. auto.
  - now apply crash_keeps.
Qed.

Theorem always : forall s, reachable s -> inv s.
Proof.
  intros s R. induction R as [| s t R V S]; [| now apply (step_keeps s)].
  constructor; simpl; try discriminate; try contradiction; auto.
  - intro e. unfold Counting.counted, uses; simpl. now rewrite (proj2 (cardinality_zero _ _)).
  - intros t e c [<- | []]. discriminate.
  - intros t e [<- | []] (r & _ & N). discriminate.
Qed.

(* ---- what follows ---- *)

Theorem counts_exact : forall s : state, reachable s -> CountsExact extent_dec Handle Name s.
Proof. intros s R e. now apply (counts s (always s R)). Qed.

(* A count is zero exactly when no state that a crash could bring back refers to the extent. *)
Theorem zero_means_unnamed : forall (s : state) e, reachable s -> count s e = 0 <-> forall t, possible s t -> ~ named t e.
Proof. intros s e R. rewrite (counts_exact s R e). apply zero_exact. Qed.

Lemma home_there : forall (s : state) t e, reachable s -> possible s t -> home t e <> None -> there s t e.
Proof.
  intros s t e R P H. destruct (home t e) as [c |] eqn:Q; [| contradiction].
  exists c. split; [exact Q |]. now apply (ghostless s (always s R) t).
Qed.

Theorem no_ghost : forall s : state, reachable s -> NoGhost extent_dec s.
Proof. intros s R t e. now apply home_there. Qed.

Theorem no_dangling : forall s : state, reachable s -> NoDangling extent_dec Handle Name s.
Proof. intros s R t e P N. apply home_there; auto. now apply (homed s (always s R)). Qed.

Theorem held_stays : forall s : state, reachable s -> HeldStays extent_dec s.
Proof.
  intros s R w j J. destruct (jobs s (always s R) w j J) as [ND Q]. destruct (stage j); auto.
  destruct Q as [_ Q]. split; [exact ND |]. apply home_there; auto. apply now_possible.
Qed.

Theorem pinned_stays : forall s : state, reachable s -> PinnedStays extent_dec s.
Proof.
  intros s R p v e W VE. destruct (viewed s (always s R) p v e W VE) as [ND Q]. split; [exact ND |].
  apply home_there; auto. apply now_possible.
Qed.

Theorem marks_garbage : forall s : state, reachable s -> MarksGarbage s.
Proof. intros s R e M. destruct (marked s (always s R) e M) as (M1 & M2 & _). auto. Qed.

Theorem one_storer_only : forall s : state, reachable s -> OneStorer extent_dec s.
Proof.
  intros s R v w i j D I J O (x & k & _ & _ & _ & H). now apply (one_storer s (always s R) v w i j).
Qed.

End Safety.

Print Assumptions counts_exact.
Print Assumptions zero_means_unnamed.
Print Assumptions no_ghost.
Print Assumptions no_dangling.
Print Assumptions held_stays.
Print Assumptions pinned_stays.
Print Assumptions marks_garbage.
Print Assumptions one_storer_only.
