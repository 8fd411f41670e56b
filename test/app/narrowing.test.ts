// What each panel says of a selection that it cannot follow, or not wholly.
import test from 'ava'
import { limitsOf } from '../../src/app/narrowing.ts'
import { initialState, panelIn } from '../../src/app/state.ts'
import type { Selection } from '../../src/model/selection.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import { fakeScreen } from '../helpers/screen.ts'

const { store } = fakeScreen({ ticks: 5 })
const said = (id: string, mode: string | undefined, ...path: Selection[]) => {
  const own = initialState({ only: path, specs: store.specs() })
  const state = mode === undefined ? own : { ...own, byPanel: { ...own.byPanel, [id]: { mode } } }
  const panel = panelIn(state, id)
  const last = narrowStore(store, path).latest(panel.probe)
  return limitsOf(state, panel, last as never).map(
    ({ text, blank, noRows }) => `${blank ? 'blank' : noRows ? 'rows' : 'part'}: ${text}`,
  )
}
const disk: Selection = { is: 'disk', dev: '8:0', name: 'sda' }
const cpu: Selection = { is: 'cpu', cpu: 1 }
const read: Selection = { is: 'syscall', name: 'read' }
const port: Selection = { is: 'port', port: 443 }
const thread: Selection = { is: 'thread', pid: 812, tid: 813, comm: 'postgres' }

test('of everything nothing is missing', (t) => {
  for (const id of ['runq', 'offcpu', 'block', 'tcp', 'syscalls', 'exec', 'threads'])
    t.deepEqual(said(id, undefined), [])
})

test('a disk and a CPU are known to the panels that are about them', (t) => {
  for (const id of ['runq', 'offcpu', 'tcp'])
    t.regex(said(id, undefined, disk)[0]!, /^blank: .* cannot be split by disk/)
  t.deepEqual(said('block', 'disks', disk), [])
  for (const id of ['offcpu', 'tcp', 'syscalls'])
    t.regex(said(id, undefined, cpu)[0]!, /^blank: .* cannot be split by CPU/)
  t.regex(said('runq', 'processes', cpu)[0]!, /^rows: processes cannot be split by CPU; m shows it/)
  t.deepEqual(
    said('runq', 'cpus', cpu).filter((text) => !text.includes('latency')),
    [],
  )
  t.regex(said('runq', 'cpus', thread)[0]!, /^blank: CPUs cannot be split by thread; m shows processes/)
  t.regex(said('runq', 'cpus', disk)[0]!, /^blank: run queue cannot be split by disk/)
})

test('a system call is time blocked in it, or not known', (t) => {
  t.deepEqual(said('offcpu', undefined, read), [
    'part: time blocked in read',
    'part: latency cannot be split by system call',
  ])
  t.deepEqual(said('syscalls', 'calls', read), ['part: own latency from the next interval on'])
  t.regex(said('runq', undefined, read)[0]!, /^blank: run queue cannot be split by system call/)
  t.regex(said('syscalls', undefined, disk)[0]!, /^blank: system calls cannot be split by disk/)
})

test('a thread is its process where threads are not known', (t) => {
  t.true(said('syscalls', undefined, thread).includes('part: rows are its process'))
  t.false(said('offcpu', undefined, thread).includes('part: rows are its process'))
})

test('a peer or a port stands for the processes with such a session', (t) => {
  t.regex(said('offcpu', undefined, port)[0]!, /^part: processes with a session of .*443/)
  t.deepEqual(said('tcp', 'sessions', port), [])
})
