import test from 'ava'
import { bucketRange, countIn } from '../../src/app/bucket.ts'
import { countCells } from '../../src/app/draw/heat.ts'
import { SLOTS } from '../../src/model/histogram.ts'

test('cells of a map and ranges of durations are the same, whatever the height', (t) => {
  const slots = Array.from({ length: SLOTS }, (_, slot) => [slot, slot + 1]).flat()
  const hist = { slots, count: 0, sumNs: 0, maxNs: 0 }
  for (const bits of [
    [10, 30],
    [12, 36],
    [8, 34],
  ] as const)
    for (const height of [1, 4, 7, 11, 22, 35]) {
      const cells = countCells([{ hist, lost: 0 }], height, bits)
      for (let row = 0; row < height; row++)
        t.is(countIn(hist, bucketRange(row, height, bits)), cells[row]!, `${bits.join('-')} row ${row} of ${height}`)
    }
})
