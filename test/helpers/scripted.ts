// A screen on which a script's panel is open, with what bpftrace would print of its maps.
import { update } from '../../src/app/update.ts'
import { createMaps } from '../../src/engine/bpftrace/script/map-growth.ts'
import { withOwners } from '../../src/engine/bpftrace/script/thread-rows.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import { specOfScript } from '../../src/model/scripts/spec.ts'
import type { ScriptPlan } from '../../src/stream/script.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from './screen.ts'
import { fakeStream, START_MS } from './stream.ts'

const TICKS = 4

export const screenOf = (
  plan: ScriptPlan,
  dataAt: (tick: number) => TablesData,
  options: ScreenOptions = {},
): FakeScreen => {
  const spec = specOfScript(plan)
  const probe = plan.id as DescribedId
  const messages = fakeStream({ ticks: TICKS })
  const screen = fakeScreen({
    ...options,
    ticks: TICKS,
    messages: [
      messages[0]!,
      { type: 'probe', atMs: START_MS, spec },
      { type: 'status', atMs: START_MS, probe, status: { is: 'live' } },
      ...messages.slice(1),
      ...Array.from({ length: TICKS }, (_, index): Message => ({
        type: 'sample',
        probe,
        atMs: START_MS + (index + 1) * 1000,
        intervalMs: 1000,
        lost: 0,
        data: dataAt(index + 1),
      })),
    ],
  })
  screen.state = update(screen.state, { do: 'described' }, screen.store).state
  screen.state = { ...screen.state, page: { is: 'panel', panel: plan.id } }
  return screen
}

type Owners = Parameters<typeof withOwners>[2]

/** Entries as bpftrace prints them, the totals growing by themselves with each tick. */
export const scripted = (
  text: string,
  name: string,
  entries: readonly (readonly [string, number])[],
  ownersOf: Owners = () => new Map(),
): FakeScreen => {
  const plan = planOf({ name: 'where', text, taken: () => false })
  const maps = createMaps(plan)
  return screenOf(plan, (tick) => {
    maps.add({ type: 'map', name, entries: entries.map(([key, n]) => [key, n * tick]) }, true)
    const { tables, hists } = maps.read(true)
    return { tables: withOwners(tables, specOfScript(plan), ownersOf), hists, totals: {} }
  })
}
