(* formal/specs/RefcountGc.tla, action by action, for any number of extents, copies, references, writers and readers, and any
   length of tail (MaxTail is left out, so that Write is never refused).  Names are the specification's, written small where
   they are functions of a state.

   Sets are predicates; None, where TLA+ adds it to a set, is that of an option.  An object <<e, c>> is a pair of arguments. *)
From Coq Require Import List Arith.
Import ListNotations.
From Ashlar Require Import Counting.

Definition except {A B} (eq : dec A) (f : A -> B) (x : A) (v : B) : A -> B := fun y => if eq y x then v else f y.

Inductive stage_ := storing | stored | hard | held.

Section Model.

Context {Extent Copy Ref Writer Reader : Type}.
Variable extent_dec : dec Extent.
Variable ref_dec : dec Ref.
Variable writer_dec : dec Writer.
Variable reader_dec : dec Reader.
Variables Handle Name : list Ref.

Definition Refs := Handle ++ Name.

Notation store := (store Extent Copy Ref).
Notation record := (record Extent Copy Ref).
Notation after := (after extent_dec).
Notation replay := (replay extent_dec).
Notation possible_ := (Counting.possible extent_dec).
Notation taken := (taken extent_dec Refs).
Notation dropped := (dropped extent_dec Refs).
Notation named := (named Refs).

Record job_ := Job { stage : stage_; of : Extent; at_ : option Copy }.        (* [stage, extent, copy] *)

Record state := State {
  base  : store;
  tail  : list record;
  count : Extent -> nat;
  job   : Writer -> option job_;
  view  : Reader -> option (Extent -> Prop);
  mark  : Extent -> option (Reader -> Prop);
  dying : Extent -> Prop;
  loose : Extent -> Copy -> Prop;
  solid : Extent -> Copy -> Prop;
  dead  : Extent -> Copy -> Prop }.

Definition setting (r : Ref) (v : option Extent) : Ref -> option (option Extent) := fun x => if ref_dec x r then Some v else None.
Definition nothing : Ref -> option (option Extent) := fun _ => None.

Definition now (s : state) : store := replay (base s) (tail s).
Definition possible (s : state) (t : store) : Prop := In t (possible_ (base s) (tail s)).

Definition held_ (s : state) (e : Extent) : Prop := exists w j, job s w = Some j /\ of j = e.
Definition under_way (s : state) (e : Extent) (c : Copy) : Prop := exists w j, job s w = Some j /\ of j = e /\ at_ j = Some c.
Definition being_stored (s : state) (e : Extent) : Prop :=
  exists w j, job s w = Some j /\ of j = e /\ stage j <> held /\ home (now s) e = None.
Definition active (s : state) (p : Reader) : Prop := view s p <> None.

Definition fresh (s : state) (e : Extent) (c : Copy) : Prop :=
  ~ loose s e c /\ ~ solid s e c /\ ~ under_way s e c /\ ~ dead s e c /\ forall t, possible s t -> home t e <> Some c.

Definition seen (s : state) (e : Extent) : Prop := named (now s) e \/ (held_ s e /\ home (now s) e <> None).

Fixpoint vacated (s : store) (q : list record) (e : Extent) (c : Copy) : Prop :=
  match q with
  | [] => False
  | x :: q => vacated (after s x) q e c \/ (extent x = Some e /\ home s e = Some c)
  end.

Definition fallen (s : state) (q : list record) (e : Extent) : bool := 0 <? dropped (base s) q e.

(* <<j.extent, j.copy>>, which is no object while nothing is stored *)
Definition object (j : job_) (e : Extent) (c : Copy) : Prop := of j = e /\ at_ j = Some c.
Definition plus (P Q : Extent -> Copy -> Prop) e c := P e c \/ Q e c.
Definition minus (P Q : Extent -> Copy -> Prop) e c := P e c /\ ~ Q e c.
Definition this (e : Extent) (c : Copy) : Extent -> Copy -> Prop := fun e' c' => e = e' /\ c = c'.

