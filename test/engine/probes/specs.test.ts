// What our own probes say of themselves passes what others' must pass, and agrees with their kernel programs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { DESCRIBED, IN_KERNEL, SPECS } from '../../../src/engine/probes/registry.ts'
import { PANELS, allPanels } from '../../../src/panels/registry.ts'
import { PROBES_BUILT } from '../../../src/paths.ts'
import { spec as check } from '../../../src/stream/spec-check.ts'
import { isOwnProbe, PROBES } from '../../../src/stream/probe-ids.ts'

test('no two probes or panels share a name, no two panels a key', (t) => {
  const panels = SPECS.flatMap((spec) => spec.panels)
  t.is(allPanels(SPECS).length, panels.length)
  const ids = new Set<string>(panels.map(({ id }) => id))
  for (const { id } of PANELS) t.true(ids.has(id), id)
  const keys = panels.flatMap(({ key }) => key ?? [])
  t.is(new Set(keys).size, keys.length)
  t.is(new Set(SPECS.map(({ id }) => id)).size, SPECS.length)
})

/** Tracepoints and iterators that these objects are at: the names of their sections. */
const hooksIn = (...names: readonly string[]): string[] => {
  const texts = names.map((name) => readFileSync(join(PROBES_BUILT, `${name}.bpf.o`), 'latin1'))
  return [...new Set(texts.flatMap((text) => text.match(/(?<=\b(?:tp_btf|raw_tp)\/)\w+|\biter\/\w+/g) ?? []))].sort()
}

for (const { spec, load } of DESCRIBED) {
  test(`${spec.id}: whole, with words for all that is shown`, async (t) => {
    t.is(check(JSON.parse(JSON.stringify(spec))), undefined)
    t.false(isOwnProbe(spec.id))
    for (const panel of spec.panels) {
      t.true(panel.question.endsWith('?') && panel.howToRead.endsWith('.'))
      for (const { help } of panel.tabs.flatMap(({ columns }) => [...columns])) t.not(help, '')
    }
    t.is(typeof (await load()).start, 'function')
  })

  if (spec.kind !== 'core')
    test(`${spec.id}: without a program it has no hooks`, (t) => t.deepEqual([...spec.hooks], []))
}

for (const { id, hooks, objects } of IN_KERNEL) {
  test(`${id}: its hooks are those of its programs`, (t) => {
    const named = (cheaper: boolean): string[] =>
      hooks.flatMap((hook) => (!!hook.cheaper === cheaper ? [hook.name] : [])).sort()
    const full = hooksIn(id, ...(objects?.beside ?? []))
    t.deepEqual(named(false), full)
    t.deepEqual(
      named(true),
      hooksIn(...(objects?.cheaper ?? [])).filter((hook) => !full.includes(hook)),
    )
  })
}

test('those with samples of their own have programs, too', (t) => {
  for (const id of PROBES) t.true(IN_KERNEL.some((each) => each.id === id))
})
