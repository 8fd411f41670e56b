// The view of a snapshot: what fits is taken, field by field, and what does not is as at the start.
import test from 'ava'
import { reopened } from '../../../src/app/entering/reopen.ts'
import { initialState } from '../../../src/app/state.ts'

const opened = (view: unknown) => reopened(initialState({ replay: true }), view)
const selectionIn = (selection: unknown) => opened({ selections: [selection] }).crumbs.map((crumb) => crumb.selection)

/** Each kind with the fields it cannot be without. */
const SELECTIONS: Record<string, unknown>[] = [
  { is: 'process', pid: 0, comm: 'a' },
  { is: 'thread', pid: 7, tid: 8, comm: 'a' },
  { is: 'comm', comm: 'a' },
  { is: 'cgroup', path: '/a' },
  { is: 'user', uid: 0, name: 'root' },
  { is: 'pids', pids: [1, 2] },
  { is: 'disk', dev: '8:0', name: 'sda' },
  { is: 'peer', address: '10.0.0.1' },
  { is: 'port', port: 443 },
  { is: 'syscall', name: 'read' },
  { is: 'error', name: 'EAGAIN' },
  { is: 'file', path: '/var/log/a' },
  { is: 'tree', top: 0, comm: 'a' },
  { is: 'cpu', cpu: 0 },
]

test('a selection of any kind comes back as it was', (t) => {
  for (const selection of SELECTIONS) t.deepEqual(selectionIn(selection), [selection] as never)
  t.deepEqual(selectionIn({ is: 'cgroup', path: '/a', container: 'web' }), [
    { is: 'cgroup', path: '/a', container: 'web' },
  ])
  t.deepEqual(selectionIn({ is: 'cgroup', path: '/a', container: 7 }), [{ is: 'cgroup', path: '/a' }])
})

test('one whose fields are of another type, negative, endless or too long is left out', (t) => {
  for (const selection of SELECTIONS)
    for (const [name, value] of Object.entries(selection).filter(([each]) => each !== 'is')) {
      const wrong = Array.isArray(value)
        ? [7, [1, 'x'], [-1]]
        : typeof value === 'number'
          ? ['7', -1, NaN, Infinity]
          : [7, null, 'x'.repeat(4097)]
      for (const other of [...wrong, undefined])
        t.deepEqual(selectionIn({ ...selection, [name]: other }), [], `${String(selection.is)} with ${name} ${other}`)
    }
  t.is(selectionIn({ is: 'comm', comm: 'x'.repeat(4096) }).length, 1)
  for (const other of [{ is: 'moon', pid: 7, comm: 'a' }, [], null, 'process', 7]) t.deepEqual(selectionIn(other), [])
  t.is(opened({ selections: Array(40).fill({ is: 'comm', comm: 'a' }) }).crumbs.length, 16)
})

test('each way of narrowing was from the overview, as the pages in between are not known', (t) => {
  t.deepEqual(opened({ selections: [{ is: 'cpu', cpu: 1 }] }).crumbs, [
    { selection: { is: 'cpu', cpu: 1 }, from: { is: 'overview' } },
  ])
})

test('a panel is sorted and selected as it was, as far as there is such a column and mode', (t) => {
  const panelIn = (given: unknown) => opened({ panels: { offcpu: given } }).byPanel.offcpu
  const own = opened({}).byPanel.offcpu
  const whole = { mode: 'D', sort: { column: 'pid', descending: true }, selected: { key: '7', index: 0 } }
  t.like(panelIn(whole), whole)
  t.is(panelIn({ ...whole, mode: 'X' }).mode, own.mode)
  t.is(panelIn({ ...whole, sort: { column: 'nonesuch', descending: true } }).sort, undefined)
  t.is(panelIn({ ...whole, sort: { column: 'pid', descending: 'yes' } }).sort, undefined)
  t.is(panelIn({ ...whole, selected: { key: 7, index: 0 } }).selected, undefined)
  t.is(panelIn({ ...whole, selected: { key: '7', index: -1 } }).selected, undefined)
  for (const other of [undefined, null, [], 'x', 7]) t.deepEqual(panelIn(other), own)
})

