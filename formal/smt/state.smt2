; The state of formal/specs/RefcountGc.tla, for solvers: any number of extents, copies, references, writers, readers, records.
;
; The journal is a chain of points, one after each record; base and now are two of them, and a crash may leave any point between
; them.  Point, refs, home, sets, moves and before are the same before and after an action: a record is never changed, and the
; points that an action does not speak of mean nothing.  So Possible is "every point from base to now", and Write takes the next.
;
; Counts are not numbers here: count[e] = 0 is (zero e), "no possible state refers to e".  That the numbers which the
; specification keeps say exactly this is the counting lemma: formal/coq/Counting.v, zero_exact; Safety.v, zero_means_unnamed.
;
; None is a constant of each sort that has one.  An object <<e, c>> is a pair of arguments.

(declare-sort Extent 0)
(declare-sort Copy 0)
(declare-sort Ref 0)
(declare-sort Writer 0)
(declare-sort Reader 0)
(declare-sort Point 0)
(declare-datatypes ((Stage 0)) (((idle) (storing) (held) (stored) (hard))))

(declare-const none Extent)
(declare-const nowhere Copy)
(declare-fun is-handle (Ref) Bool)                      ; Handle; the others are Name

; The chain: a strict total order.
(declare-fun before (Point Point) Bool)
(assert (forall ((s Point)) (not (before s s))))
(assert (forall ((s Point) (t Point) (u Point)) (=> (and (before s t) (before t u)) (before s u))))
(assert (forall ((s Point) (t Point)) (or (= s t) (before s t) (before t s))))

; What the records up to a point add up to: s.refs, s.home.
(declare-fun refs (Point Ref) Extent)
(declare-fun home (Point Extent) Copy)
; The record that leads to a point: DOMAIN sets, and whether its extent is e.
(declare-fun sets (Point Ref) Bool)
(declare-fun moves (Point Extent) Bool)

; ---- variables: the test declares each a second time as it is after the action, with ! at its end ----

(declare-const base Point)                              ; base
(declare-const now Point)                               ; base and tail: Now
(declare-fun stage (Writer) Stage)                      ; job[w].stage; job[w] = None is idle
(declare-fun extent (Writer) Extent)                    ; job[w].extent
(declare-fun copy (Writer) Copy)                        ; job[w].copy
(declare-fun active (Reader) Bool)                      ; view[p] # None
(declare-fun view (Reader Extent) Bool)                 ; e \in view[p]
(declare-fun marked (Extent) Bool)                      ; mark[e] # None
(declare-fun waits (Extent Reader) Bool)                ; p \in mark[e]
(declare-fun dying (Extent) Bool)                       ; e \in dying
(declare-fun loose (Extent Copy) Bool)                  ; <<e, c>> \in loose
(declare-fun solid (Extent Copy) Bool)                  ; <<e, c>> \in solid
(declare-fun dead (Extent Copy) Bool)                   ; <<e, c>> \in dead

(define-fun possible ((s Point)) Bool                   ; s \in Possible
  (and (or (= s base) (before base s)) (or (= s now) (before s now))))

(define-fun zero ((e Extent)) Bool                      ; count[e] = 0
  (forall ((s Point) (r Ref)) (=> (possible s) (not (= (refs s r) e)))))

(define-fun has-job ((w Writer)) Bool                   ; job[w] # None
  (not (= (stage w) idle)))

(define-fun in-held ((e Extent)) Bool                   ; e \in Held
  (exists ((w Writer)) (and (has-job w) (= (extent w) e))))

(define-fun under-way ((e Extent) (c Copy)) Bool        ; <<e, c>> \in UnderWay
  (exists ((w Writer)) (and (has-job w) (= (extent w) e) (= (copy w) c) (not (= c nowhere)))))

(define-fun being-stored ((e Extent)) Bool              ; e \in BeingStored
  (exists ((w Writer)) (and (has-job w) (= (extent w) e) (not (= (stage w) held)) (= (home now e) nowhere))))

(define-fun unlinked ((e Extent) (c Copy)) Bool         ; \A s \in Possible : s.home[e] # c
  (forall ((s Point)) (=> (possible s) (not (= (home s e) c)))))

(define-fun there ((s Point) (e Extent)) Bool           ; There(s, e)
  (and (not (= (home s e) nowhere)) (solid e (home s e))))

(define-fun seen ((e Extent)) Bool                      ; e \in Seen
  (and (not (= e none))
       (or (exists ((r Ref)) (= (refs now r) e))
           (and (in-held e) (not (= (home now e) nowhere))))))
