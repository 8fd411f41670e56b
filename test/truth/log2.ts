// Histograms as the libbpf-tools print them: powers of two, in microseconds.
interface Bucket {
  lowNs: number
  highNs: number
  count: number
}

/** `         4 -> 7          : 123      |***   |`, for each bucket from the first to the last that is not empty. */
export const readLog2 = (printed: string): Bucket[] =>
  [...printed.matchAll(/^\s*(\d+)\s*->\s*(\d+)\s*:\s*(\d+)/gm)].map(([, low, high, count]) => ({
    lowNs: Number(low) * 1000,
    highNs: (Number(high) + 1) * 1000, // whole microseconds, cut off
    count: Number(count),
  }))

/** The bucket of a percentile. */
export const percentileBounds = (buckets: readonly Bucket[], p: number): Bucket => {
  const rank = Math.ceil(p * buckets.reduce((sum, { count }) => sum + count, 0))
  let below = 0
  return buckets.find(({ count }) => (below += count) >= rank)!
}
