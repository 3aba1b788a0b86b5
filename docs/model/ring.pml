/*
 * The shared ring: one producer, one consumer. README.md here says what is modelled and what is not.
 *
 * The stream has no end unless the producer closes. Indices run modulo 4 * CAPACITY, so that an index too far ahead is
 * seen as such, and every wrap is crossed. A record's value is its index: a stale slot holds another one.
 *
 * A statement is one step: one access to shared memory. What a step does besides touches private variables only.
 *
 * Variants: ABORT someone aborts at any time; KILLS=n producers die at any step, n times; IDLE the producer may stay
 * idle; RECORDS=n a stream of at most n records, for the search for cycles. All other macros are mutants.
 */
#ifndef CAPACITY
#define CAPACITY 1
#endif
#define MODULUS (4 * CAPACITY)
#define DISTANCE(to, from) ((MODULUS + (to) - (from)) % MODULUS)
#define NEXT(index) (((index) + 1) % MODULUS)
#define SLOT(index) ((index) % CAPACITY)

#define OPEN 1
#define CLOSING 2
#define CLOSED 3
#define ABORTED 4

byte tail, head;
byte state = OPEN;
/* The two halves of each slot. MODULUS is no record's value: nobody wrote it yet. */
byte low[CAPACITY] = MODULUS, high[CAPACITY] = MODULUS;

/*
 * A sequence word matters only in that it did or did not change since its one sleeper loaded it: `moved`. Loading clears
 * it, adding sets it. This is the word that never wraps; it keeps the states few.
 */
bit consWaiting, consMoved, consAsleep;
bit prodWaiting, prodMoved, prodAsleep;

/* Ghosts: no step of the protocol depends on them. */
byte allowed; /* up to here publish() was called */
bit alive = 1; /* a producer is */

#ifdef RECORDS
byte records = RECORDS;
#define MAY_PUT records > 0
#else
#define MAY_PUT true
#endif

#ifdef KILLS
bit killed;
byte kills;
#endif

inline kick(moved, asleep) {
#ifndef NO_ADD
  moved = 1;
#endif
  asleep = 0
}

/* Whoever takes the flag adds and notifies. */
inline wake(seen, waiting, moved, asleep) {
  if
  :: seen ->
    if
    :: atomic { waiting -> waiting = 0 };
      kick(moved, asleep)
    :: else
    fi
  :: else
  fi
}

inline raise(from, to) {
  atomic {
    if
    :: state == from -> state = to
    :: else
    fi
  }
}

inline abort() {
  atomic {
    if
    :: state < ABORTED -> state = ABORTED
    :: else
    fi
  };
  kick(consMoved, consAsleep);
  kick(prodMoved, prodAsleep)
}

inline storeTail(index) {
  assert(DISTANCE(index, head) <= CAPACITY); /* I1 */
  assert(DISTANCE(index, tail) <= CAPACITY); /* I3: only grows */
  assert(state != CLOSED); /* I7 */
  tail = index
}

#ifdef PLAIN_TAIL
/* A store buffer of one entry: a plain store becomes visible some time after the loads that follow it. */
bit buffered;
byte buffer;
proctype StoreBuffer() {
end:
  do
  :: atomic { buffered -> storeTail(buffer); buffered = 0 }
  od
}
#define FENCE !buffered
#else
#define FENCE true
#endif

proctype Producer() {
  byte mine, published, headSeen;
  bit closing, flag;
  {
    atomic { mine = tail; published = tail };
    headSeen = head;

again:
    if
    :: DISTANCE(mine, headSeen) >= CAPACITY ->
      atomic { headSeen = head; assert(DISTANCE(mine, headSeen) <= CAPACITY) } /* I1 */
    :: else
    fi;
    if
#ifdef NO_ROOM_CHECK
    :: MAY_PUT ->
#else
    :: MAY_PUT && DISTANCE(mine, headSeen) < CAPACITY ->
#endif
#ifdef PUBLISH_BEFORE_WRITE
      atomic { FENCE; storeTail(NEXT(mine)); allowed = NEXT(mine) };
#endif
      atomic { assert(DISTANCE(mine, head) < CAPACITY); low[SLOT(mine)] = mine }; /* I2 */
      atomic {
        assert(DISTANCE(mine, head) < CAPACITY); /* I2 */
        high[SLOT(mine)] = mine;
        mine = NEXT(mine);
#ifdef RECORDS
        records--;
#endif
#ifdef PUT_STORES_TAIL
        storeTail(mine);
        published = mine
#endif
      };
      goto again
#ifdef SLEEP_UNPUBLISHED
    :: DISTANCE(mine, headSeen) >= CAPACITY -> goto noRoom
#endif
    :: mine != published -> goto publish
    :: mine == published && DISTANCE(mine, headSeen) >= CAPACITY -> goto noRoom
    :: atomic { true -> closing = 1 }; goto publish
#ifdef IDLE
    :: goto idle
#endif
    fi;

publish:
#ifdef CLOSE_BEFORE_PUBLISH
    if
    :: closing -> raise(OPEN, CLOSING)
    :: else
    fi;
#endif
#ifdef FLAG_BEFORE_PUBLISH
    flag = consWaiting;
#endif
#ifdef PLAIN_TAIL
    atomic { FENCE; buffer = mine; buffered = 1; published = mine; allowed = mine };
#else
    atomic {
#ifndef PUBLISH_BEFORE_WRITE
      assert(tail == published); /* I3, I9: nobody else stored it */
#endif
      storeTail(mine);
      published = mine;
      allowed = mine
    };
#endif
#ifndef FLAG_BEFORE_PUBLISH
    flag = consWaiting;
#endif
    /* An exchange waits for the store buffer. */
    if
    :: flag -> FENCE
    :: else
    fi;
    wake(flag, consWaiting, consMoved, consAsleep);
    flag = 0;
    if
    :: closing -> goto close
    :: else -> goto again
    fi;

noRoom:
    prodMoved = 0;
    prodWaiting = 1;
    atomic { headSeen = head; assert(DISTANCE(mine, headSeen) <= CAPACITY) }; /* I1 */
    if
    :: DISTANCE(mine, headSeen) < CAPACITY -> goto awake
    :: else
    fi;
    if
    :: state >= ABORTED -> goto awake
    :: else
    fi;
    atomic {
      if
      :: !prodMoved -> prodAsleep = 1
      :: else
      fi
    };
    !prodAsleep;
awake:
    prodWaiting = 0;
    if
    :: state >= ABORTED -> goto done
    :: else -> goto again
    fi;

#ifdef IDLE
idle:
end_idle:
    false;
#endif

close:
    FENCE;
#ifdef STATE_BY_STORE
    atomic { assert(CLOSING > state); state = CLOSING }; /* I8 */
#else
    raise(OPEN, CLOSING);
#endif
#ifdef CLOSE_WITHOUT_ADD
    consAsleep = 0;
#else
#ifdef CLOSE_WITHOUT_NOTIFY
    consMoved = 1;
#else
#ifdef SLEEP_ON_INDEX
    consAsleep = 0;
#else
    kick(consMoved, consAsleep);
#endif
#endif
#endif

done:
    alive = 0
  }
#ifdef KILLS
  /* Before each step: a dead thread is in no list of waiters. */
  unless { atomic { killed -> prodAsleep = 0; alive = 0 } }
#endif
}

