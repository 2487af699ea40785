; The actions of RefcountGc.tla by their names, and Init.  x! is x'.  Parameters are those of the specification; Write's is the
; point that the record leads to.

; ---- UNCHANGED ----

(define-fun same-log () Bool (and (= base! base) (= now! now)))
(define-fun same-job () Bool
  (forall ((v Writer)) (and (= (stage! v) (stage v)) (= (extent! v) (extent v)) (= (copy! v) (copy v)))))
(define-fun same-view () Bool
  (forall ((q Reader)) (and (= (active! q) (active q)) (forall ((x Extent)) (= (view! q x) (view q x))))))
(define-fun same-mark () Bool
  (forall ((x Extent)) (and (= (marked! x) (marked x)) (forall ((q Reader)) (= (waits! x q) (waits x q))))))
(define-fun same-dying () Bool (forall ((x Extent)) (= (dying! x) (dying x))))
(define-fun same-loose () Bool (forall ((x Extent) (d Copy)) (= (loose! x d) (loose x d))))
(define-fun same-solid () Bool (forall ((x Extent) (d Copy)) (= (solid! x d) (solid x d))))
(define-fun same-dead () Bool (forall ((x Extent) (d Copy)) (= (dead! x d) (dead x d))))

; ---- what several actions do ----

(define-fun sets-job ((w Writer) (g Stage) (e Extent) (c Copy)) Bool           ; job' = [job EXCEPT ![w] = Job(g, e, c)]
  (forall ((v Writer))
    (ite (= v w) (and (= (stage! v) g) (= (extent! v) e) (= (copy! v) c))
                 (and (= (stage! v) (stage v)) (= (extent! v) (extent v)) (= (copy! v) (copy v))))))

(define-fun ends-job ((w Writer)) Bool                                          ; job' = [job EXCEPT ![w] = None]
  (sets-job w idle none nowhere))

(define-fun unmarks ((e Extent)) Bool                                           ; mark' = [mark EXCEPT ![e] = None]
  (forall ((x Extent))
    (and (= (marked! x) (and (marked x) (not (= x e)))) (forall ((q Reader)) (= (waits! x q) (waits x q))))))

(define-fun follows ((s Point) (t Point)) Bool                                  ; t is one record behind s
  (and (before s t) (forall ((u Point)) (not (and (before s u) (before u t))))))

(define-fun sets-one ((s Point) (t Point) (r Ref) (e Extent)) Bool              ; Setting(r, e)
  (forall ((q Ref))
    (and (= (sets t q) (= q r)) (= (refs t q) (ite (= q r) e (refs s q))))))

(define-fun sets-nothing ((s Point) (t Point)) Bool                             ; Nothing
  (forall ((q Ref)) (and (not (sets t q)) (= (refs t q) (refs s q)))))

(define-fun moves-to ((s Point) (t Point) (e Extent) (c Copy)) Bool             ; the record's extent and copy; none: nobody's
  (forall ((x Extent))
    (and (= (moves t x) (and (= x e) (not (= e none))))
         (= (home t x) (ite (and (= x e) (not (= e none))) c (home s x))))))

(define-fun where ((w Writer)) Extent                                           ; Where(job[w])
  (ite (= (copy w) nowhere) none (extent w)))

(define-fun writes ((t Point)) Bool                                             ; Write: the record leads to t
  (and (follows now t) (= base! base) (= now! t)))

; Force(q), where q's last record leads to t.  An object is vacated if it is home at some point and a later record moves the
; extent; a reference falls if it leads to the extent at some point and a later record sets it.
(define-fun up-to ((s Point) (t Point)) Bool (and (or (= s base) (before base s)) (or (= s t) (before s t))))
(define-fun forces ((t Point)) Bool
  (and (= base! t) (= now! t)
       (forall ((x Extent) (d Copy))
         (= (dead! x d)
            (or (dead x d)
                (exists ((s Point) (u Point))
                  (and (up-to s t) (up-to u t) (before s u) (moves u x) (= (home s x) d) (not (= d nowhere)))))))))
(define-fun falls ((t Point) (x Extent)) Bool                                   ; x \in Fallen(q)
  (exists ((s Point) (u Point) (r Ref)) (and (up-to s t) (up-to u t) (before s u) (sets u r) (= (refs s r) x))))

; ---- the actions ----

