// What a screen begins with: as it comes, and each thing one can have otherwise.
import test from 'ava'
import { homePage, initialState, selectedProcess, selectionsOf, type InitialOptions } from '../../src/app/state.ts'
import { OVERVIEW } from '../../src/panels/registry.ts'
import type { Selection } from '../../src/model/selection.ts'
import { goldenValue } from '../helpers/golden.ts'

test('as it comes', (t) => {
  const { library, ...state } = initialState()
  goldenValue(t, 'state', state)
  t.deepEqual(library(), [])
})

test('each option is in its place, and changes nothing else', (t) => {
  const cases: [InitialOptions, object][] = [
    [{ theme: 'light' }, { theme: 'light' }],
    [{ themes: ['a', 'b'] }, { theme: 'a', themes: ['a', 'b'] }],
    [{ themes: [] }, { theme: 'dark', themes: [] }],
    [{ mouse: false }, { mouse: false }],
    [{ intervalMs: 200 }, { intervalMs: 200 }],
    [{ limitPercent: 5 }, { budget: { limitPercent: 5, pins: {} } }],
    [{ replay: true }, { replay: true }],
    [{ player: true }, { player: { times: 1 } }],
    [{ player: false }, {}],
    [
      { width: 100, height: 40 },
      { width: 100, height: 40 },
    ],
    [{ panels: [] }, {}],
    [{ panels: ['tcp', 'runq'] }, { panels: ['tcp', 'runq'], begunWith: ['tcp', 'runq'], focus: 'tcp' }],
    [{ grouping: 'user' }, { grouping: 'user' }],
    [{ grouping: 'each' }, {}],
    [{ naming: 'line' }, { naming: 'line' }],
    [{ naming: 'name' }, {}],
    [{ suits: true }, { suits: true }],
    [{ suits: false }, {}],
    [{ only: [{ is: 'cpu', cpu: 1 }] }, { only: [{ is: 'cpu', cpu: 1 }] }],
  ]
  const plain = (options: InitialOptions): object => JSON.parse(JSON.stringify(initialState(options)))
  const usual = plain({})
  for (const [options, change] of cases) t.deepEqual(plain(options), { ...usual, ...change }, JSON.stringify(options))
  t.is(initialState({ panels: [] }).panels, OVERVIEW)
})

const process: Selection = { is: 'process', pid: 7, comm: 'a' }
const thread: Selection = { is: 'thread', pid: 7, tid: 8, comm: 'b', startedMs: 5 }
const cpu: Selection = { is: 'cpu', cpu: 1 }
const stack: Selection = { is: 'function', frame: { name: 'f', kind: 'user' } }
const entered = (...selections: Selection[]) => ({
  ...initialState(),
  crumbs: selections.map((selection, i) => ({ selection, from: { is: 'panel', panel: `p${i}` } as const })),
})

test('what was given and entered is one path, each of it once', (t) => {
  t.deepEqual(selectionsOf({ ...entered(process, cpu), only: [cpu, thread] }), [thread, process, cpu])
})

test('the innermost process or thread is what a page of a process is about', (t) => {
  t.is(selectedProcess(entered(cpu)), undefined)
  t.deepEqual(selectedProcess(entered(process, cpu)), { pid: 7, comm: 'a', startedMs: undefined })
  t.deepEqual(selectedProcess(entered({ ...process, pid: 9 }, thread)), { pid: 7, comm: '', startedMs: 5 })
})

test('a process is at home on its page, a stack where it was entered, all else on the overview', (t) => {
  t.deepEqual(homePage(entered()), { is: 'overview' })
  t.deepEqual(homePage(entered(cpu, process)), { is: 'process', scroll: 0 })
  t.deepEqual(homePage(entered(process, stack)), { is: 'panel', panel: 'p1' })
  for (const other of [cpu, thread]) t.deepEqual(homePage(entered(process, other)), { is: 'overview' })
})
