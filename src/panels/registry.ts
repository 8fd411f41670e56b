// The panels in the order of their keys. All come from specs; one that needs more than operators is a file of functions and a line
// here, any other is nothing here.
import { block } from './block.ts'
import { panelsOfSpec } from './described.ts'
import { execsnoop } from './execsnoop.ts'
import { offcpu } from './offcpu.ts'
import { runq } from './runq.ts'
import { syscalls } from './syscalls.ts'
import { tcp } from './tcp.ts'
import { threads } from './threads.ts'
import { time } from './clock-time.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { AnyPanel, PanelId } from './panel-types.ts'

export const PANELS: readonly AnyPanel[] = [runq, offcpu, block, tcp, syscalls, execsnoop, threads, time]

/** Always on and on the overview; the rest is switched on when shown. */
export const OVERVIEW: readonly PanelId[] = ['runq', 'offcpu', 'block', 'tcp', 'syscalls']

export const panelById = (id: PanelId): AnyPanel => panelOf(id, [])

/** All there are: ours, and those of the probes that described themselves. */
export const allPanels = (specs: readonly ProbeSpec[]): readonly AnyPanel[] => {
  let panels = known.get(specs)
  if (!panels) {
    const all = [...PANELS.map((panel) => withSpec(panel, specs)), ...specs.flatMap(panelsOfSpec)]
    known.set(specs, (panels = all.filter(({ id }, index) => all.findIndex((other) => other.id === id) === index)))
  }
  return panels
}

const withSpec = (panel: AnyPanel, specs: readonly ProbeSpec[]): AnyPanel => {
  const spec = panel.table && specs.find(({ id }) => id === panel.probe)
  return spec ? { ...panel, spec } : panel
}

const known = new WeakMap<readonly ProbeSpec[], readonly AnyPanel[]>()

/** In the order of their panels. */
export const inPanelOrder = (probes: readonly ProbeId[]): ProbeId[] =>
  [...new Set([...PANELS.map(({ probe }) => probe), ...probes])].filter((probe) => probes.includes(probe))

/** One that nothing described (yet) shows that and nothing else. */
export const panelOf = (id: PanelId, specs: readonly ProbeSpec[]): AnyPanel =>
  allPanels(specs).find((panel) => panel.id === id) ?? undescribed(id)

const undescribed = (id: PanelId): AnyPanel => ({
  id,
  key: '',
  title: id,
  question: 'What does it show?',
  area: 'others',
  method: 'The probe of this panel has not said yet what it shows.',
  probe: id as ProbeId,
  modes: [{ id: 'all', label: 'all' }],
  hists: () => undefined,
  columns: () => [{ id: 'none', title: '', kind: 'text', help: 'nothing', priority: 0 }],
  defaultSort: () => ({ column: 'none', descending: false }),
  rows: () => [],
  stats: () => [],
  notes: () => [],
})
