// What our own probes say of themselves passes what others' must pass, and agrees with their kernel programs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { DESCRIBED, SPECS } from '../../../src/engine/probes/registry.ts'
import { hooksOf } from '../../../src/cli/check.ts'
import { PANELS, allPanels } from '../../../src/panels/registry.ts'
import { PROBES_BUILT } from '../../../src/paths.ts'
import { spec as check } from '../../../src/stream/spec-check.ts'
import { isOwnProbe } from '../../../src/stream/stream-types.ts'

test('no two probes or panels share a name, no two panels a key', (t) => {
  const panels = SPECS.flatMap((spec) => spec.panels)
  t.is(allPanels(SPECS).length, PANELS.length + panels.length)
  const keys = panels.flatMap(({ key }) => key ?? [])
  t.is(new Set(keys).size, keys.length)
  t.is(new Set(SPECS.map(({ id }) => id)).size, SPECS.length)
})

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
    const objects = readdirSync(PROBES_BUILT).filter((name) =>
      [spec.id, `${spec.id}_detail`].includes(name.split('.')[0]!),
    )
    if (!objects.includes(`${spec.id}.bpf.o`)) return t.fail(`${spec.id}.bpf.o is not built`)
    const named = spec.hooks.map(({ name }) => name).filter((name) => !name.startsWith('iter/'))
    const hooks = objects.flatMap((name) => hooksOf(readFileSync(join(PROBES_BUILT, name), 'latin1')))
    t.deepEqual(named.sort(), [...new Set(hooks)].sort())
  })
}
