// A view reads one instant through its selections, and says when it leaves either.
import test from 'ava'
import { createStore } from '../../src/model/store.ts'
import { viewOf } from '../../src/model/view.ts'
import type { Selection } from '../../src/model/selection.ts'
import { blockProcsOf } from '../../src/model/block.ts'
import { endMs, fakeStream } from '../helpers/stream.ts'

const TICKS = 6
const PROCESS: Selection = { is: 'process', pid: 812, comm: 'postgres' }
const THEN = endMs({ ticks: 3 })

const filled = () => {
  const store = createStore()
  for (const message of fakeStream({ ticks: TICKS })) store.add(message)
  return store
}

test('every read is of its instant', (t) => {
  const store = filled()
  store.add({ type: 'status', probe: 'block', atMs: THEN + 1, status: { is: 'off' } })
  const [then, now] = [viewOf(store, [], THEN), viewOf(store)]
  t.is(then.latest('block')!.atMs, THEN)
  t.deepEqual(
    then.samples('block', 2).map(({ atMs }) => atMs),
    [endMs({ ticks: 2 }), THEN],
  )
  t.is(then.host()!.atMs, store.host(THEN)!.atMs)
  t.is(then.status('block').is, 'live')
  t.is(now.status('block').is, 'off')
  t.is(then.statusSinceMs('block'), store.statusSinceMs('block', THEN))
  t.is(now.statusSinceMs('block'), THEN + 1)
  t.is(now.latest('block')!.atMs, endMs({ ticks: TICKS }))
  t.not(then.directory().key, now.directory().key)
})

test('the newest moves on, an instant stays', (t) => {
  const store = filled()
  const [then, now] = [viewOf(store, [], THEN), viewOf(store)]
  for (const message of fakeStream({ ticks: TICKS + 1 }).filter(
    (each) => 'atMs' in each && each.atMs > endMs({ ticks: TICKS }),
  ))
    store.add(message)
  t.is(then.latest('sched')!.atMs, THEN)
  t.is(now.latest('sched')!.atMs, endMs({ ticks: TICKS + 1 }))
})

test('selections narrow the samples, not who is known; the whole is of the same instant', (t) => {
  const view = viewOf(filled(), [PROCESS], THEN)
  const pidsIn = (of: typeof view) => new Set(blockProcsOf(of.latest('block')!.data).map(({ pid }) => pid))
  t.deepEqual([...pidsIn(view)], [812])
  t.true(pidsIn(view.whole).size > 1)
  t.is(view.whole.atMs, THEN)
  t.is(view.whole.latest('block')!.atMs, THEN)
  const { whole } = view
  t.is(whole.whole, whole)
  t.true([...view.directory().all()].length > 1)
  t.true(view.hasRows(view.latest('block')!))
})

test('another instant has the same selections, other selections the same instant', (t) => {
  const view = viewOf(filled(), [PROCESS], THEN)
  const before = view.at(endMs({ ticks: 2 }))
  t.is(before.latest('block')!.atMs, endMs({ ticks: 2 }))
  t.deepEqual(
    blockProcsOf(before.latest('block')!.data).map(({ pid }) => pid),
    [812],
  )
  t.is(view.at(undefined).latest('block')!.atMs, endMs({ ticks: TICKS }))
  t.is(view.at(THEN), view)
  const all = view.through([])
  t.is(all.atMs, THEN)
  t.true(blockProcsOf(all.latest('block')!.data).length > 1)
})
