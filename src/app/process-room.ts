// How much of each the process page shows: as many as one reads at a glance on a small screen, and what a tall one has
// room for.
export interface Room {
  lines: number
  threads: number
  files: number
  chains: number
  blocked: number
  calls: number
  failures: number
}

const SMALL = 40

export const roomOf = (height: number): Room => {
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
  }
}
