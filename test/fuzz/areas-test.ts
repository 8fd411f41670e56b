// A test of every area, with so many changed inputs of each.
import test from 'ava'
import { skip } from '../helpers/bpf.ts'
import { AREAS } from './areas.ts'
import { LONGEST_BLOCK_MS, runArea } from './run.ts'

export const testAreas = (rounds: number): void => {
  for (const area of AREAS) {
    test.serial(`${area.name}: changed inputs do no harm`, async (t) => {
      if ((await area.seeds()).length === 0) return skip(t, 'nothing here makes the inputs to begin with')
      const { faults, longestBlockMs } = await runArea(area, { seed: 1, rounds })
      t.deepEqual(
        faults.map(({ round, what }) => `round ${round}: ${what}`),
        [],
      )
      t.true(longestBlockMs <= LONGEST_BLOCK_MS)
    })
  }
}
