// Going through a checklist: when a step begins and ends, which scripts it takes along, and where it leads.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import { enterChecklist, passChecklist, startChecklist, toggleChecklist } from '../../../src/app/checklist/progress.ts'
import type { ChecklistPage } from '../../../src/app/page-types.ts'
import type { Run } from '../../../src/app/checklist-types.ts'
import type { AppState } from '../../../src/app/state-types.ts'
import { CHECKLISTS, checklistOf } from '../../../src/app/checklist/steps.ts'
import { libraryScript } from '../../../src/app/library.ts'
import { initialState } from '../../../src/app/state.ts'
import { MACHINE } from '../../../src/engine/probes/machine/spec.ts'
import type { Store } from '../../../src/model/store.ts'
import type { ProbeStatus } from '../../../src/stream/stream-types.ts'
import type { DescribedId } from '../../../src/stream/probe-ids.ts'
import { storeWith } from '../../helpers/spec-store.ts'

const said = (status: ProbeStatus, samples = 1): Store => {
  const store = storeWith(MACHINE, ...Array.from({ length: samples }, () => ({})))
  store.add({ type: 'status', atMs: 1, probe: 'machine' as DescribedId, status })
  return store
}
const live = said({ is: 'live' })
const pageIn = (state: AppState): ChecklistPage => state.page as ChecklistPage
const runIn = (state: AppState): Run => pageIn(state).run!
const pass = (state: AppState, atMs: number, store: Store) => passChecklist(state, pageIn(state), atMs, viewOf(store))
/** At the second step of the first list, which rests on `machine` alone. */
const begun = (store: Store) =>
  enterChecklist(
    startChecklist(initialState(), '60s', viewOf(store)),
    {
      is: 'checklist',
      at: 0,
      from: { is: 'overview' },
      run: runIn(startChecklist(initialState(), '60s', viewOf(store))),
    },
    viewOf(store),
  )

test('the page is opened and left for where it was opened, however often', (t) => {
  const before: AppState = { ...initialState(), page: { is: 'verdict', at: 2, from: { is: 'overview' } } }
  const opened = toggleChecklist(before)
  t.deepEqual(opened.page, { is: 'checklist', at: 0, from: before.page })
  t.deepEqual(toggleChecklist(opened).page, before.page)
  t.deepEqual(pageIn(startChecklist(opened, 'bcc', viewOf(live))).from, before.page)
  t.deepEqual(pageIn(startChecklist(before, 'bcc', viewOf(live))).from, before.page)
})

test('Enter begins the list that is chosen', (t) => {
  for (const [at, { id }] of CHECKLISTS.entries()) {
    const page: ChecklistPage = { is: 'checklist', at, from: { is: 'overview' } }
    t.is(runIn(enterChecklist({ ...initialState(), page }, page, viewOf(live))).which, id)
  }
})

test('a step is over six seconds after its first samples', (t) => {
  let state = begun(live)
  t.is(runIn(state).results.length, 1)
  for (const atMs of [1000, 6999]) state = pass(state, atMs, live)
  t.is(runIn(state).results.length, 1)
  state = pass(state, 7000, live)
  t.is(runIn(state).results.length, 2)
  t.deepEqual([runIn(state).sinceMs, runIn(state).liveMs], [undefined, undefined], 'the next has not begun')
})

test('samples that do not come are waited for, but not for ever', (t) => {
  for (const store of [said({ is: 'off' }), said({ is: 'live' }, 0)]) {
    let state = begun(store)
    for (const atMs of [1000, 25_999]) state = pass(state, atMs, store)
    t.deepEqual([runIn(state).results.length, runIn(state).sinceMs, runIn(state).liveMs], [1, 1000, undefined])
    t.is(runIn(pass(state, 26_000, store)).results.length, 2)
  }
  const never = pass(
    begun(said({ is: 'unsupported', why: 'no' } as ProbeStatus, 0)),
    1000,
    said({ is: 'unsupported', why: 'no' } as ProbeStatus, 0),
  )
  t.is(runIn(never).liveMs, 1000, 'what never comes is not waited for')
})

test('while an instant is shown, or in a recording, time passes nothing', (t) => {
  const state = begun(live)
  for (const still of [
    { ...state, instantMs: 1 },
    { ...state, replay: true },
  ])
    t.is(pass(still, 99_000, live), still)
})

