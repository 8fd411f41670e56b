// How often hooks run, for all whose cost follows them, from the samples of the one that counts it.
import test from 'ava'
import { ratesOf } from '../../src/engine/events.ts'
import type { Part } from '../../src/stream/want.ts'
import { IN_KERNEL, SPECS } from '../../src/engine/probes/registry.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { TablesData } from '../../src/stream/tables.ts'

const noted = (probe: string, data: Partial<TablesData>, intervalMs = 2000): [Part, number][] => {
  const rates = new Map<Part, number>()
  const sample = { type: 'sample', probe, atMs: 1, intervalMs, lost: 0, data: { tables: {}, totals: {}, ...data } }
  ratesOf(IN_KERNEL)(rates, sample as Sample)
  return [...rates].sort()
}

test('whoever is at every switch runs as often as the scheduler says', (t) => {
  const switches = { procs: { columns: ['pid', 'switches'], rows: [[1, 300], [2, 100]] } } // prettier-ignore
  t.deepEqual(noted('sched', { tables: switches }), [
    ['containers', 200],
    ['sched', 200],
    ['stacks', 200],
  ])
})

test('detail runs as often as the probe that it is of', (t) => {
  t.deepEqual(noted('syscalls', { totals: { calls: 50 } }), [
    ['detail', 25],
    ['syscalls', 25],
  ])
})

test('nothing is known of what counts nothing, and in no time', (t) => {
  t.deepEqual(noted('containers', {}), [])
  t.deepEqual(noted('nonesuch', {}), [])
  t.deepEqual(noted('syscalls', { totals: { calls: 50 } }, 0), [])
})

for (const { id, hooks, events } of IN_KERNEL.filter((each) => each.events)) {
  test(`${id}: its cost follows a hook of its own, and what counts it is in its samples`, (t) => {
    t.true(hooks.some(({ name }) => name === events!.hook))
    const { totals = [], tables = {} } = SPECS.find((spec) => spec.id === id) ?? {}
    const known = [
      ...totals.map((total) => total.id),
      ...Object.entries(tables).flatMap(([table, fields]) => fields.map((field) => `${table}.${field.id}`)),
    ]
    for (const operand of events!.counted ?? []) t.true(known.includes(operand), operand)
    t.true(
      IN_KERNEL.some((each) => each.events?.hook === events!.hook && each.events.counted),
      'somebody counts it',
    )
  })
}
