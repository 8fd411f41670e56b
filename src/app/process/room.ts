// How much of each the process page shows: as many as one reads at a glance on a small screen, and what a tall one has
// room for.
interface Room {
  lines: number
  threads: number
  files: number
  chains: number
  blocked: number
  calls: number
  failures: number
  /** Rows of each series over time. */
  series: number
}

const SMALL = 40
/** A page as wide and as tall has threads, waits and calls on it, and rows to spare. */
const LARGE = { width: 200, height: 60, taller: 80 }
/** With its sections in three columns, the series have one to themselves. */
export const THREE_COLUMNS = 228

export const roomOf = (height: number, width = 0): Room => {
  const spare = Math.max(0, height - SMALL)
  const some = Math.floor(spare / 4)
  return {
    lines: 1 + Math.min(3, some),
    threads: 6 + spare,
    files: 4 + some,
    chains: 4 + some,
    blocked: 6 + some,
    calls: 8 + Math.floor(spare / 2),
    failures: 4 + some,
    series:
      width < LARGE.width || height < LARGE.height ? 1 : height < LARGE.taller ? 2 : width < THREE_COLUMNS ? 3 : 4,
  }
}