test('of an instant all steps are judged at once', (t) => {
  const frozen = startChecklist({ ...initialState(), instantMs: 1000 }, '60s', viewOf(live))
  t.is(runIn(frozen).results.length, 10)
  const replayed = startChecklist(initialState({ replay: true }), '60s', viewOf(live))
  t.is(runIn(replayed).results.length, 10)
})

test('the first result to look at is chosen, and Enter leads to its panel', (t) => {
  const busy = said({ is: 'live' })
  for (let atMs = 2000; atMs <= 9000; atMs += 1000)
    busy.add({ type: 'host', atMs, intervalMs: 1000, uptimeS: 1, load: [99, 99, 99], cpus: 1 })
  const state = startChecklist({ ...initialState({ specs: [MACHINE] }), instantMs: 9000 }, '60s', viewOf(busy))
  const { at, run } = pageIn(state)
  t.is(
    at,
    run!.results.findIndex(({ is }) => is === 'look'),
  )
  t.is(run!.results[at]!.step, 'uptime')
  t.deepEqual(enterChecklist(state, pageIn(state), viewOf(busy)).page.is, 'panel')
})

test('scripts of the library are opened once, by the name of their step; one that is missing is left out', (t) => {
  const opensnoop = libraryScript('opensnoop', 'tracepoint:a:b { @ = count(); }')
  const tool = { ...libraryScript('slowfs', 'x'), tool: 'slowfs' }
  const state: AppState = { ...initialState(), library: () => [tool, opensnoop] }
  const first = startChecklist(state, 'bcc', viewOf(live))
  t.deepEqual(runIn(first).scripts, { opensnoop: 'opensnoop' })
  t.deepEqual([first.scripts.length, first.specs.length], [1, state.specs.length + 1])
  const again = startChecklist(first, 'bcc', viewOf(live))
  t.deepEqual(runIn(again).scripts, { opensnoop: 'opensnoop' })
  t.is(again.scripts.length, 1)
  t.deepEqual(runIn(startChecklist({ ...state, library: () => [] }, 'bcc', viewOf(live))).scripts, {})
})

test('a recording has those scripts whose samples it has', (t) => {
  const spec = { ...MACHINE, id: 'opensnoop' }
  const state = initialState({ replay: true, specs: [spec] })
  t.deepEqual(runIn(startChecklist(state, 'bcc', viewOf(live))).scripts, { opensnoop: 'opensnoop' })
  t.is(checklistOf('bcc').steps.length, runIn(startChecklist(state, 'bcc', viewOf(live))).results.length)
})

test('a script that is not here keeps nobody waiting, and its step says so', (t) => {
  const store = said({ is: 'live' })
  let state = startChecklist({ ...initialState(), library: () => [] }, 'bcc', viewOf(store))
  const run = runIn(state)
  const first = { step: '', command: '', is: 'fine' as const, sentence: '', to: { panel: '' } }
  state = { ...state, page: { ...pageIn(state), run: { ...run, results: [first] } } }
  t.is(checklistOf('bcc').steps[1]!.script, 'opensnoop')
  const waiting = pass(state, 1000, store)
  t.is(runIn(waiting).liveMs, 1000)
  const { is, sentence } = runIn(pass(waiting, 99_000, store)).results[1]!
  t.deepEqual([is, sentence], ['blind', 'cannot tell: the script opensnoop is not here'])
})

test('one that runs with arguments, or another text, is not that of the step', (t) => {
  const opensnoop = libraryScript('opensnoop', 'tracepoint:a:b { @ = count(); }')
  const begin = (change: object): readonly unknown[] => {
    const state: AppState = { ...initialState(), library: () => [opensnoop] }
    const first = startChecklist(state, 'bcc', viewOf(live))
    const scripts = first.scripts.map((plan) => ({ ...plan, ...change }))
    return startChecklist({ ...first, scripts }, 'bcc', viewOf(live)).scripts.map(({ id }) => id)
  }
  t.deepEqual(begin({}), ['opensnoop'])
  t.is(begin({ args: ['-x'] }).length, 2)
  t.is(begin({ text: 'tracepoint:c:d { @ = count(); }' }).length, 2)
})
