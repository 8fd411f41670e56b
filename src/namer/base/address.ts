// Addresses as doubles: the lower 48 bits, which are all that tell apart those of the kernel, or those of a process.

const HIGH = 2 ** 32

/** The u64 at an index of a 32-bit view. */
export const addressAt = (view: Uint32Array, index: number): number => view[index]! + (view[index + 1]! & 0xffff) * HIGH

/** Index of the last element that is not above `wanted`, of ascending ones; -1 when all are. */
export const lastNotAbove = (sorted: ArrayLike<number>, wanted: number): number => {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}
