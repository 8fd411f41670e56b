// Rows of a probe that makes all anew: those that read as before are the very same.
import test from 'ava'
import { createEncoder } from '../../src/stream/delta.ts'
import { sameRows } from '../../src/stream/same-rows.ts'
import type { TableCell } from '../../src/stream/tables.ts'
import type { AnySample } from '../../src/stream/stream-types.ts'

const rows = (...each: TableCell[][]): TableCell[][] => each

test('rows that read the same are those of before, whatever came, went or changed between them', (t) => {
  const same = sameRows()
  const first = same(rows([1, 'a'], [2, 'b'], [3, 'c'], [5, 'e']))
  const next = same(rows([2, 'b'], [3, 'changed'], [4, 'd'], [5, 'e']))
  t.deepEqual(next, rows([2, 'b'], [3, 'changed'], [4, 'd'], [5, 'e']))
  t.is(next[0], first[1])
  t.not(next[1], first[2])
  t.is(next[3], first[3])
  t.is(same(rows([3, 'changed']))[0], next[1])
})

test('a longer row, or a number that reads like a text, is another', (t) => {
  const same = sameRows()
  const [first] = same(rows([1, 2]))
  t.not(same(rows([1, 2, 3]))[0], first)
  same(rows([1, 2]))
  t.deepEqual(same(rows([1, '2']))[0], [1, '2'])
})

test('each row of before is one row at most', (t) => {
  const same = sameRows()
  const before = same(rows([1, 'a']))
  const twice = same(rows([1, 'a'], [1, 'a']))
  t.is(twice[0], before[0])
  t.not(twice[1], before[0])
})

test('so they are not sent again', (t) => {
  const same = sameRows()
  const encode = createEncoder(1000)
  const size = (atMs: number): number => {
    const table = {
      columns: ['pid', 'comm'],
      rows: same(Array.from({ length: 500 }, (_, pid) => [pid, `name ${pid}`])),
    }
    return encode({
      ...{ type: 'sample', probe: 'sched', atMs, intervalMs: 1000, lost: 0 },
      data: { tables: { procs: table }, hists: {}, totals: {} },
    } as AnySample).length
  }
  encode({ type: 'host', atMs: 1, intervalMs: 1000, uptimeS: 1, load: [0, 0, 0], cpus: 1, stolenMs: 0, wallMs: 1 })
  t.true(size(1) > 5000)
  encode({ type: 'host', atMs: 2, intervalMs: 1000, uptimeS: 1, load: [0, 0, 0], cpus: 1, stolenMs: 0, wallMs: 2 })
  t.true(size(2) < 300)
})
