--------------------------- MODULE ErasureQuorum ---------------------------
(***************************************************************************)
(* How one extent is kept as K + M shards on as many drives and more: put,    *)
(* acknowledged at a quorum, filled up, damaged, repaired, put again.          *)
(*                                                                           *)
(* Each attempt to put encodes anew (another nonce, another codec), so shards  *)
(* of different attempts do not fit together.  Each is a generation, sealed    *)
(* in every shard; a shard of another generation than the record's is no       *)
(* shard.  The record says where each shard is, or that it is owed: the debt   *)
(* is in the journal and nothing else has to remember it.                      *)
(*                                                                           *)
(* The promise, as it is told to users: a put that was acknowledged with w      *)
(* shards written survives the loss of any w - K of them, hence Quorum - K at   *)
(* first and M once nothing is owed.  So the model lets drives fail as long as  *)
(* what is owed and what is out of reach are no more than M together.          *)
(*                                                                           *)
(* Proved: what is acknowledged can be decoded, always (Readable), from shards   *)
(* of one generation (Pure); no two shards on one drive (Apart); an             *)
(* acknowledgement means Quorum (AckAtQuorum) and is final (Kept); the engine    *)
(* itself never weakens what was promised (NeverFewer); all heals, the writer's  *)
(* death included (Heals), and strays go (NoStray).                            *)
(*                                                                           *)
(* Not modelled: the journal (Journal; a record is durable as soon as it is     *)
(* made, on M + 1 drives), counts (RefcountGc), deletes that land late and      *)
(* moves for rebalancing (TierMove), the choice of drives, hedged reads.  A     *)
(* shard that fails its checksum is as good as none, since every read verifies. *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
    Drive,
    K,          \* shards that are enough to decode
    M,          \* parity: shards more than that
    Quorum,     \* shards that must be durable before a put is acknowledged
    MaxAttempts,
    MaxFlying,  \* bounds of the model: attempts to put, and shards on their way at a time
    None

ASSUME Quorum \in K..(K + M) /\ Cardinality(Drive) >= K + M

VARIABLES
    disk,       \* Drive -> shards                what a drive holds durably and right
    flying,     \* <<drive, shard>>               puts of shards sent, not yet landed: of whoever sent them
    down,       \* drives that do not answer       they come back with what they had
    tries,      \* attempts so far: generations in use
    attempt,    \* the generation being put, or None        the put under way, in memory
    record      \* [gen, where] or None            the catalog's entry; where is Index -> Drive, or None: owed

vars == <<disk, flying, down, tries, attempt, record>>

-----------------------------------------------------------------------------
Index == 1..(K + M)
Mixed == 0                                \* what comes out where shards of two encodings go in
Gen   == 1..MaxAttempts
Shard == (Gen \cup {Mixed}) \X Index

Up       == Drive \ down
At(r, i) == r.where[i]

Intact(r, i) == At(r, i) # None /\ At(r, i) \in Up /\ <<r.gen, i>> \in disk[At(r, i)]
Sound(r)     == {i \in Index : Intact(r, i)}
Owed(r)      == {i \in Index : At(r, i) = None}
Used(r)      == {At(r, i) : i \in Index} \ {None}

(* What is owed or out of reach, as it would be with other drives.             *)
Lacking(r, d, out) == {i \in Index : At(r, i) = None \/ At(r, i) \in out \/ <<r.gen, i>> \notin d[At(r, i)]}
Bearable(d, out)   == record # None => Cardinality(Lacking(record, d, out)) <= M

Init ==
    /\ disk = [d \in Drive |-> {}] /\ flying = {} /\ down = {}
    /\ tries = 0 /\ attempt = None /\ record = None

-----------------------------------------------------------------------------
(* A put.  It may replace what an earlier one stored: another codec, or a hit    *)
(* on a damaged original.                                                      *)

Begin ==
    /\ attempt = None /\ tries < MaxAttempts
    /\ tries' = tries + 1 /\ attempt' = tries + 1
    /\ UNCHANGED <<disk, flying, down, record>>

Sent(g)    == {x \in flying : x[2][1] = g}
Holders(g) == {d \in Drive : \E i \in Index : <<g, i>> \in disk[d]}

Send(i, d) ==                             \* to drives that hold none of it yet, each shard to one at a time
    /\ attempt # None
    /\ Cardinality(flying) < MaxFlying
    /\ d \in Up \ Holders(attempt)
    /\ \A x \in Sent(attempt) : x[1] # d /\ x[2][2] # i
    /\ \A c \in Drive : <<attempt, i>> \notin disk[c]
    /\ flying' = flying \cup {<<d, <<attempt, i>>>>}
    /\ UNCHANGED <<disk, down, tries, attempt, record>>

Land(x) ==                                \* durable on the drive, under a name that no other shard has
    /\ x \in flying /\ x[1] \in Up
    /\ disk'   = [disk EXCEPT ![x[1]] = @ \cup {x[2]}]
    /\ flying' = flying \ {x}
    /\ UNCHANGED <<down, tries, attempt, record>>

Drop(x) ==
    /\ x \in flying
    /\ flying' = flying \ {x}
    /\ UNCHANGED <<disk, down, tries, attempt, record>>

Written(g, d) == {i \in Index : <<g, i>> \in disk[d]}

Placement(g) == {w \in [Index -> Drive \cup {None}] : \A i \in Index :
                    IF w[i] = None THEN \A d \in Up : i \notin Written(g, d)
                    ELSE w[i] \in Up /\ i \in Written(g, w[i])}

Commit ==                                 \* the record, and with it the acknowledgement
    /\ attempt # None
    /\ \E w \in Placement(attempt) :
          LET written == Cardinality({i \in Index : w[i] # None})
          IN  /\ written >= Quorum
              /\ record # None => written >= Cardinality(Sound(record))    \* what was promised stays promised
              /\ record' = [gen |-> attempt, where |-> w]
    /\ attempt' = None
    /\ UNCHANGED <<disk, flying, down, tries>>

Die ==                                    \* a crash, or the attempt is given up; what it has sent may still land
    /\ attempt # None
    /\ attempt' = None
    /\ UNCHANGED <<disk, flying, down, tries, record>>

-----------------------------------------------------------------------------
(* Repair                                                                     *)

Notice(i) ==                              \* a read, a scrub or the drive's health finds it: one more is owed
    /\ record # None /\ At(record, i) # None
    /\ ~Intact(record, i)
    /\ record' = [record EXCEPT !.where[i] = None]
    /\ UNCHANGED <<disk, flying, down, tries, attempt>>

(* Any K shards that fit give the missing one.  What does not fit is not asked.  *)
Fits(d)   == {s \in disk[d] : s[1] = record.gen}
Sources   == {S \in SUBSET UNION {Fits(d) : d \in Used(record) \cap Up} :
                 Cardinality(S) = K /\ Cardinality({s[2] : s \in S}) = K}
Coded(S)  == IF \E g \in Gen : \A s \in S : s[1] = g THEN (CHOOSE s \in S : TRUE)[1] ELSE Mixed

Rebuild(i, d) ==                          \* to a drive that holds none of the generation and expects none
    /\ record # None /\ At(record, i) = None
    /\ Cardinality(flying) < MaxFlying
    /\ d \in Up \ (Used(record) \cup Holders(record.gen))
    /\ \A x \in Sent(record.gen) : x[1] # d /\ x[2][2] # i
    /\ \A c \in Up \ Used(record) : <<record.gen, i>> \notin disk[c]      \* else it need only be counted
    /\ \E S \in Sources : flying' = flying \cup {<<d, <<Coded(S), i>>>>}
    /\ UNCHANGED <<disk, down, tries, attempt, record>>

Fill(i, d) ==                             \* it is there, whoever brought it: the record says so from now on
    /\ record # None /\ At(record, i) = None
    /\ d \in Up \ Used(record)
    /\ <<record.gen, i>> \in disk[d]
    /\ record' = [record EXCEPT !.where[i] = d]
    /\ UNCHANGED <<disk, flying, down, tries, attempt>>

(* A shard that nobody needs: of a given-up attempt or of a replaced record, or   *)
(* a second one where the drives with the first have come back.                *)
Stray(d, s) ==
    /\ s[1] # attempt
    /\ IF record = None THEN TRUE
       ELSE \/ s[1] # record.gen
            \/ At(record, s[2]) \notin {None, d}
            \/ At(record, s[2]) = None /\ d \in Used(record)

Erase(d, s) ==
    /\ d \in Up /\ s \in disk[d]
    /\ Stray(d, s)
    /\ disk' = [disk EXCEPT ![d] = @ \ {s}]
    /\ UNCHANGED <<flying, down, tries, attempt, record>>

-----------------------------------------------------------------------------
(* The world, which keeps to the bargain                                       *)

Damage(d, kept) ==                        \* rot, a wiped or replaced drive, one that comes back with an old state
    /\ disk[d] \ kept # {}
    /\ disk' = [disk EXCEPT ![d] = kept]
    /\ Bearable(disk', down)
    /\ UNCHANGED <<flying, down, tries, attempt, record>>

Off(d) ==
    /\ d \in Up
    /\ down' = down \cup {d}
    /\ Bearable(disk, down')
    /\ UNCHANGED <<disk, flying, tries, attempt, record>>

Back(d) ==
    /\ d \in down
    /\ down' = down \ {d}
    /\ UNCHANGED <<disk, flying, tries, attempt, record>>

-----------------------------------------------------------------------------
Puts   == \/ Begin \/ Commit
          \/ \E i \in Index, d \in Drive : Send(i, d)
Heal   == \/ \E i \in Index : Notice(i) \/ \E d \in Drive : Rebuild(i, d) \/ Fill(i, d)
          \/ \E d \in Drive : \E s \in disk[d] : Erase(d, s)
Fails  == \/ Die
          \/ \E x \in flying : Drop(x)
          \/ \E d \in Drive : Off(d) \/ \E kept \in SUBSET disk[d] : Damage(d, kept)

Next == Puts \/ Heal \/ Fails \/ (\E x \in flying : Land(x)) \/ \E d \in Drive : Back(d)
Spec == Init /\ [][Next]_vars

Fair == /\ WF_vars(Commit)
        /\ WF_vars(\E x \in flying : Land(x))
        /\ \A i \in Index : WF_vars(Notice(i)) /\ WF_vars(\E d \in Drive : Fill(i, d))
                            /\ WF_vars(\E d \in Drive : Send(i, d)) /\ SF_vars(\E d \in Drive : Rebuild(i, d))
        /\ \A d \in Drive : WF_vars(Back(d)) /\ WF_vars(\E s \in disk[d] : Erase(d, s))

FairSpec == Spec /\ Fair

Alike == Permutations(Drive)              \* for deep models, of what holds in every state and step

-----------------------------------------------------------------------------
(* What holds in every state                                                  *)

TypeOK ==
    /\ disk \in [Drive -> SUBSET Shard] /\ flying \subseteq Drive \X Shard /\ down \subseteq Drive
    /\ tries \in 0..MaxAttempts /\ attempt \in Gen \cup {None}
    /\ record # None => record.gen \in 1..tries /\ record.where \in [Index -> Drive \cup {None}]

Readable == record # None => Cardinality(Sound(record)) >= K

(* Nothing was made of shards that do not fit.                                  *)
Pure == \A i \in Index : <<Mixed, i>> \notin UNION {disk[d] : d \in Drive} \cup {x[2] : x \in flying}

(* One drive is one shard, so that a drive lost is a shard lost.                *)
Apart == record # None => \A i, j \in Index : i # j /\ At(record, i) # None => At(record, i) # At(record, j)

AckAtQuorum == [][attempt' # attempt /\ record' # record => Cardinality(Sound(record')) >= Quorum]_vars
Kept        == [][record # None => record' # None]_vars

(* Only the world takes away: no step of the engine leaves fewer shards than     *)
(* there were, whichever record they belong to.                                *)
NeverFewer == [][(record # None /\ ~Fails) => Cardinality(Sound(record)') >= Cardinality(Sound(record))]_vars

(* Once drives stop failing, all that was acknowledged becomes whole again, and   *)
(* what nobody needs goes.                                                     *)
Calm    == <>[][~Fails]_vars
Whole   == record # None /\ Sound(record) = Index
Heals   == Calm => (record # None ~> Whole)
NoStray == Calm => \A d \in Drive, s \in Shard : (s \in disk[d] /\ Stray(d, s)) ~> (s \notin disk[d] \/ ~Stray(d, s))
=============================================================================
