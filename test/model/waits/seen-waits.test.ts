// What was seen of waits at the ends of intervals, by hand: whose, in which call and state, and of how many readings.
import test from 'ava'
import {
  keyOfCall,
  mergeSeen,
  NOTHING_SEEN,
  readingsFor,
  seenIn,
  seenUpTo,
} from '../../../src/model/waits/seen-waits.ts'
import type { TableCell } from '../../../src/stream/tables.ts'

const COLUMNS = ['pid', 'thread', 'call', 'state', 'class', 'stack', 'threads']
const dataOf = (...rows: TableCell[][]) => ({ tables: { seen: { columns: COLUMNS, rows } } })
const wait = (of: string, threads: number, ...functions: string[]) => ({ class: of, functions, threads })
const at = (atMs: number, threads: number) => ({ atMs, data: dataOf([7, 'w', 'read', 'S', 'disk', null, threads]) })

test('of each process and of threads of each name, by call and state', (t) => {
  const seen = seenIn(
    dataOf(
      [7, 'w', 'read', 'S', 'disk', 'io_schedule < ext4_read', 2],
      [7, 'v', 'read', '.', 'network', '', 1],
      [8, 'w', 'read', 'D', 'disk', null, 3],
    ),
  )
  t.deepEqual([...seen.ofProcess(7)], [
    ['read S', [wait('disk', 2, 'io_schedule', 'ext4_read'), wait('network', 1)]],
  ] as never)
  t.deepEqual([...seen.ofProcess(8)], [['read D', [wait('disk', 3)]]] as never)
  t.deepEqual([...seen.ofName('w').keys()], ['read S', 'read D'])
  t.is(seen.ofProcess(9), NOTHING_SEEN)
  t.is(seen.ofName('gone'), NOTHING_SEEN)
  t.is(keyOfCall('read', 'D'), 'read D')
  t.is(keyOfCall('read', '.'), 'read S')
})

test('what says nothing of it is nothing', (t) => {
  const rows: TableCell[][] = [
    [7, 'w', 'read', 'R', 'disk', null, 1],
    [7, 'w', 'read', 'S', 'no class', null, 1],
    [7, 'w', 'read', 'S', 'disk', null, 0],
    [7, 'w', 'read', 'S', 'disk', null, -1],
    [7, 'w', 'read', 'S', 'disk', null, 'one'],
  ]
  for (const row of rows) t.is(seenIn(dataOf(row)).ofProcess(7).size, 0, row.join())
  t.is(seenIn(dataOf([null, 'w', 'read', 'S', 'disk', null, 1])).ofName('w').size, 1)
  t.is(seenIn({ tables: {} }).ofProcess(7), NOTHING_SEEN)
  const chains = { columns: ['pid', 'call', 'state', 'class'], rows: [[7, 'read', 'S', 'disk']] }
  t.deepEqual([...seenIn({ tables: { chains } }).ofProcess(7)], [['read S', [wait('disk', 1)]]] as never)
  t.is(seenIn({ tables: { chains } }).ofName('w').size, 0)
})

test('the last ten readings up to an instant', (t) => {
  const samples = Array.from({ length: 12 }, (_, i) => at(1000 * (i + 1), i + 1))
  const counts = (atMs: number) =>
    (seenUpTo(samples, atMs).ofProcess(7).get('read S') ?? []).map(({ threads }) => threads)
  t.deepEqual(counts(999), [])
  t.deepEqual(counts(1000), [1])
  t.deepEqual(counts(2999), [1, 2])
  t.deepEqual(counts(10_000), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  t.deepEqual(counts(12_000), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  t.is(seenUpTo(samples, 12_000), seenUpTo(samples, 12_000), 'made once')
  t.not(seenUpTo(samples.slice(3), 12_000), seenUpTo(samples, 12_000), 'of others anew')
  t.deepEqual(seenUpTo(samples, 1000).ofName('w').get('read S'), [wait('disk', 1)] as never)
  t.is(readingsFor(5), 15)
})

test('several together', (t) => {
  const [a, b] = [at(1, 2), at(2, 3)].map(({ data }) => seenIn(data).ofProcess(7))
  t.deepEqual([...mergeSeen([a!, b!, a!])], [['read S', [wait('disk', 2), wait('disk', 3), wait('disk', 2)]]] as never)
  t.is(mergeSeen([]).size, 0)
})