Definition init : state := {|
  base := {| refs := fun _ => None; home := fun _ => None |};
  tail := []; count := fun _ => 0; job := fun _ => None; view := fun _ => None; mark := fun _ => None;
  dying := fun _ => False; loose := fun _ _ => False; solid := fun _ _ => False; dead := fun _ _ => False |}.

(* What an action changes; the rest is UNCHANGED. *)
Definition with_job (s : state) j := State (base s) (tail s) (count s) j (view s) (mark s) (dying s) (loose s) (solid s) (dead s).
Definition with_view (s : state) v := State (base s) (tail s) (count s) (job s) v (mark s) (dying s) (loose s) (solid s) (dead s).
Definition with_mark (s : state) m := State (base s) (tail s) (count s) (job s) (view s) m (dying s) (loose s) (solid s) (dead s).
Definition with_dying (s : state) d := State (base s) (tail s) (count s) (job s) (view s) (mark s) d (loose s) (solid s) (dead s).
Definition with_bytes (s : state) l h d := State (base s) (tail s) (count s) (job s) (view s) (mark s) (dying s) l h d.

Definition put (s : state) (w : Writer) (j : option job_) : state := with_job s (except writer_dec (job s) w j).

Definition write (s : state) (x : record) : state :=
  State (base s) (tail s ++ [x]) (fun e => count s e + taken x e)
        (job s) (view s) (mark s) (dying s) (loose s) (solid s) (dead s).

