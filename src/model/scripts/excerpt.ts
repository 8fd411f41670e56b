// The line of a script that is at fault and the mark below it, where they are longer than there is room: the part around
// the mark.

const MARK = /[~^]/

/** `cut`: stands for what is left out before it. */
export const aroundMark = (excerpt: readonly string[], width: number, cut: string): string[] => {
  const mark = excerpt.at(-1) ?? ''
  const from = mark.search(MARK)
  const half = Math.floor(width / 2)
  if (from < 0 || Math.min(mark.trimEnd().length, from + half) <= width)
    return excerpt.map((line) => line.slice(0, width))
  const start = from - half
  const partOf = (line: string): string => line.slice(start + cut.length, start + width)
  return excerpt.map((line) => (line === mark ? ' '.repeat(cut.length) : cut) + partOf(line))
}
