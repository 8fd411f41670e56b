// Stacks narrowed to a selection: as exact as what was collected allows, never of the whole machine instead.
import test from 'ava'
import { narrowStore } from '../../src/model/narrow.ts'
import type { Selection } from '../../src/model/selection.ts'
import { createStore } from '../../src/model/store.ts'
import type { Target } from '../../src/stream/target.ts'
import { fakeStacks, fakeStackStream, NODE } from '../helpers/stacks.ts'
import { endMs } from '../helpers/stream.ts'

const TICKS = 10

const narrowed = (selections: readonly Selection[], of?: Target) => {
  const store = createStore()
  for (const message of fakeStackStream({ ticks: TICKS })) store.add(message)
  const atMs = endMs({ ticks: TICKS })
  store.add({
    type: 'sample',
    probe: 'stacks',
    atMs,
    intervalMs: 1000,
    lost: 0,
    data: { ...fakeStacks('offcpu', TICKS), threads: fakeStacks('now', TICKS).threads, ...(of ? { of } : {}) },
  })
  return narrowStore(store, selections).latest('stacks')!.data
}

const whole = narrowed([])

test('a process, by its number', (t) => {
  const { stacks, threads, others } = narrowed([{ is: 'process', ...NODE }])
  t.deepEqual(
    stacks,
    whole.stacks.filter(({ pid }) => pid === NODE.pid),
  )
  t.deepEqual(
    threads,
    whole.threads!.filter(({ pid }) => pid === NODE.pid),
  )
  t.truthy(whole.others)
  t.is(others, undefined, 'nobody knows of whom these were')
})

test('a name is that of the process, not of its threads', (t) => {
  t.deepEqual(
    narrowed([{ is: 'comm', comm: 'node' }]).stacks,
    whole.stacks.filter(({ pid }) => pid === NODE.pid),
  )
  t.deepEqual(narrowed([{ is: 'comm', comm: 'libuv-worker' }]).stacks, [])
})

test('a thread', (t) => {
  const { stacks, threads } = narrowed([{ is: 'thread', pid: NODE.pid, tid: NODE.pid + 1, comm: 'libuv-worker' }])
  t.deepEqual(new Set(stacks.map(({ comm }) => comm)), new Set(['libuv-worker']))
  t.deepEqual(
    threads!.map(({ tid }) => tid),
    [NODE.pid + 1],
  )
})

test('a system call, by the function the kernel enters it with', (t) => {
  const { stacks } = narrowed([
    { is: 'process', ...NODE },
    { is: 'syscall', name: 'fsync' },
  ])
  t.deepEqual(
    stacks.map(({ state, comm }) => `${comm} ${state}`),
    ['libuv-worker D'],
  )
})

test('a disk has no stacks', (t) => t.deepEqual(narrowed([{ is: 'disk', dev: '8:0', name: 'sda' }]).stacks, []))

test('what was collected of the selection alone is taken as it is', (t) => {
  const of: Target = { is: 'process', pid: NODE.pid }
  t.truthy(narrowed([{ is: 'process', ...NODE }], of).others)
})
