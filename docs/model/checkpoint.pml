/*
 * The kernel between two rings, killed at any step: what it holds back survives in one of two copies in the header.
 *
 * The input is all there: RECORDS records, each of 1 or LONGEST units, each joining the one before or not; every such
 * input is tried. A segment has at most 2 units. A round takes any number of records, as far as the output has room.
 * Output indices run modulo 4 * OUTPUT, so every wrap is crossed. README.md here says what the mutants are.
 */
#ifndef OUTPUT
#define OUTPUT 1
#endif
#ifndef KILLS
#define KILLS 2
#endif
#define RECORDS 3
#define LONGEST 5
#define MODULUS (4 * OUTPUT)
#define DISTANCE(to, from) ((MODULUS + (to) - (from)) % MODULUS)
#define SEGMENTS 12

/* The input: where each record starts and ends. Those that touch join. */
byte starts[RECORDS], ends[RECORDS];
/* What a batch gives: where each segment starts, and how many there are. Their ends follow from the runs. */
byte expected[SEGMENTS], lengths[SEGMENTS], total;

/* Shared words. */
byte inHead, outTail, outHead;
byte slotStart[OUTPUT], slotLength[OUTPUT];
bit closed;

/* The two copies, and what their check words were computed from: a check is right iff the two agree. */
typedef Copy { byte head, tail, first, last };
Copy copies[2], checks[2];
/* The check was written; some word was. */
bit written[2], touched[2];

/* Ghosts. */
bit killed, alive = 1;
byte kills;

#ifdef NO_CHECK
#define WHOLE(c) true
#else
#define WHOLE(c) (written[c] && copies[c].head == checks[c].head && copies[c].tail == checks[c].tail && copies[c].first == checks[c].first && copies[c].last == checks[c].last)
#endif
#ifdef NO_TAIL_CHECK
#define IN_REACH(c) true
#else
#define IN_REACH(c) (DISTANCE(outTail, copies[c].tail) <= OUTPUT)
#endif
#define VALID(c) (touched[c] && WHOLE(c) && copies[c].head == inHead && IN_REACH(c))

proctype Kernel() {
  /* Private: what is next, the run that is held back, and what a commit makes visible. */
  byte head, tail, first, last, drop, taken, made, size;
  bit copy, fresh, dropping;
  {
    atomic {
      head = inHead;
      tail = outTail;
      if
      :: VALID(0) -> first = copies[0].first; last = copies[0].last; drop = DISTANCE(tail, copies[0].tail); copy = 1
      :: VALID(1) -> first = copies[1].first; last = copies[1].last; drop = DISTANCE(tail, copies[1].tail); copy = 0
      /* While one is blank nothing was ever committed. */
      :: !VALID(0) && !VALID(1) -> assert(!touched[0] || !touched[1]); fresh = 1
      fi;
#ifdef NO_DROP
      drop = 0;
#endif
    };

    if
#ifndef NO_FIRST_COPY
    :: fresh -> copy = 0; goto save
#endif
    :: else
    fi;

round:
    /* With nothing to join, the run goes out before the next record is taken. */
    if
    :: first < last && (head == RECORDS || starts[head] != last) -> goto emit
    :: head < RECORDS && (first == last || starts[head] == last) ->
      atomic {
        if
        :: first == last -> first = starts[head]
        :: else
        fi;
        last = ends[head];
        head++;
        taken++
      };
      if
      :: goto round
      :: goto commit
      fi
    :: first == last && head == RECORDS -> goto finish
    fi;

emit:
    size = (last - first > 2 -> 2 : last - first);
    if
    :: drop > 0 -> atomic { drop--; first = first + size; made++; dropping = 1 }; goto emitted
#ifndef DROP_AND_PUT
    /* Never both in one commit: the copy before it would be further back than the output is long. */
    :: drop == 0 && dropping -> goto commit
    :: drop == 0 && !dropping && DISTANCE(tail, outHead) < OUTPUT ->
#else
    :: drop == 0 && DISTANCE(tail, outHead) < OUTPUT ->
#endif
      atomic {
        slotStart[tail % OUTPUT] = first;
        slotLength[tail % OUTPUT] = size;
        tail = (tail + 1) % MODULUS;
        first = first + size;
        made++
      }
    :: drop == 0 && DISTANCE(tail, outHead) >= OUTPUT ->
      if
      :: taken + made > 0 -> goto commit
      :: else -> DISTANCE(tail, outHead) < OUTPUT; goto emit
      fi
    fi;
emitted:
    if
    :: first == last -> atomic { first = 0; last = 0 }; goto either
    :: first != last -> goto either
    fi;
either:
    if
    :: goto round
    :: goto commit
    fi;

commit:
    if
    :: taken + made == 0 -> goto round
    :: else
    fi;
#ifdef CHECKPOINT_LAST
    outTail = tail;
    inHead = head;
#endif
#ifdef HEAD_FIRST
    inHead = head;
#endif
save:
    /* Word by word, the check last: a torn copy is not whole. */
    atomic { copies[copy].head = head; touched[copy] = 1 };
    copies[copy].tail = DISTANCE(tail, drop);
    copies[copy].first = first;
    copies[copy].last = last;
    atomic {
      checks[copy].head = head;
      checks[copy].tail = DISTANCE(tail, drop);
      checks[copy].first = first;
      checks[copy].last = last;
      written[copy] = 1
    };
#ifndef ONE_COPY
    copy = 1 - copy;
#endif
#ifdef HEAD_BEFORE_TAIL
    inHead = head;
    outTail = tail;
#else
    outTail = tail;
    inHead = head;
#endif
    atomic { taken = 0; made = 0; dropping = 0 };
    goto round;

finish:
    if
    :: taken + made > 0 -> goto commit
    :: else
    fi;
    assert(drop == 0);
    closed = 1;
    alive = 0
  }
  unless { atomic { killed -> alive = 0 } }
}

