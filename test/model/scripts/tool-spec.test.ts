// What the panel of a tool of bcc has that that of a script has not.
import test from 'ava'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { planOfTool } from '../../../src/model/tools/tools.ts'
import type { ScriptPlan } from '../../../src/stream/script.ts'

const tool = planOfTool({ name: 'biotop', args: [], taken: () => false })
const specOf = (change: Partial<ScriptPlan>) => specOfScript({ ...tool, ...change })
const tabsOf = (change: Partial<ScriptPlan>) => specOf(change).panels[0]!.tabs

const columns: ScriptPlan['columns'] = [
  { title: 'PID', is: 'number', dim: 'pid' },
  { title: 'COMM', is: 'text', dim: 'comm' },
  { title: 'IO', is: 'number' },
  { title: 'KB', is: 'number' },
]
const lines: ScriptPlan['lines'] = [columns.map(({ is }) => ({ is }))]

test('until something came there is a place for text, and nothing is counted since the start', (t) => {
  const spec = specOf({})
  t.is(spec.kind, 'command')
  t.deepEqual(spec.totals, [])
  t.deepEqual(
    tabsOf({}).map(({ id, table }) => [id, table]),
    [['main', 'text']],
  )
  t.is(spec.loss?.why, 'more came than are kept')
})

test('lines with a heading are events; printed anew each time they are a table by what is named, most first', (t) => {
  const [events, text] = tabsOf({ columns, lines, prints: true })
  t.like(events, { id: 'main', label: 'events', key: ['ago'], events: true })
  t.deepEqual(
    events!.columns.map(({ title }) => title),
    ['AGO', 'PID', 'COMM', 'IO', 'KB'],
  )
  t.is(text?.id, 'text')
  const [table] = tabsOf({ columns, lines, isTable: true })
  t.like(table, {
    id: 'main',
    label: 'table',
    events: false,
    key: ['c0', 'c1'],
    sort: { column: 'c2', descending: true },
  })
  t.deepEqual(
    table!.columns.map(({ title }) => title),
    ['PID', 'COMM', 'IO', 'KB'],
  )
  t.deepEqual(
    specOf({ columns, lines, isTable: true }).tables['events']!.map(({ id }) => id),
    ['c0', 'c1', 'c2', 'c3'],
  )
})

test('a table of numbers alone is known by all of them, one of names alone is sorted by the first', (t) => {
  const numbers = Array.from({ length: 10 }, (_, i) => ({ title: `N${i}`, is: 'number' as const }))
  const [table] = tabsOf({ columns: numbers, lines, isTable: true })
  t.deepEqual(table!.key, ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'])
  t.deepEqual(table!.sort, { column: 'c0', descending: true })
  const names = [{ title: 'A', is: 'text' as const }]
  t.deepEqual(tabsOf({ columns: names, lines, isTable: true })[0]!.sort, { column: 'c0', descending: false })
})

test('its maps have no total, and are called without the sign', (t) => {
  const { maps } = planOf({ name: 'x', text: 'k:a { @us[pid] = hist(1); @n[comm] = count(); }', taken: () => false })
  const tabs = tabsOf({ maps })
  t.deepEqual(
    tabs.map(({ id, label }) => [id, label]),
    [
      ['main', 'us'],
      ['m1', 'n'],
      ['text', 'text'],
    ],
  )
  t.deepEqual(
    tabs.slice(0, 2).map((tab) => tab.columns.map(({ title }) => title)),
    [
      ['PID', 'n/s', 'P50<', 'P99<', 'MAX<'],
      ['COMM', 'n/s', 'SHARE%'],
    ],
  )
})
