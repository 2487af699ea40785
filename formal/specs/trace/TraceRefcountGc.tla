-------------------------- MODULE TraceRefcountGc --------------------------
(***************************************************************************)
(* Is every recorded run of the engine a behaviour of RefcountGc?  TraceData *)
(* is generated: Traces, a sequence of sequences of events, and the sets     *)
(* that the constants stand for.  A run that the specification cannot follow  *)
(* ends before its last line, as a deadlock.                                 *)
(*                                                                           *)
(* Three things are said here that RefcountGc leaves out: a record that sets  *)
(* or clears several references at once, a node's edges among them; a sweep   *)
(* of several extents; and a deletion that a crash undoes, whose object       *)
(* comes back as an orphan.                                                  *)
(***************************************************************************)
EXTENDS RefcountGc
D == INSTANCE TraceData

TExtent  == D!TExtent
THandle  == D!THandle
TName    == D!TName
TWriter  == D!TWriter
TReader  == D!TReader
TCopy    == D!TCopy
TMaxTail == 1000000

VARIABLES run, line                       \* which trace, which event is next
Event == D!Traces[run][line]

(* What the engine counted is what the specification counts. *)
Observed(n) == \A i \in DOMAIN n : count'[n[i][1]] = n[i][2]

Range(q)    == {q[i] : i \in DOMAIN q}
AsSets(q)   == [r \in {q[i][1] : i \in DOMAIN q} |-> (q[CHOOSE i \in DOMAIN q : q[i][1] = r])[2]]
Cleared(q)  == [r \in Range(q) |-> None]

-----------------------------------------------------------------------------
Put(w, sets, keep) ==                     \* Command.Put
    IF keep /\ DOMAIN sets = {} THEN Keep(w)
    ELSE IF ~keep /\ DOMAIN sets \subseteq Handle THEN \E h \in DOMAIN sets : DOMAIN sets = {h} /\ Commit(w, h)
    ELSE /\ job[w] # None /\ job[w].stage = "hard"
         /\ LET s == Now IN
            \A r \in DOMAIN sets : /\ s.refs[r] = None
                                   /\ sets[r] = job[w].extent \/ (sets[r] \notin dying /\ s.home[sets[r]] # None)
         /\ Write(Record(sets, job[w].extent, job[w].copy))
         /\ job' = [job EXCEPT ![w] = IF keep THEN Job("held", job[w].extent, None) ELSE None]
         /\ UNCHANGED <<base, view, mark, dying, loose, solid, dead>>

Releases(q) ==                            \* Command.Release of several
    IF Len(q) = 1 THEN Release(q[1])
    ELSE /\ \A r \in Range(q) : Now.refs[r] # None
         /\ Write(Record(Cleared(q), None, None))
         /\ UNCHANGED <<base, job, view, mark, dying, loose, solid, dead>>

Sweeps(q, edges) ==                       \* Command.Sweep of several, with the edges of nodes
    IF Len(q) = 1 /\ edges = <<>> THEN Sweep(q[1])
    ELSE /\ Range(q) \subseteq dying
         /\ LET records == tail \o [i \in DOMAIN q |-> Record(IF i = 1 THEN Cleared(edges) ELSE Nothing, q[i], None)]
            IN  /\ Force(records)
                /\ mark' = [f \in Extent |-> IF f \in Range(q) \/ f \in Fallen(records) THEN None ELSE mark[f]]
         /\ dying' = dying \ Range(q)
         /\ UNCHANGED <<job, view, loose, solid>>

Recover(n, stored) ==
    /\ solid \subseteq stored                                            \* what was synced is there
    /\ \A o \in stored \ Stored : \A s \in Possible : s.home[o[1]] # o[2]  \* an undone deletion harms nobody
    /\ CrashTo(n, stored \ solid)

Step ==
    LET x == Event
    IN  CASE x.a = "Admit"    -> Admit(x.w, x.e) /\ x.hit = (Now.home[x.e] # None)
          [] x.a = "Hold"     -> Hold(x.w, x.e)
          [] x.a = "Store"    -> Store(x.w, x.c)
          [] x.a = "Harden"   -> Harden(x.w)
          [] x.a = "Put"      -> Put(x.w, AsSets(x.sets), x.keep) /\ Observed(x.n)
          [] x.a = "Commit"   -> Commit(x.w, x.h) /\ Observed(x.n)
          [] x.a = "Bind"     -> Bind(x.w, x.r) /\ Observed(x.n)
          [] x.a = "Release"  -> Releases(x.r) /\ Observed(x.n)
          [] x.a = "GiveUp"   -> GiveUp(x.w)
          [] x.a = "Abandon"  -> Abandon(x.w)
          [] x.a = "Sync"     -> Sync /\ Observed(x.n)
          [] x.a = "Look"     -> UNCHANGED vars /\ Observed(x.n)
          [] x.a = "Pin"      -> Pin(x.p)
          [] x.a = "Unpin"    -> Unpin(x.p)
          [] x.a = "Mark"     -> Mark(x.e)
          [] x.a = "Condemn"  -> Condemn(x.e)
          [] x.a = "Reprieve" -> Reprieve(x.e)
          [] x.a = "Sweep"    -> Sweeps(x.e, x.r) /\ Observed(x.n)
          [] x.a = "Erase"    -> Erase(x.o)
          [] x.a = "Forget"   -> Forget(x.o)
          [] x.a = "Orphan"   -> Orphan(x.o)
          [] x.a = "Crash"    -> Recover(x.k, x.stored) /\ Observed(x.n)

TraceInit == Init /\ run \in DOMAIN D!Traces /\ line = 1
TraceNext == \/ /\ line <= Len(D!Traces[run])
                /\ Step
                /\ line' = line + 1 /\ UNCHANGED run
             \/ /\ line > Len(D!Traces[run])
                /\ UNCHANGED <<vars, run, line>>
TraceSpec == TraceInit /\ [][TraceNext]_<<vars, run, line>>
=============================================================================
