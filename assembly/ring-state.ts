// biome-ignore-all lint/style/useConst: other modules set what is in these namespaces.
/*
 * What the kernel between two rings must be able to trust, here and in state.ts: globals, where no other thread can write.
 * One instance, one kernel. The work area is scratch: whatever others write there, nothing is read or written outside the
 * rings, and the pending run survives. Namespaces, because what a module exports another cannot set.
 */

/** The ring of ranges. */
export namespace input {
  export let at: usize = 0;
  export let slots: usize = 0;
  export let capacity: u32 = 0;
  export let generation: u32 = 0;
  /** A record ends by this byte of its own, and by this address. */
  export let recordLast: u64 = 0;
  export let addressLimit: u64 = 0;
  export let head: u32 = 0;
}

/** The ring of segments. */
export namespace output {
  export let at: usize = 0;
  export let slots: usize = 0;
  export let capacity: u32 = 0;
  export let generation: u32 = 0;
  /** As it was read last. */
  export let head: u32 = 0;
  export let tail: u32 = 0;
  /** Segments to be made again that the kernel before published. */
  export let drop: u32 = 0;
}

/** Inclusive maxima and masks, as `setLimits` takes them, and what an invalid record does. */
export namespace limits {
  export let maxLast: u64 = 0;
  export let boundary: u64 = 0;
  export let alignment: u64 = 0;
  export let skipInvalid: bool = false;
}

/** The pending run between two rounds. */
export namespace heldRun {
  export let first: u64 = 1;
  export let last: u64 = 0;
  export let kind: u64 = 0;
  /** 1 while there is one. */
  export let count: u32 = 0;
  /** A FLUSH was taken: the run goes out before another record is taken. */
  export let flushing: bool = false;
  /** The copy in the header that the next commit writes. */
  export let nextCopy: u32 = 0;
}

/** The work area. */
export let work: usize = 0;

export function setWork(at: usize): void {
  work = at;
}
