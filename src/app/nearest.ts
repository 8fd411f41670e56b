// "Did you mean": the candidate that begins with the word, or is the fewest edits away from it, or has its letters.

/** undefined when nothing is near enough to be meant. */
export const nearestWord = (word: string, candidates: readonly string[]): string | undefined => {
  const longer = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word.toLowerCase()))
  if (longer.length === 1) return longer[0]
  const scored = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
  const best = scored[0]
  if (best && best.edits <= Math.max(2, Math.floor(best.candidate.length / 3))) return best.candidate
  const short = candidates.filter(
    (candidate) => word.length > 2 && isShortFor(word.toLowerCase(), candidate.toLowerCase()),
  )
  return short.length === 1 ? short[0] : undefined
}

/** Begins alike and has all letters in their order: runq of run-queue. */
const isShortFor = (word: string, candidate: string): boolean => {
  let at = 0
  for (const letter of candidate) if (letter === word[at]) at++
  return at === word.length && word[0] === candidate[0]
}

// Edit distance where swapping two neighbours counts once.
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      rows[i]![j] = Math.min(
        rows[i - 1]![j]! + 1,
        rows[i]![j - 1]! + 1,
        rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        swap ? rows[i - 2]![j - 2]! + 1 : Infinity,
      )
    }
  }
  return rows[a.length]![b.length]!
}