(define-fun Init () Bool
  (and (= base! now!)
       (forall ((r Ref)) (= (refs now! r) none))
       (forall ((x Extent)) (= (home now! x) nowhere))
       (forall ((v Writer)) (= (stage! v) idle))
       (forall ((q Reader)) (not (active! q)))
       (forall ((x Extent)) (and (not (marked! x)) (not (dying! x))))
       (forall ((x Extent) (d Copy)) (and (not (loose! x d)) (not (solid! x d)) (not (dead! x d))))))

(define-fun Admit ((w Writer) (e Extent)) Bool
  (and (not (= e none))
       (= (stage w) idle)
       (not (dying e))
       (not (being-stored e))
       (ite (not (= (home now e) nowhere))
            (and (sets-job w held e nowhere)
                 (unmarks e))
            (and (sets-job w storing e nowhere)
                 same-mark))
       same-log same-view same-dying same-loose same-solid same-dead))

(define-fun Hold ((w Writer) (e Extent)) Bool
  (and (not (= e none))
       (= (stage w) idle)
       (not (dying e))
       (not (= (home now e) nowhere))
       (or (not (zero e)) (in-held e))
       (sets-job w held e nowhere)
       same-log same-view same-mark same-dying same-loose same-solid same-dead))

(define-fun Store ((w Writer) (c Copy)) Bool
  (and (or (= (stage w) storing) (= (stage w) held))
       (not (= c nowhere))
       (not (loose (extent w) c))
       (not (solid (extent w) c))
       (not (under-way (extent w) c))
       (not (dead (extent w) c))
       (unlinked (extent w) c)
       (forall ((x Extent) (d Copy)) (= (loose! x d) (or (loose x d) (and (= x (extent w)) (= d c)))))
       (sets-job w stored (extent w) c)
       same-log same-view same-mark same-dying same-solid same-dead))

(define-fun Harden ((w Writer)) Bool
  (and (= (stage w) stored)
       (forall ((x Extent) (d Copy))
         (and (= (loose! x d) (and (loose x d) (not (and (= x (extent w)) (= d (copy w))))))
              (= (solid! x d) (or (solid x d) (and (= x (extent w)) (= d (copy w)))))))
       (sets-job w hard (extent w) (copy w))
       same-log same-view same-mark same-dying same-dead))

(define-fun Commit ((w Writer) (h Ref) (t Point)) Bool
  (and (or (= (stage w) held) (= (stage w) hard))
       (is-handle h)
       (= (refs now h) none)
       (writes t)
       (sets-one now t h (extent w))
       (moves-to now t (where w) (copy w))
       (ends-job w)
       same-view same-mark same-dying same-loose same-solid same-dead))

(define-fun Keep ((w Writer) (t Point)) Bool
  (and (= (stage w) hard)
       (writes t)
       (sets-nothing now t)
       (moves-to now t (extent w) (copy w))
       (sets-job w held (extent w) nowhere)
       same-view same-mark same-dying same-loose same-solid same-dead))

(define-fun Bind ((w Writer) (n Ref) (t Point)) Bool
  (and (= (stage w) held)
       (not (is-handle n))
       (writes t)
       (ite (= (refs now n) (extent w))
            (sets-nothing now t)
            (sets-one now t n (extent w)))
       (moves-to now t none nowhere)
       (ends-job w)
       same-view same-mark same-dying same-loose same-solid same-dead))

(define-fun GiveUp ((w Writer)) Bool
  (and (has-job w)
       (forall ((x Extent) (d Copy))
         (and (= (loose! x d) (and (loose x d) (not (and (= x (extent w)) (= d (copy w))))))
              (= (solid! x d) (and (solid x d) (not (and (= x (extent w)) (= d (copy w))))))))
       (ends-job w)
       same-log same-view same-mark same-dying same-dead))

(define-fun Abandon ((w Writer)) Bool
  (and (has-job w)
       (not (= (copy w) nowhere))
       (ends-job w)
       same-log same-view same-mark same-dying same-loose same-solid same-dead))

(define-fun Release ((r Ref) (t Point)) Bool
  (and (not (= (refs now r) none))
       (writes t)
       (sets-one now t r none)
       (moves-to now t none nowhere)
       same-job same-view same-mark same-dying same-loose same-solid same-dead))

(define-fun Sync () Bool
  (and (not (= base now))
       (forces now)
       (forall ((x Extent))
         (and (= (marked! x) (and (marked x) (not (falls now x)))) (forall ((q Reader)) (= (waits! x q) (waits x q)))))
       same-job same-view same-dying same-loose same-solid))