test('the columns of a tab are those chosen, as far as they are names; other tabs are as they come', (t) => {
  const tabsIn = (tabs: unknown) => opened({ panels: { offcpu: { tabs } } }).byPanel.offcpu.tabs
  t.deepEqual(tabsIn({ D: { columns: ['pid', 'disk'] } }), { D: { columns: ['pid', 'disk'] } })
  t.deepEqual(tabsIn({ D: { columns: ['pid'] }, nonesuch: { columns: ['pid'] }, all: { columns: [] } }), {
    D: { columns: ['pid'] },
  })
  for (const columns of [['pid', 7], [7, 'pid'], [], 'pid', undefined]) t.is(tabsIn({ D: { columns } }), undefined)
  for (const tabs of [undefined, [], 'D', { D: 7 }, { D: [] }]) t.is(tabsIn(tabs), undefined)
  t.is(tabsIn({ D: { columns: Array(65).fill('pid') } })!.D!.columns!.length, 64)
  const own = initialState({ replay: true })
  const chosen = { ...own, byPanel: { ...own.byPanel, offcpu: { mode: 'all', tabs: { D: { columns: ['pid'] } } } } }
  t.deepEqual(reopened(chosen, { panels: { offcpu: {} } }).byPanel.offcpu.tabs, { D: { columns: ['pid'] } })
})

test('the rest of a view, and one that is none', (t) => {
  const state = initialState({ replay: true })
  for (const other of [undefined, null, [], 'x', 7]) t.is(reopened(state, other), state)
  for (const other of [undefined, null, [], 'x', 7])
    t.deepEqual(opened({ page: other, panels: other, selections: other }).page, { is: 'overview' })
  t.deepEqual(opened({ filter: 'nginx' }).filter, { text: 'nginx', editing: false })
  t.is(opened({ filter: 'x'.repeat(999) }).filter.text.length, 200)
  t.is(opened({ focus: 'tcp' }).focus, 'tcp')
  t.is(opened({ focus: 'threads' }).focus, state.focus, 'it is not on the overview')
  t.deepEqual(opened({ page: { is: 'panel', panel: 'tcp' } }).page, { is: 'panel', panel: 'tcp' })
  t.deepEqual(opened({ page: { is: 'panel', panel: 'nonesuch' } }).page, { is: 'overview' })
  t.deepEqual(opened({ page: { is: 'constructor' } }).page, { is: 'overview' })
  t.deepEqual(opened({ page: { is: 'verdict' } }).page, { is: 'verdict', at: 0, from: { is: 'overview' } })
})

test('the page of a process needs one that is selected', (t) => {
  const page = { is: 'process' }
  t.deepEqual(opened({ page }).page, { is: 'overview' })
  t.deepEqual(opened({ page, selections: [{ is: 'comm', comm: 'a' }] }).page, { is: 'overview' })
  t.deepEqual(opened({ page, selections: SELECTIONS.slice(0, 1) }).page, { is: 'process', scroll: 0 })
  t.deepEqual(opened({ page, selections: SELECTIONS.slice(1, 2) }).page, { is: 'process', scroll: 0 })
})

test('stacks are shown as they were, and what does not fit as in a new page', (t) => {
  const pageIn = (fields: object) => opened({ page: { is: 'stacks', ...fields } }).page
  const whole = {
    view: 'flame',
    mode: 'oncpu',
    states: 'D',
    by: 'thread',
    span: 'interval',
    wakers: true,
    inverted: true,
    plumbing: true,
    thresholdNs: 0,
  }
  t.like(pageIn(whole), whole)
  for (const name of Object.keys(whole)) t.deepEqual(pageIn({ [name]: {} }), pageIn({}), name)
  t.deepEqual(pageIn({ thresholdNs: -1 }), pageIn({}))
})
