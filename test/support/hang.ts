/** Milliseconds after which vitest ends a test that hangs; nothing else takes so long, on a machine that is busy too. */
export const HANG_MS = 600_000;
