// Lengths of intervals as they are sent.

/** Milliseconds with three digits behind the point. */
export const toMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000
