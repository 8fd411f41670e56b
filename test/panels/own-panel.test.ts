// What the specs of our own panels say of them is what is shown: who knows nothing but a spec, as a version that never heard of
// the probe, sees the same figures wherever an operator makes them.
import test from 'ava'
import { panelsOfSpec } from '../../src/panels/described.ts'
import { PANELS } from '../../src/panels/registry.ts'
import { cellAt } from '../../src/panels/lazy-row.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import type { Cell, Row } from '../../src/panels/panel-types.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import { fakeTick } from '../helpers/stream.ts'

const samples = fakeTick(7, { exec: true, detail: true, targetPid: 812, cpus: true }).filter(
  (message) => message.type === 'sample',
)

/** What a row is about, without which it would be another one. */
const cellsBy = (rows: readonly Row[], columns: readonly { id: string }[], id: string): Map<string, Cell> => {
  const at = columns.findIndex((column) => column.id === id)
  return new Map(rows.map((row) => [row.key.trim(), cellAt(row, at)]))
}

/** Tabs whose rows are all of their table: the others are events, rows of the target, or several rows in one. */
const IS_SAME = new Set([
  'runq all',
  'runq cpus',
  'offcpu all',
  'block processes',
  'block disks',
  'tcp listeners',
  'syscalls calls',
])

for (const own of PANELS) {
  const spec: ProbeSpec = SPECS.find(({ id }) => id === own.probe)!
  const said = spec.panels.find(({ id }) => id === own.id)!
  const any = panelsOfSpec(spec).find(({ id }) => id === own.id)!

  test(`${own.id}: told by its spec alone`, (t) => {
    const sample = samples.find(({ probe }) => probe === own.probe) as Sample
    t.like(any, { title: own.title, question: own.question, method: own.method })
    for (const { id: mode } of any.modes) {
      const tab = said.tabs.find(({ id }) => id === mode)!
      const columns = any.columns(mode, true)
      t.deepEqual(
        columns.map(({ id }) => id),
        tab.columns.filter(({ value }) => !('named' in value)).map(({ id }) => id),
      )
      t.true(columns.some(({ id }) => id === any.defaultSort(mode).column))
      const rows = any.rows([sample], mode, true)
      const ours = own.rows([sample], mode, true)
      // made-up processes do not make all of the made-up calls
      for (const column of columns.filter(({ id }) => mode !== 'processes' || id !== 'share')) {
        const shown = cellsBy(ours, own.columns(mode, true), column.id)
        const told = cellsBy(rows, columns, column.id)
        for (const [key, cell] of shown) if (told.has(key)) t.is(told.get(key), cell, `${mode} ${column.id} ${key}`)
        if (IS_SAME.has(`${own.id} ${mode}`)) t.deepEqual([...told.keys()].sort(), [...shown.keys()].sort(), mode)
      }
    }
  })
}

test('what is no estimate in the cheaper tier either', (t) => {
  const exact = (id: string, mode: string): string[] =>
    PANELS.find((panel) => panel.id === id)!
      .columns(mode, true)
      .flatMap((column) => (column.exact ? [column.id] : []))
  t.deepEqual(exact('block', 'disks'), ['ops', 'bytes'])
  t.deepEqual(exact('block', 'processes'), [])
  t.deepEqual(exact('runq', 'all'), ['cpu', 'switches', 'threads'])
  const block = PANELS.find((panel) => panel.id === 'block')!
  const sample = samples.find(({ probe }) => probe === 'block') as Sample
  t.deepEqual(
    block.stats(sample, 'disks').flatMap(({ label, exact }) => (exact ? [label] : [])),
    ['rd', 'wr', 'in flight'],
  )
})
