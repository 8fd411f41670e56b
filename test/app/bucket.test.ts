import test from 'ava'
import { bucketRange, bucketText, countIn, inBucket } from '../../src/app/bucket.ts'
import { countCells } from '../../src/app/draw/heat.ts'
import { slotOf, SLOTS } from '../../src/model/base/histogram.ts'
import type { Column } from '../../src/panels/panel-types.ts'

test('cells of a map and ranges of durations are the same, whatever the height', (t) => {
  const slots = Array.from({ length: SLOTS }, (_, slot) => [slot, slot + 1]).flat()
  const hist = { slots, count: 0, sumNs: 0, maxNs: 0 }
  for (const bits of [
    [10, 30],
    [12, 36],
    [8, 34],
  ] as const)
    for (const height of [1, 4, 7, 11, 22, 35]) {
      const cells = countCells(hist, height, bits)
      for (let row = 0; row < height; row++)
        t.is(countIn(hist, bucketRange(row, height, bits)), cells[row]!, `${bits.join('-')} row ${row} of ${height}`)
    }
})

test('an event that begins a range is in it, one that begins the next is not', (t) => {
  const hist = { slots: [1024, 2048, 4096].flatMap((ns, i) => [slotOf(ns), i + 1]), count: 6, sumNs: 0, maxNs: 0 }
  const [from, to] = [1024, 2048].map((ns) => bucketRange(ns === 1024 ? 0 : 1, 3, [10, 13]).toNs)
  t.deepEqual([from, to], [2048, 4096])
  t.is(countIn(hist, { fromNs: 0, toNs: 2048 }), 1)
  t.is(countIn(hist, { fromNs: 2048, toNs: 4096 }), 2)
  t.is(countIn(hist, { fromNs: 2048, toNs: Infinity }), 5)
})

test('rows whose longest is as long as that or longer; none where the table does not say', (t) => {
  const max = { id: 'max', title: 'MAX', kind: 'duration', help: '', priority: 0 } as const
  const bucket = { panel: 'runq', atMs: 1, fromNs: 2000, toNs: 4000, count: 1 }
  const rows = [1999, 2000, 9000, undefined].map((ns, i) => ({ key: String(i), cells: [ns] }))
  const shown = (columns: Column[]) => inBucket(bucket, columns, rows)
  t.deepEqual(
    shown([max])!.rows.map(({ key }) => key),
    ['1', '2'],
  )
  t.deepEqual(shown([max])!.sort, { column: 'max', descending: false })
  t.is(shown([{ ...max, kind: 'count' }]), undefined)
  t.is(shown([{ ...max, id: 'mean' }]), undefined)
})

test('a range in words: open below and above, and how many', (t) => {
  const bucket = { panel: 'runq', atMs: 1, fromNs: 2000, toNs: 4000, count: 2 }
  const said = (change: object): string => bucketText({ ...bucket, ...change }, true).split(';')[0]!
  t.is(said({}), '2.00us to 4.00us: 2 events')
  t.is(said({ fromNs: 0, count: 1 }), 'below 4.00us: 1 event')
  t.is(said({ toNs: Infinity }), '2.00us and longer: 2 events')
  t.regex(bucketText(bucket, false), /whose they are is not kept/)
})
