// The page of checklists in words: the lists, a step under way, and what came of all of them.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import { checklistLines, figureLines, moveChecklist, titleOf } from '../../../src/app/checklist/page.ts'
import type { ChecklistPage } from '../../../src/app/page-types.ts'
import type { AppState } from '../../../src/app/state-types.ts'
import { checklistOf } from '../../../src/app/checklist/steps.ts'
import type { Result, Run } from '../../../src/app/checklist-types.ts'
import { glyphsFor } from '../../../src/app/glyphs.ts'
import { initialState } from '../../../src/app/state.ts'
import { MACHINE } from '../../../src/engine/probes/machine/spec.ts'
import { createStore } from '../../../src/model/store.ts'
import { storeWith } from '../../helpers/spec-store.ts'
import { textsOf } from '../../helpers/line-texts.ts'

const result = (is: Result['is'], more: Partial<Result> = {}): Result => ({
  ...{ step: 's', command: 'mpstat -P ALL 1', is, sentence: 'all is well', to: { panel: 'machine' } },
  ...more,
})
const pageOf = (at: number, run?: Partial<Run>): ChecklistPage => ({
  ...{ is: 'checklist', at, from: { is: 'overview' } },
  ...(run && { run: { which: '60s', results: [], scripts: {}, ...run } }),
})
const lines = (page: ChecklistPage, store = createStore(), width = 60, height = 20, thresholds = {}) =>
  checklistLines(page, viewOf(store), { width, height }, glyphsFor(true), thresholds)
const texts = (...args: Parameters<typeof lines>) => textsOf(lines(...args))
const all = (...results: Result[]) => [...results, ...Array.from({ length: 10 - results.length }, () => result('fine'))]

test('the lists to choose from, one of them chosen', (t) => {
  t.is(titleOf(pageOf(0)), 'checklists')
  const wide = (page: ChecklistPage) => texts(page, createStore(), 200)
  t.regex(wide(pageOf(1))[2]!, /^ {2}60 seconds {3}10 steps: ten tools/)
  t.regex(wide(pageOf(1))[3]!, /^▸ bcc tools {4}11 steps: /)
  t.deepEqual(
    lines(pageOf(1), createStore(), 200)
      .slice(2, 4)
      .map((line) => line[0]![1]),
    ['text', 'selection'],
  )
  t.regex(wide(pageOf(0))[5]!, /^ {3}1 uptime +Is the load rising or falling\?/)
  t.is(wide(pageOf(1)).length, 5 + 11)
  const commands = checklistOf('bcc').steps.map(({ command }) => command)
  t.deepEqual(
    commands.filter((command) => !wide(pageOf(1)).some((line) => line.includes(` ${command} `))),
    [],
  )
  const narrow = texts(pageOf(1), createStore(), 60)
  t.true(narrow.every((line) => line.length <= 60))
  t.is(narrow.join(' ').replace(/\s+/g, ' '), wide(pageOf(1)).join(' ').replace(/\s+/g, ' '))
})

test('where all of it has room: what each step goes by, with the thresholds that are set', (t) => {
  const limits = { load: { warn: 3, bad: 3, overMs: 9000 } }
  const shown = (height: number, width = 200) => texts(pageOf(0), createStore(), width, height, limits)
  const full = shown(88)
  t.is(full.indexOf(`${' '.repeat(24)}load for each CPU: stands out at 3 over 9 s`), 6)
  const rules = checklistOf('60s').steps.flatMap((step) => step.rules)
  t.true(rules.every(({ looksAt }) => full.some((line) => line.includes(`${looksAt}: stands out at `))))
  // the last line is blank, and may be where the frame is
  const least = full.length - 1
  t.deepEqual(shown(least), full)
  t.is(shown(least - 1).length, 5 + 10)
  t.true(shown(200, 60).every((line) => line.length <= 60))
})