(define-fun Pin ((p Reader)) Bool
  (and (not (active p))
       (forall ((q Reader))
         (and (= (active! q) (or (active q) (= q p)))
              (forall ((x Extent)) (= (view! q x) (ite (= q p) (seen x) (view q x))))))
       same-log same-job same-mark same-dying same-loose same-solid same-dead))

(define-fun Unpin ((p Reader)) Bool
  (and (active p)
       (forall ((q Reader))
         (and (= (active! q) (and (active q) (not (= q p))))
              (forall ((x Extent)) (= (view! q x) (view q x)))))
       (forall ((x Extent))
         (and (= (marked! x) (marked x))
              (forall ((q Reader)) (= (waits! x q) (and (waits x q) (not (= q p)))))))
       same-log same-job same-dying same-loose same-solid same-dead))

(define-fun Mark ((e Extent)) Bool
  (and (not (= e none))
       (not (= (home now e) nowhere))
       (not (dying e))
       (not (in-held e))
       (zero e)
       (not (marked e))
       (forall ((x Extent))
         (and (= (marked! x) (or (marked x) (= x e)))
              (forall ((q Reader)) (= (waits! x q) (ite (= x e) (active q) (waits x q))))))
       same-log same-job same-view same-dying same-loose same-solid same-dead))

(define-fun Condemn ((e Extent)) Bool
  (and (not (= e none))
       (marked e)
       (forall ((q Reader)) (not (waits e q)))
       (zero e)
       (not (in-held e))
       (not (dying e))
       (forall ((x Extent)) (= (dying! x) (or (dying x) (= x e))))
       same-log same-job same-view same-mark same-loose same-solid same-dead))

(define-fun Reprieve ((e Extent)) Bool
  (and (dying e)
       (forall ((x Extent)) (= (dying! x) (and (dying x) (not (= x e)))))
       same-log same-job same-view same-mark same-loose same-solid same-dead))

(define-fun Sweep ((e Extent) (t Point)) Bool
  (and (dying e)
       (follows now t)
       (sets-nothing now t)
       (moves-to now t e nowhere)
       (forces t)
       (forall ((x Extent))
         (and (= (marked! x) (and (marked x) (not (= x e)) (not (falls t x))))
              (forall ((q Reader)) (= (waits! x q) (waits x q)))))
       (forall ((x Extent)) (= (dying! x) (and (dying x) (not (= x e)))))
       same-job same-view same-loose same-solid))

(define-fun Erase ((e Extent) (c Copy)) Bool
  (and (not (= c nowhere))
       (dead e c)
       (forall ((x Extent) (d Copy))
         (and (= (dead! x d) (and (dead x d) (not (and (= x e) (= d c)))))
              (= (solid! x d) (and (solid x d) (not (and (= x e) (= d c)))))))
       same-log same-job same-view same-mark same-dying same-loose))

(define-fun Forget ((e Extent) (c Copy)) Bool
  (and (not (= c nowhere))
       (dead e c)
       (forall ((x Extent) (d Copy)) (= (dead! x d) (and (dead x d) (not (and (= x e) (= d c))))))
       same-log same-job same-view same-mark same-dying same-loose same-solid))

(define-fun Orphan ((e Extent) (c Copy)) Bool
  (and (not (= c nowhere))
       (or (loose e c) (solid e c))
       (not (under-way e c))
       (not (dead e c))
       (unlinked e c)
       (forall ((x Extent) (d Copy))
         (and (= (loose! x d) (and (loose x d) (not (and (= x e) (= d c)))))
              (= (solid! x d) (and (solid x d) (not (and (= x e) (= d c)))))))
       same-log same-job same-view same-mark same-dying same-dead))

(define-fun Crash ((s Point)) Bool                      ; s: how much of the tail is kept; any loose bytes may be
  (and (possible s)
       (= base! s) (= now! s)
       (forall ((v Writer)) (= (stage! v) idle))
       (forall ((q Reader)) (not (active! q)))
       (forall ((x Extent)) (and (not (marked! x)) (not (dying! x))))
       (forall ((x Extent) (d Copy))
         (and (=> (solid x d) (solid! x d))
              (=> (solid! x d) (or (solid x d) (loose x d)))
              (not (loose! x d))
              (not (dead! x d))))))
