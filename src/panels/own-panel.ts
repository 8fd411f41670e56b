// A panel of ours that needs more than operators: all that can be said of it is in its probe's spec, as of any other; here
// that is joined with the functions it has besides.
import { evaluate, figureUnits, ofSample, resultKind, type Operands } from '../model/tables/evaluate.ts'
import type { FigureSpec, ProbeSpec, TabSpec } from '../stream/spec.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { KINDS, panelOfSpec } from './described.ts'
import type { Panel, Stat } from './panel-types.ts'
import { roleOf } from './severity.ts'

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
  const { spec: _spec, trend: _trend, depth: _depth, ...panel } = panelOfSpec(spec, said, 'own')
  const units = figureUnits(spec)
  const valueOf = ({ value }: FigureSpec, sample: Sample<P>): number | undefined => {
    const result = evaluate(value, operandsOf(sample as Sample, figures as Figures))
    return typeof result === 'number' ? result : undefined
  }
  const tabOf = (mode: string): TabSpec => said.tabs.find((tab) => tab.id === mode) ?? said.tabs[0]!
  const { trend } = said
  return {
    ...panel,
    notes: () => [],
    selects: () => [],
    ...code,
    probe: spec.id as P,
    key: said.key ?? '',
    ...(trend && {
      trend: {
        label: trend.label,
        kind: KINDS[resultKind(trend.value, units)],
        value: (sample) => valueOf(trend, sample) ?? 0,
      },
    }),
    stats: (sample, mode) =>
      (tabOf(mode).figures ?? said.tabs[0]!.figures ?? []).flatMap((figure): Stat[] => {
        const value = valueOf(figure, sample)
        if (figure.rare && value === undefined) return []
        const role = roleOf(value, figure.thresholds)
        const { label, exact } = figure
        const kind = KINDS[resultKind(figure.value, units)]
        return [{ label, kind, value, ...(role && { role }), ...(exact && { exact }) }]
      }),
  }
}

type Figures = Readonly<Record<string, (sample: Sample) => number | undefined>>

const operandsOf = (sample: Sample, figures: Figures): Operands => {
  const { totals } = sample.data as TablesData
  const said = ofSample(sample.data as TablesData, undefined, sample.intervalMs)
  const own = (name: string): number | undefined => figures[name]?.(sample)
  return {
    ...said,
    value: (name) => (Object.hasOwn(totals, name) ? totals[name] : (own(name) ?? said.value(name))),
    named: own,
  }
}
