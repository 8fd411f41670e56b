// The same work with nothing of ours and with something by turns, each between two bare ones, so that a machine whose speed
// changes changes both. What is measured is CPU time of who does it: of time on the clock, others take their part.
import type { Figure } from './figures.ts'
import { BARE } from './tables.ts'

interface Row {
  row: string
  /** Gives what takes it away again. */
  begin(): () => void | Promise<void>
}

interface Turns {
  part: string
  name: string
  rounds: number
  rows: readonly Row[]
  measure(): Promise<number>
  say(text: string): void
}

export const byTurns = async ({ part, name, rounds, rows, measure, say }: Turns): Promise<Figure[]> => {
  const bare: Figure = { part, row: BARE, name, values: [] }
  const figures = rows.map(({ row }) => ({ part, row, name, values: [] as number[], bare: [] as number[] }))
  let before = await measure()
  for (let round = 1; round <= rounds; round++) {
    if (round % 10 === 1) say(`${part}: round ${round} of ${rounds}`)
    for (const [i, { begin }] of rows.entries()) {
      const end = begin()
      const value = await measure().finally(end)
      const after = await measure()
      figures[i]!.values.push(value)
      figures[i]!.bare.push((before + after) / 2)
      bare.values.push(after)
      before = after
    }
  }
  return [bare, ...figures]
}