proctype Consumer() {
  byte mine, tailSeen;
  bit flag;

again:
  atomic { tailSeen = tail; assert(DISTANCE(tailSeen, mine) <= CAPACITY) }; /* I1 */
  if
  :: tailSeen != mine -> goto take
  :: else
  fi;
  if
  :: state == OPEN -> goto sleep
  :: else
  fi;
#ifndef NO_SECOND_TAIL
  tailSeen = tail;
  if
  :: tailSeen != mine -> goto take
  :: else
  fi;
#endif
  atomic {
    if
    :: state == CLOSING -> assert(tail == head); state = CLOSED /* I7 */
    :: else
    fi
  };
  assert(state != CLOSED || (tail == head && head == mine)); /* I4: all of it; I7 */
  goto done;

take:
#ifdef HEAD_BEFORE_READ
  head = NEXT(mine);
#endif
  assert(DISTANCE(allowed, mine) > 0 && DISTANCE(allowed, mine) <= CAPACITY); /* I5 */
  assert(low[SLOT(mine)] == mine); /* I2, I4 */
  assert(high[SLOT(mine)] == mine); /* I2, I4 */
  mine = NEXT(mine);
  if
#ifndef HEAD_BEFORE_READ
  :: tailSeen != mine -> goto take /* a batch */
#endif
  :: true
  fi;
#ifdef HEAD_AFTER_FLAG
  flag = prodWaiting;
#endif
  atomic {
    assert(DISTANCE(tail, mine) <= CAPACITY); /* I1 */
    assert(DISTANCE(mine, head) <= CAPACITY); /* I3: only grows */
    head = mine
  };
#ifndef HEAD_AFTER_FLAG
  flag = prodWaiting;
#endif
  wake(flag, prodWaiting, prodMoved, prodAsleep);
  flag = 0;
  if
  :: tailSeen != mine -> goto take
  :: else -> goto again
  fi;

sleep:
#ifndef SEQUENCE_AFTER_CHECK
  consMoved = 0;
#endif
#ifndef FLAG_AFTER_LOOK
  consWaiting = 1;
#endif
  if
  :: tail != mine -> goto awake
  :: else
  fi;
  if
  :: state != OPEN -> goto awake
  :: else
  fi;
#ifdef SEQUENCE_AFTER_CHECK
  consMoved = 0;
#endif
#ifdef FLAG_AFTER_LOOK
  consWaiting = 1;
#endif
  atomic {
    if
#ifdef SLEEP_ON_INDEX
    :: tail == mine -> consAsleep = 1
#else
    :: !consMoved -> consAsleep = 1
#endif
    :: else
    fi
  };
#ifdef IDLE
end_asleep:
#endif
  !consAsleep;
awake:
  consWaiting = 0;
  goto again;

done:
  skip
}

#ifdef ABORT
proctype Aborter() {
  if
  :: abort()
  :: true
  fi
}
#endif

#ifdef KILLS
proctype Supervisor() {
end:
  do
#ifdef STEAL
  :: atomic { alive && state == OPEN && kills < KILLS -> kills++; run Producer() }
#else
  :: atomic { alive && kills < KILLS -> kills++; killed = 1 };
    atomic { !alive -> killed = 0 };
#ifndef NO_KICK
    /* Whoever dies between the exchange and the notify leaves a sleeper. */
    kick(consMoved, consAsleep);
    kick(prodMoved, prodAsleep);
#endif
    if
    :: abort()
    :: atomic { state == OPEN -> alive = 1; run Producer() }
    :: state != OPEN
    fi
#endif
  od
}
#endif

#ifdef IDLE
/* Where nothing can move any more: nobody sleeps who has something to do (I6). */
proctype Observer() {
  timeout -> assert(!prodAsleep && !(consAsleep && (tail != head || state != OPEN)))
}
#endif

init {
  atomic {
#ifdef IDLE
    run Observer();
#endif
#ifdef PLAIN_TAIL
    run StoreBuffer();
#endif
#ifdef ABORT
    run Aborter();
#endif
#ifdef KILLS
    run Supervisor();
#endif
    run Consumer();
    /* Last, since Spin frees processes in reverse order only. */
    run Producer()
  }
}
