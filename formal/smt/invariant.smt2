; The inductive invariant: each conjunct holds at first and is kept by every action, given all of them.  Those named as in
; RefcountGc.tla are its invariants, the rest is what they need to be inductive.  CountsExact is what zero stands for, and is
; proved in formal/coq.

; NoDangling: Whatever a crash brings back, each of its references leads to durable bytes.
(define-fun NoDangling () Bool
  (forall ((s Point) (r Ref)) (=> (and (possible s) (not (= (refs s r) none))) (there s (refs s r)))))

; NoGhost: An entry, referred to or not, never outlives its bytes.
(define-fun NoGhost () Bool
  (forall ((s Point) (e Extent)) (=> (and (possible s) (not (= (home s e) nowhere))) (there s e))))

; HeldStays: What a put, retain or bind counts on stays, and so does what it has stored.
(define-fun HeldStays () Bool
  (forall ((w Writer))
    (and (=> (= (stage w) held) (and (not (dying (extent w))) (there now (extent w))))
         (=> (= (stage w) stored) (loose (extent w) (copy w)))
         (=> (= (stage w) hard) (solid (extent w) (copy w))))))

; PinnedStays: A pinned reader finds the bytes of everything that was named or held when it began.
(define-fun PinnedStays () Bool
  (forall ((p Reader) (e Extent)) (=> (and (active p) (view p e)) (and (not (dying e)) (there now e)))))

; MarksGarbage: A mark speaks of garbage: what came back lost it.
(define-fun MarksGarbage () Bool
  (forall ((e Extent)) (=> (marked e) (and (zero e) (not (in-held e))))))

; OneStorer: One copy at most is being made of an extent that the catalog does not have.
(define-fun OneStorer () Bool
  (forall ((v Writer) (w Writer))
    (=> (and (not (= v w)) (has-job v) (has-job w) (= (extent v) (extent w))) (not (being-stored (extent v))))))

; Log: base is not behind now.
(define-fun Log () Bool
  (or (= base now) (before base now)))

; Jobs: a job is about an extent, and has a copy exactly once it has stored one.  Part of TypeOK, with the stages' meaning.
(define-fun Jobs () Bool
  (forall ((w Writer))
    (=> (has-job w)
        (and (not (= (extent w) none))
             (= (or (= (stage w) stored) (= (stage w) hard)) (not (= (copy w) nowhere)))))))

; JobsLive: what a job is about is not condemned, whatever its stage.
(define-fun JobsLive () Bool
  (forall ((w Writer)) (=> (has-job w) (not (dying (extent w))))))

; CopyNew: nothing in the journal names the copy that a job makes, and the collector does not want it.
(define-fun CopyNew () Bool
  (forall ((w Writer))
    (=> (and (has-job w) (not (= (copy w) nowhere)))
        (and (unlinked (extent w) (copy w)) (not (dead (extent w) (copy w)))))))

; CopyOwn: no two jobs make the same copy.
(define-fun CopyOwn () Bool
  (forall ((v Writer) (w Writer))
    (=> (and (not (= v w)) (has-job v) (has-job w) (= (extent v) (extent w)) (not (= (copy v) nowhere)))
        (not (= (copy v) (copy w))))))

; Condemned: what is condemned is garbage, in every state that a crash could bring back.
(define-fun Condemned () Bool
  (forall ((e Extent)) (=> (dying e) (and (not (= e none)) (zero e)))))

; MarkedThere: what is marked is an extent, and has an entry.
(define-fun MarkedThere () Bool
  (forall ((e Extent)) (=> (marked e) (and (not (= e none)) (not (= (home now e) nowhere))))))

; Outwaited: a mark waits for every reader that may be reading the extent.
(define-fun Outwaited () Bool
  (forall ((e Extent) (p Reader)) (=> (and (marked e) (active p) (view p e)) (waits e p))))

; Abandoned: no possible state names an object that the collector may erase.
(define-fun Abandoned () Bool
  (forall ((e Extent) (c Copy)) (=> (and (dead e c) (not (= c nowhere))) (unlinked e c))))

; MovedOn: copies are not used twice: where bytes were before a record moved them is not where any later state looks.
(define-fun MovedOn () Bool
  (forall ((s Point) (t Point) (u Point) (e Extent))
    (=> (and (possible s) (possible t) (possible u) (before s t) (or (= t u) (before t u))
             (moves t e) (not (= (home s e) nowhere)))
        (not (= (home u e) (home s e))))))
