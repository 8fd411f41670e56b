// The end of a checklist in a file: saved with what was found, and opened again as it was; and of a recording each step
// says of an instant what it said of it live.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import { reopenedChecklist } from '../../../src/app/checklist/reopened.ts'
import { startChecklist } from '../../../src/app/checklist/progress.ts'
import type { ChecklistPage } from '../../../src/app/page-types.ts'
import { reopened } from '../../../src/app/entering/reopen.ts'
import { snapshotData } from '../../../src/app/draw/snapshot.ts'
import { createStore } from '../../../src/model/store.ts'
import { createDecoder } from '../../../src/stream/codec.ts'
import { createEncoder, RECORDED_KEY_EVERY } from '../../../src/stream/delta.ts'
import { fakeScreen, type FakeScreen } from '../../helpers/screen.ts'
import { fakeStream } from '../../helpers/stream.ts'

const TICKS = 40
const ended = (): FakeScreen => {
  const screen = fakeScreen({ ticks: TICKS })
  screen.press('space')
  screen.state = startChecklist(screen.state, 'bcc', viewOf(screen.store))
  return screen
}
const runOf = ({ state }: Pick<FakeScreen, 'state'>) => (state.page as ChecklistPage).run!

test('saved and opened again: the same page, and what is chosen leads on', (t) => {
  const screen = ended()
  const { length } = runOf(screen).results
  t.is(length, 11)
  const saved = JSON.parse(JSON.stringify(snapshotData(screen.state, screen.store, screen.context)))
  t.deepEqual(saved.checklist.results, JSON.parse(JSON.stringify(runOf(screen).results)))
  const other = fakeScreen({ ticks: TICKS, initial: { replay: true } })
  other.state = reopened(other.state, saved.view)
  t.deepEqual(
    runOf(other).results.map(({ is, sentence, command }) => [is, sentence, command]),
    runOf(screen).results.map(({ is, sentence, command }) => [is, sentence, command]),
  )
  const page = ({ text }: FakeScreen): string[] =>
    text()
      .split('\n')
      .filter((line) => /fine|LOOK|\?  /.test(line))
  t.deepEqual(page(other), page(screen))
  other.press('down', 'enter')
  t.is(other.state.page.is, 'panel')
})

test('a file that holds something else is no such page', (t) => {
  const { state } = ended()
  const page = JSON.parse(JSON.stringify(state.page))
  const { run } = page
  t.is(reopenedChecklist(state, page)?.run?.results.length, 11)
  const first = (change: object) => ({
    ...page,
    run: { ...run, results: run.results.map((each: object, i: number) => (i === 0 ? { ...each, ...change } : each)) },
  })
  for (const wrong of [
    { ...page, run: undefined },
    { ...page, at: 'x' },
    { ...page, run: { ...run, which: 'other' } },
    { ...page, run: { ...run, results: run.results.slice(1) } },
    first({ is: 'great' }),
    first({ sentence: 5 }),
    first({ to: {} }),
    ...[900, 21, -1, 1.5].map((digits) => first({ figures: { columns: [{ title: 'A', digits }], rows: [[1]] } })),
    first({ figures: { columns: [], rows: [] } }),
    first({ figures: { columns: [{ title: 'A' }], rows: [[{}]] } }),
    first({ to: { panel: 'runq', mode: 5 } }),
    first({ isBad: false }),
    first({ figures: { columns: [{ title: 'A' }], rows: [[1, 2]] } }),
    first({ figures: { columns: [{ title: 'A' }], rows: [[1], [1, 2]] } }),
  ])
    t.is(reopenedChecklist(state, wrong), undefined)
  for (const right of [
    ...[0, 20].map((digits) => first({ figures: { columns: [{ title: 'A', digits }], rows: [[1]] } })),
    first({ figures: { columns: [{ title: 'A' }], rows: [[null], ['x'], [2.5]] } }),
    first({ to: { panel: 'runq', mode: 'cpus' }, isBad: true }),
  ])
    t.deepEqual(reopenedChecklist(state, right)?.run?.results[0], right.run.results[0])
  for (const [at, shown] of [
    [-3, 0],
    [2.7, 2],
    [99, 10],
  ])
    t.is(reopenedChecklist(state, { ...page, at })?.at, shown)
  const hostile = reopenedChecklist(state, first({ command: '\u001b[2J', to: { panel: 'runq', row: { key: 5 } } }))!
  t.deepEqual(hostile.run!.results[0]!.to, { panel: 'runq' })
  t.is(hostile.run!.results[0]!.command, run.results[0].command)
})

test('recorded and played, each step says of the instant what it said live', (t) => {
  const screen = ended()
  const played = createStore()
  const decoder = createDecoder((message) => played.add(message))
  const write = createEncoder(RECORDED_KEY_EVERY)
  for (const message of fakeStream({ ticks: TICKS })) decoder.push(Buffer.from(write(message)))
  const replay = fakeScreen({ ticks: TICKS, messages: [], initial: { replay: true } })
  const state = startChecklist({ ...replay.state, specs: screen.state.specs }, 'bcc', viewOf(played))
  t.deepEqual(runOf({ state }).results, runOf(screen).results)
})