test('one moves in the lists and in what came of them, not during a step', (t) => {
  const moved = (page: ChecklistPage, by: Parameters<typeof moveChecklist>[2]): number =>
    (moveChecklist({ ...initialState(), page } as AppState, page, by).page as ChecklistPage).at
  t.deepEqual([moved(pageOf(0), 'down'), moved(pageOf(1), 'down'), moved(pageOf(0), 'last')], [1, 1, 1])
  t.is(moved(pageOf(0, { results: all().slice(1) }), 'down'), 0)
  t.deepEqual([moved(pageOf(8, { results: all() }), 'down'), moved(pageOf(9, { results: all() }), 'down')], [9, 9])
})

test('a step: its number, its question, its figures, and what came before', (t) => {
  const page = pageOf(0, { results: [result('fine')] })
  t.is(titleOf(page), '60 seconds: 2 of 10, dmesg | tail')
  t.deepEqual(texts(page), [
    checklistOf('60s').steps[1]!.question,
    'waiting for its first figures',
    '',
    'fine  mpstat -P ALL 1    all is well',
  ])
  t.deepEqual(texts(pageOf(0, { results: [], liveMs: 5 })).slice(1), [''], 'nothing to wait for')
  const log = [{ sequence: 1, ageMs: 2000, level: 'err', text: 'oops' }]
  t.deepEqual(texts(page, storeWith(MACHINE, { rows: { log } })).slice(1, 3), [
    'ago(s) level text',
    '     2 err   oops',
  ])
})

test('at the end all results, the chosen one in full with where it leads', (t) => {
  const sentence = 'x'.repeat(40)
  const page = pageOf(1, {
    results: all(
      result('look', { isBad: true, sentence }),
      result('look', { sentence, command: 'y'.repeat(20) }),
      result('blind'),
    ),
  })
  t.is(titleOf(page), '60 seconds: done')
  const made = lines(page)
  t.deepEqual(texts(page).slice(0, 6), [
    '2 to look at, 7 fine, 1 that cannot be told',
    '',
    `  LOOK  mpstat -P ALL 1    ${'x'.repeat(32)}~`,
    `▸ LOOK  ${'y'.repeat(18)} ${'x'.repeat(32)}~`,
    `      ${sentence} -> panel`,
    '      machine',
  ])
  t.deepEqual(made[0]![0]![1], 'warn')
  t.deepEqual(
    made[2]!.map(([, role]) => role),
    ['text', 'bad', 'text', 'bad'],
  )
  t.deepEqual(new Set(made[3]!.map(([, role]) => role)), new Set(['selection']))
  t.deepEqual(
    made[6]!.map(([, role]) => role),
    ['text', 'dim', 'text', 'dim'],
  )
  t.deepEqual(lines(pageOf(0, { results: all() }))[0]![0]![1], 'good')
  t.is(texts(pageOf(5, { results: all() })).length, 2 + 10 + 1)
})

test('figures in columns: numbers to the right, a text at the end has what is left', (t) => {
  const columns = [{ title: 'PID', digits: 0 }, { title: 'us', digits: 2 }, { title: 'TEXT' }]
  const rows = [
    [7, 1.5, 'short'],
    [4242, 12, 'a text that is longer than there is room'],
    [null, null, ''],
  ]
  t.deepEqual(figureLines({ columns, rows }, 30), [
    ' PID    us TEXT',
    '   7  1.50 short',
    '4242 12.00 a text that is lon~',
    '   -     -',
  ])
  t.is(figureLines({ columns, rows }, 12)[4], ' PID TEXT', 'below, with the first one again')
  t.is(figureLines({ columns, rows }, 12)[6], '4242 a text that~')
  const numbers = [{ title: 'NAME' }, { title: 'A', digits: 0 }, { title: 'B', digits: 0 }, { title: 'C', digits: 1 }]
  t.deepEqual(figureLines({ columns: numbers, rows: [['x', 1, 22, 333]] }, 9), [
    'NAME A  B',
    'x    1 22',
    'NAME     C',
    'x    333.0',
  ])
})
