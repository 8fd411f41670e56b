// A panel of ours that needs more than operators: all that can be said of it is in its probe's spec, as of any other; here
// that is joined with the functions it has besides.
import type { ProbeSpec } from '../stream/spec.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { panelOfSpec } from './described.ts'
import type { Figures } from './figure-operands.ts'
import type { Panel } from './panel-types.ts'

type Functions = 'hists' | 'hasDetail' | 'selects' | 'emptyText' | 'heldNotes' | 'times' | 'depth' | 'notes' | 'rows'

/** What its spec does not say. */
interface PanelCode<P extends ProbeId> extends Partial<Pick<Panel<P>, Functions>> {
  rows: Panel<P>['rows']
  /** Figures by the name that the spec has for them, and totals that samples of a selection do not have, of their rows. */
  figures?: Readonly<Record<string, (sample: Sample<P>) => number | undefined>>
}

export const ownPanel = <P extends ProbeId>(
  spec: ProbeSpec,
  id: string,
  { figures = {}, ...code }: PanelCode<P>,
): Panel<P> => {
  const said = spec.panels.find((panel) => panel.id === id)!
  const { spec: _spec, depth: _depth, ...panel } = panelOfSpec(spec, said, figures as Figures)
  return { ...panel, notes: () => [], selects: () => [], ...code, probe: spec.id as P, key: said.key ?? '' }
}
