// A short run of every area of `npm run fuzz`, and that what is wrong is noticed and comes again.
import test from 'ava'
import type { Area } from './area.ts'
import { testAreas } from './areas-test.ts'
import { ownTime } from './own-time.ts'
import { inputOf, LONGEST_BLOCK_MS, materialOf, runArea } from './run.ts'

testAreas(10)

const fragile: Area = {
  name: 'fragile',
  seeds: () => [Buffer.from('a word and a number 1')],
  take(input) {
    if (input.includes(0xff)) throw new Error('broken by a byte')
    if (!input.includes('wor')) for (const end = ownTime() + LONGEST_BLOCK_MS + 50; ownTime() < end;);
  },
}

test.serial('what throws or blocks is found, and comes again', async (t) => {
  const { faults } = await runArea(fragile, { seed: 1, rounds: 6 })
  const material = await materialOf(fragile)
  for (const { round, input } of faults) t.deepEqual(inputOf(fragile, material, 1, round), input)
  for (const kind of ['broken by a byte', 'blocks for ']) {
    const fault = faults.find(({ what }) => what.includes(kind))!
    const again = await runArea(fragile, { seed: 1, rounds: 1, first: fault.round })
    t.true(again.faults[0]?.what.includes(kind), kind)
  }
})
