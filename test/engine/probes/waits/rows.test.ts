// Rows of waits from one reading to the next: whoever waits on is the very same row, and only that.
import test from 'ava'
import { explain } from '../../../../src/model/waits/chains.ts'
import type { Waiter } from '../../../../src/model/waits/wait-types.ts'
import { openRows } from '../../../../src/engine/probes/waits/rows.ts'
import { mostOften } from '../../../../src/engine/probes/waits/most-often.ts'
import { columnAt, type TablesData } from '../../../../src/stream/tables.ts'
import { ALL_SHOWN, fakeLink, fakeWaiter, graphOf } from '../../../helpers/waits.ts'

const SECOND = 1e9
const BEGAN = 100 * SECOND

/** Two wait for what a third has, which reads from a disk; from `since` on. */
const waiters = (nowNs: number, since = { 1: BEGAN, 2: BEGAN, 3: BEGAN }): Waiter[] => {
  const mutex = fakeLink({ kind: 'mutex', key: 'A', class: 'lock', holders: [{ pid: 1, tid: 3 }] })
  const disk = fakeLink({ kind: 'disk', key: 'read /a', class: 'disk', relation: '' })
  return [
    fakeWaiter({ tid: 1, link: mutex, forNs: nowNs - since[1] }),
    fakeWaiter({ tid: 2, link: mutex, forNs: nowNs - since[2] }),
    fakeWaiter({ tid: 3, link: disk, forNs: nowNs - since[3] }),
  ]
}

const reader = () => {
  const tablesOf = openRows()
  const often = mostOften()
  return (clockNs: number, all: Waiter[], intervalNs = SECOND): TablesData['tables'] => {
    const explained = explain(graphOf(all), { ...ALL_SHOWN, intervalNs })
    return tablesOf({ ...explained, mostly: often(explained.things), byTid: new Map(), intervalNs, clockNs })
  }
}

const cells = ({ columns, rows }: TablesData['tables'][string], id: string) =>
  rows.map((row) => row[columnAt({ columns, rows }, id)])

test('who waits on is the very same row, whatever the intervals last; so is the thing, once its holder has a share', (t) => {
  const read = reader()
  for (let second = 5; second < 20; second++) read(BEGAN + second * SECOND, waiters(BEGAN + second * SECOND))
  const [before, now] = [20, 21.1].map((second) =>
    read(BEGAN + second * SECOND, waiters(BEGAN + second * SECOND), 1.1 * SECOND),
  )
  for (const id of ['chains', 'links', 'things']) {
    t.is(now![id]!.rows.length, before![id]!.rows.length)
    t.true(now![id]!.rows.length > 1)
    for (const [index, row] of now![id]!.rows.entries()) t.is(row, before![id]!.rows[index]!, `${id} ${index}`)
  }
  t.deepEqual(cells(now!.chains!, 'sinceNs'), [BEGAN, BEGAN, BEGAN])
  t.deepEqual(cells(now!.chains!, 'held'), [1, 1, 1])
  t.deepEqual(
    [cells(now!.things!, 'held'), cells(now!.things!, 'waited')],
    [
      [2, 1],
      [2, 1],
    ],
  )
})

test('one that began to wait anew is another row, and so is the thing; those beside it stay', (t) => {
  const read = reader()
  const nowNs = BEGAN + 5 * SECOND
  const before = read(nowNs, waiters(nowNs))
  const again = nowNs + 0.7 * SECOND
  const now = read(nowNs + SECOND, waiters(nowNs + SECOND, { 1: BEGAN, 2: again, 3: BEGAN }))
  const at = (tables: TablesData['tables'], tid: number) =>
    tables.chains!.rows[cells(tables.chains!, 'tid').indexOf(tid)]!
  t.is(at(now, 1), at(before, 1))
  t.is(at(now, 3), at(before, 3))
  t.not(at(now, 2), at(before, 2))
  const mutex = cells(now.things!, 'thing').indexOf('A')
  const ofMutex = (id: string) => cells(now.things!, id)[mutex]
  t.deepEqual(
    ['waiters', 'waited', 'waitedNs', 'held', 'heldNs', 'sinceNs'].map(ofMutex),
    [2, 1, 0.3 * SECOND, 1, 0.3 * SECOND, BEGAN],
    'the time of one throughout, a part of that of the other',
  )
})
