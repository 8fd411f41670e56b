// What our own probes say of themselves passes what others' must pass, and agrees with their kernel programs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { DESCRIBED, SPECS } from '../../../src/engine/probes/registry.ts'
import { PANELS, allPanels } from '../../../src/panels/registry.ts'
import { PROBES_BUILT } from '../../../src/paths.ts'
import { spec as check } from '../../../src/stream/spec-check.ts'
import { isOwnProbe } from '../../../src/stream/probe-ids.ts'

test('no two probes or panels share a name, no two panels a key', (t) => {
  const panels = SPECS.flatMap((spec) => spec.panels)
  t.is(allPanels(SPECS).length, PANELS.length + panels.length)
  const keys = panels.flatMap(({ key }) => key ?? [])
  t.is(new Set(keys).size, keys.length)
  t.is(new Set(SPECS.map(({ id }) => id)).size, SPECS.length)
})

/** What runs in a probe's place where that costs too much. */
const IN_PLACE: Partial<Record<string, readonly string[]>> = { sched: ['sched_sampled', 'counted'] }

/** Tracepoints and iterators that these objects are at: the names of their sections. Undefined where the first is not built. */
const hooksIn = (...names: readonly string[]): string[] | undefined => {
  const built = readdirSync(PROBES_BUILT)
  if (!built.includes(`${names[0]}.bpf.o`)) return undefined
  const texts = names
    .filter((name) => built.includes(`${name}.bpf.o`))
    .map((name) => readFileSync(join(PROBES_BUILT, `${name}.bpf.o`), 'latin1'))
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

  test(`${spec.id}: its hooks are those of its program`, (t) => {
    if (spec.kind !== 'core') return t.deepEqual([...spec.hooks], [])
    const hooks = hooksIn(spec.id, `${spec.id}_detail`)
    if (!hooks) return t.fail(`${spec.id}.bpf.o is not built`)
    const named = (cheaper: boolean): string[] =>
      spec.hooks.flatMap((hook) => (!!hook.cheaper === cheaper ? [hook.name] : [])).sort()
    t.deepEqual(named(false), hooks)
    const inPlace = hooksIn(...(IN_PLACE[spec.id] ?? [])) ?? []
    t.deepEqual(
      named(true),
      inPlace.filter((hook) => !hooks.includes(hook)),
    )
  })
}
