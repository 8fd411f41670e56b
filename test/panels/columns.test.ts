// In which order columns go where there is no room: each has a number of its own, from the name on, which has 0 and stays.
import test from 'ava'
import { PANELS } from '../../src/panels/registry.ts'

/** Modes whose rows are no processes: where these have the number of one, nothing stands. */
const WITHOUT_PID: Readonly<Record<string, readonly string[]>> = { time: ['names', 'groups', 'machine'] }

for (const panel of PANELS)
  for (const { id: mode } of panel.modes)
    test(`${panel.id} ${mode}: no number twice, and none left out`, (t) => {
      const columns = panel.columns(mode, true)
      const numbers = columns.map(({ priority }) => priority).sort((a, b) => a - b)
      const isLeftOut = (number: number): boolean =>
        (WITHOUT_PID[panel.id]?.includes(mode) ?? false) &&
        number === panel.columns(panel.modes[0]!.id, true).find(({ id }) => id === 'pid')!.priority
      const wanted = Array.from({ length: numbers.at(-1)! + 1 }, (_, i) => i).filter((number) => !isLeftOut(number))
      t.deepEqual(numbers, wanted)
      const first = columns.find(({ priority }) => priority === 0)!
      t.true(['text', 'id'].includes(first.kind), 'what rows are about')
    })