/* Takes segments, and compares each with the batch's. */
proctype Consumer() {
  byte count, mine;
  bit end;
  do
  :: DISTANCE(outTail, mine) > 0 ->
    assert(DISTANCE(outTail, mine) <= OUTPUT); /* I1 */
    assert(count < total); /* nothing twice */
    assert(slotStart[mine % OUTPUT] == expected[count] && slotLength[mine % OUTPUT] == lengths[count]); /* I4 */
    atomic { count++; mine = (mine + 1) % MODULUS };
    outHead = mine
  :: DISTANCE(outTail, mine) == 0 && closed ->
    if
    :: DISTANCE(outTail, mine) > 0
    :: else -> break
    fi
  od;
  assert(count == total) /* I12: all of it */
}

proctype Supervisor() {
end:
  do
  :: atomic { alive && !closed && kills < KILLS -> kills++; killed = 1 };
    atomic { !alive -> killed = 0 };
    atomic {
      if
      :: !closed -> alive = 1; run Kernel()
      :: else
      fi
    }
  od
}

init {
  byte index, at, first;
  /* Any input: lengths and joins are chosen freely. */
  atomic {
    at = 1;
    do
    :: index < RECORDS ->
      if
      :: at++ /* a gap: this record starts a run */
      :: index > 0
      fi;
      starts[index] = at;
      if
      :: at = at + 1
      :: at = at + LONGEST
      fi;
      ends[index] = at;
      index++
    :: else -> break
    od;
    index = 0;
    first = starts[0];
    do
    :: index < RECORDS ->
      at = ends[index];
      index++;
      if
      :: index < RECORDS && starts[index] == at
      :: else ->
        do
        :: first < at ->
          expected[total] = first;
          lengths[total] = (at - first > 2 -> 2 : at - first);
          first = first + lengths[total];
          total++
        :: else -> break
        od;
        if
        :: index < RECORDS -> first = starts[index]
        :: else
        fi
      fi
    :: else -> break
    od;
    index = 0;
    at = 0;
    first = 0;
    run Supervisor();
    run Consumer();
    run Kernel()
  }
}
