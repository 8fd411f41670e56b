// The page of stacks over the rows of a panel's table: which tab has stacks, and its intervals as the page reads them. So
// scripts and tools whose keys are stacks are searched, folded up and exported like those of the kernel programs.
import type { View } from '../../model/view.ts'
import { stacksIn, stackTableOf, type StackTable } from '../../model/stack-tables.ts'
import type { PanelId, AnyPanel } from '../../panels/panel-types.ts'
import type { DescribedSample, Sample } from '../../stream/stream-types.ts'
import { panelIn, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'

export interface SourceFacts {
  panel: AnyPanel
  label: string
  from: StackTable
  unit: 'ns' | 'count' | 'bytes'
  /** How often is known beside the weight. */
  counts: boolean
}

export const sourceOf = (
  state: Pick<AppState, 'specs'>,
  { source }: Pick<StacksPage, 'source'>,
): SourceFacts | undefined => {
  const panel = source && panelIn(state, source.panel)
  return panel && sourceIn(panel, source!.tab)
}

/** Of the tab that a panel shows, if its rows are stacks. */
export const shownSource = (state: AppState, id: PanelId): SourceFacts | undefined =>
  sourceIn(panelIn(state, id), panelState(state, id).mode)

const sourceIn = (panel: AnyPanel, tab: string): SourceFacts | undefined => {
  const { spec } = panel
  const found = spec?.panels.find(({ id }) => id === panel.id)?.tabs.find(({ id }) => id === tab)
  const from = found && stackTableOf(spec!, found)
  if (!from) return undefined
  const { unit } = from.weight
  return {
    panel,
    label: panel.modes.length > 1 ? `${panel.title} ${found.label}` : panel.title,
    from,
    unit: unit === 'ns' || unit === 'bytes' ? unit : 'count',
    counts: from.count !== undefined,
  }
}

/** All that is kept: it was collected before the page was opened. */
export const tableSamples = (source: SourceFacts | undefined, { span }: StacksPage, view: View): Sample<'stacks'>[] => {
  if (!source) return []
  const all = view.samples(source.panel.probe, span === 'interval' ? 1 : Infinity) as DescribedSample[]
  return all.map((sample) => {
    const { atMs, intervalMs, lost } = sample
    const data = stacksIn(sample.data, source.from)
    const known = copies.get(sample)
    if (known?.data === data) return known
    const made: Sample<'stacks'> = { type: 'sample', probe: 'stacks', atMs, intervalMs, lost, data }
    originals.set(made, sample)
    copies.set(sample, made)
    return made
  })
}

/** As the store has it. */
export const originalOf = (sample: Sample): Sample => originals.get(sample) ?? sample

const originals = new WeakMap<Sample, Sample>()
/** Of each the last that was made: it is looked at again with every key. */
const copies = new WeakMap<DescribedSample, Sample<'stacks'>>()