(* With the marks that both actions void: sweep adds the swept extent's. *)
Definition force (s : state) (q : list record) (voided : Extent -> bool) : state :=
  State (replay (base s) q) [] (fun e => count s e - dropped (base s) q e)
        (job s) (view s) (fun e => if (voided e || fallen s q e)%bool then None else mark s e)
        (dying s) (loose s) (solid s) (plus (dead s) (vacated (base s) q)).

Definition where_ (j : job_) : option Extent := match at_ j with None => None | Some _ => Some (of j) end.

Definition swept (e : Extent) : record := Record_ nothing (Some e) None.

Inductive step (s : state) : state -> Prop :=
| Admit w e :
    job s w = None -> ~ dying s e -> ~ being_stored s e ->
    step s match home (now s) e with
           | Some _ => with_mark (put s w (Some (Job held e None))) (except extent_dec (mark s) e None)
           | None => put s w (Some (Job storing e None))
           end
| Hold w e :
    job s w = None -> ~ dying s e -> home (now s) e <> None -> count s e > 0 \/ held_ s e ->
    step s (put s w (Some (Job held e None)))
| Store w j c :
    job s w = Some j -> stage j = storing \/ stage j = held -> fresh s (of j) c ->
    step s (with_bytes (put s w (Some (Job stored (of j) (Some c)))) (plus (loose s) (this (of j) c)) (solid s) (dead s))
| Harden w j :
    job s w = Some j -> stage j = stored ->
    step s (with_bytes (put s w (Some (Job hard (of j) (at_ j))))
                       (minus (loose s) (object j)) (plus (solid s) (object j)) (dead s))
| Commit w j h :
    job s w = Some j -> stage j = held \/ stage j = hard -> In h Handle -> refs (now s) h = None ->
    step s (put (write s (Record_ (setting h (Some (of j))) (where_ j) (at_ j))) w None)
| Keep w j :
    job s w = Some j -> stage j = hard ->
    step s (put (write s (Record_ nothing (Some (of j)) (at_ j))) w (Some (Job held (of j) None)))
| Bind w j n :
    job s w = Some j -> stage j = held -> In n Name ->
    step s (put (write s (Record_ (if is extent_dec (refs (now s) n) (of j) then nothing else setting n (Some (of j))) None None))
                w None)
| GiveUp w j :
    job s w = Some j ->
    step s (with_bytes (put s w None) (minus (loose s) (object j)) (minus (solid s) (object j)) (dead s))
| Abandon w j :
    job s w = Some j -> at_ j <> None ->
    step s (put s w None)
| Release r :
    In r Refs -> refs (now s) r <> None ->
    step s (write s (Record_ (setting r None) None None))
| Sync :
    tail s <> [] ->
    step s (force s (tail s) (fun _ => false))
| Pin p :
    view s p = None ->
    step s (with_view s (except reader_dec (view s) p (Some (seen s))))
| Unpin p :
    view s p <> None ->
    step s (with_mark (with_view s (except reader_dec (view s) p None))
                      (fun e => match mark s e with None => None | Some m => Some (fun q => m q /\ q <> p) end))
| Mark e :
    home (now s) e <> None -> ~ dying s e -> ~ held_ s e -> count s e = 0 -> mark s e = None ->
    step s (with_mark s (except extent_dec (mark s) e (Some (active s))))
| Condemn e m :
    mark s e = Some m -> (forall p, ~ m p) -> count s e = 0 -> ~ held_ s e -> ~ dying s e ->
    step s (with_dying s (fun f => dying s f \/ f = e))
| Reprieve e :
    dying s e ->
    step s (with_dying s (fun f => dying s f /\ f <> e))
| Sweep e :
    dying s e ->
    step s (with_dying (force s (tail s ++ [swept e]) (is extent_dec (Some e))) (fun f => dying s f /\ f <> e))
| Erase e c :
    dead s e c ->
    step s (with_bytes s (loose s) (minus (solid s) (this e c)) (minus (dead s) (this e c)))
| Forget e c :
    dead s e c ->
    step s (with_bytes s (loose s) (solid s) (minus (dead s) (this e c)))
| Orphan e c :
    loose s e c \/ solid s e c -> ~ under_way s e c -> ~ dead s e c -> (forall t, possible s t -> home t e <> Some c) ->
    step s (with_bytes s (minus (loose s) (this e c)) (minus (solid s) (this e c)) (dead s))
| Crash n (kept : Extent -> Copy -> Prop) :
    n <= length (tail s) -> (forall e c, kept e c -> loose s e c) ->
    step s (let b := replay (base s) (firstn n (tail s)) in
            State b [] (counted extent_dec Refs b []) (fun _ => None) (fun _ => None) (fun _ => None)
                  (fun _ => False) (fun _ _ => False) (plus (solid s) kept) (fun _ _ => False)).

Inductive reachable : state -> Prop :=
| Init : reachable init
| Next s t : reachable s -> step s t -> reachable t.

(* What holds in every state *)

Definition there (s : state) (t : store) (e : Extent) : Prop := exists c, home t e = Some c /\ solid s e c.

Definition NoDangling (s : state) : Prop := forall t e, possible s t -> named t e -> there s t e.

Definition NoGhost (s : state) : Prop := forall t e, possible s t -> home t e <> None -> there s t e.

Definition HeldStays (s : state) : Prop := forall w j, job s w = Some j ->
  match stage j with
  | held => ~ dying s (of j) /\ there s (now s) (of j)
  | storing => True
  | stored => exists c, at_ j = Some c /\ loose s (of j) c
  | hard => exists c, at_ j = Some c /\ solid s (of j) c
  end.

Definition PinnedStays (s : state) : Prop := forall p v e, view s p = Some v -> v e -> ~ dying s e /\ there s (now s) e.

Definition CountsExact (s : state) : Prop := forall e, count s e = counted extent_dec Refs (base s) (tail s) e.

Definition MarksGarbage (s : state) : Prop := forall e, mark s e <> None -> count s e = 0 /\ ~ held_ s e.

Definition OneStorer (s : state) : Prop := forall v w i j,
  v <> w -> job s v = Some i -> job s w = Some j -> of i = of j -> ~ being_stored s (of i).

End Model.
