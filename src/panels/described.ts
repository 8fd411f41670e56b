// Panels of probes that describe themselves: a spec's PanelSpec made into the constant that app/ draws and batch output
// prints. What they can show is data; there is no code of any single probe here.
import { asArea } from '../stream/areas.ts'
import type { ColumnSpec, Expression, FigureSpec, PanelSpec, ProbeSpec, TabSpec } from '../stream/spec.ts'
import { columnAt, dimensionAt, type Histogram, type Table, type TableCell, type TablesData } from '../stream/tables.ts'
import type { DescribedSample, Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { createLatest } from '../model/memo.ts'
import type { Selection } from '../model/selection.ts'
import { evaluate, fieldUnits, figureUnits, ofRow, resultKind } from '../model/tables/evaluate.ts'
import { asHist, histIn, mergeRanges, partsOf } from '../model/tables/histograms.ts'
import { columnOf, KINDS } from './described-columns.ts'
import { figureOperands, type Figures } from './figure-operands.ts'
import type { AnyPanel } from './panel-types.ts'
import { roleOf } from './severity.ts'
import type { Cell, Mode, Role, Row, Stat } from './panel-types.ts'

/** Intervals of which a tab of events shows all, as far as that are not more events than anybody reads. */
const EVENT_SAMPLES = 120
const MOST_EVENTS = 1000
/** Of which a tab shows its last events however long ago they were: as many as there are. */
const ALL_SAMPLES = 3600

/** The panels of a spec, made once for each. */
export const panelsOfSpec = (spec: ProbeSpec): readonly AnyPanel[] => {
  let panels = made.get(spec)
  if (!panels) made.set(spec, (panels = spec.panels.flatMap((panel) => anyPanel(spec, panel))))
  return panels
}

const made = new WeakMap<ProbeSpec, readonly AnyPanel[]>()

/** A tab of which nothing else is known is left out, and so is a panel that has no other. */
const anyPanel = (spec: ProbeSpec, panel: PanelSpec): AnyPanel[] => {
  const tabs = panel.tabs.filter(({ columns }) => columns.some(({ value }) => !('named' in value)))
  return tabs.length > 0 ? [panelOfSpec(spec, { ...panel, tabs })] : []
}

/** `own`: functions of a panel of ours; of any other, whatever is made by one is left out. */
export const panelOfSpec = (spec: ProbeSpec, panel: PanelSpec, own?: Figures): AnyPanel => {
  const isKnown = ({ value }: { value: Expression }): boolean => own !== undefined || !('named' in value)
  const tabOf = (mode: string): TabSpec => panel.tabs.find(({ id }) => id === mode) ?? panel.tabs[0]!
  const shownIn = createLatest((tab: TabSpec) => ({
    all: columnsOf(tab, true).map((column) => columnOf(spec, tab, column)),
    usual: columnsOf(tab, false).map((column) => columnOf(spec, tab, column)),
  }))
  const columnsOf = (tab: TabSpec, detail: boolean): readonly ColumnSpec[] =>
    tab.columns.filter((column) => (detail || !column.detail) && isKnown(column))
  // another table of the same shows the same figures; what a script or tool says in one has little to do with another
  const shared = spec.kind === 'core' || spec.kind === 'proc' ? (panel.tabs[0]!.figures ?? []) : []
  const valueOf = ({ value }: FigureSpec, sample: Sample): number | undefined => {
    const result = evaluate(value, figureOperands(sample, own))
    return typeof result === 'number' ? result : undefined
  }
  const trendOf = (trend: FigureSpec): NonNullable<AnyPanel['trend']> => ({
    label: trend.label,
    kind: KINDS[resultKind(trend.value, units)],
    value: (sample) => valueOf(trend, sample) ?? 0,
  })
  const figuresOf = ({ figures, hists }: TabSpec): readonly FigureSpec[] =>
    (figures ?? (hists ? [] : shared)).filter(isKnown)
  const units = figureUnits(spec)
  return {
    id: panel.id,
    key: ['8', '9'].find((key) => key === panel.key) ?? '',
    title: panel.title,
    question: panel.question,
    area: asArea(panel.area),
    method: panel.howToRead,
    ...(panel.ofSelection ? { ofSelection: true } : {}),
    ...(panel.isOffered ? { isOffered: true } : {}),
    ...(panel.hasIdle && own ? { hasIdle: true } : {}),
    ...(panel.bothTabs ? { bothTabs: panel.bothTabs } : {}),
    ...(panel.beside ? { beside: panel.beside as ProbeId } : {}),
    ...(panel.trend && isKnown(panel.trend) ? { trend: trendOf(panel.trend) } : {}),
    ...(panel.whoOf ? { whoOf: panel.whoOf } : {}),
    probe: spec.id as ProbeId,
    spec,
    table: (mode) => tabOf(mode).table,
    about: (mode) => tabOf(mode).about ?? [],
    modes: panel.tabs.map(modeOf),
    ...(panel.heatBits ? { heatBits: panel.heatBits } : {}),
    depth: panel.tabs.some(({ most }) => most !== undefined)
      ? ALL_SAMPLES
      : panel.tabs.some(({ events }) => events)
        ? EVENT_SAMPLES
        : 2,
    hists: ({ hists }, mode) => {
      const own = histsOf(tabOf(mode), hists).filter(({ scale }) => scale !== 'ranges')
      return own.length > 0 ? own.map(asHist) : undefined
    },
    hasRanges: (mode) => !panel.heatBits && (tabOf(mode).hists?.length ?? 0) > 0,
    ranges: ({ hists, tables }, mode) => rangesOf(spec, tabOf(mode), hists, tables),
    timeAs: (mode) => spec.hists?.find(({ id, timeAs }) => timeAs && tabOf(mode).hists?.includes(id))?.timeAs,
    columns: (mode, detail) => {
      const { all, usual } = shownIn(tabOf(mode))
      return detail ? all : usual
    },
    defaultSort: (mode) => {
      const { sort, columns } = tabOf(mode)
      const known = columns.filter(isKnown)
      return known.some(({ id }) => id === sort.column) ? sort : { ...sort, column: known[0]!.id }
    },
    rows: (samples, mode, detail) => {
      const tab = tabOf(mode)
      return rowsOf(spec, tab, columnsOf(tab, detail), samples as readonly DescribedSample[])
    },
    selects: (data, row, mode) => selectionsOf(spec, tabOf(mode), data.tables[tabOf(mode).table], row),
    stats: (sample, mode) =>
      figuresOf(tabOf(mode)).flatMap((figure): Stat[] => {
        const value = valueOf(figure, sample)
        if (figure.rare && value === undefined) return []
        const { label, exact } = figure
        const kind = KINDS[resultKind(figure.value, units)]
        const role = roleOf(value, figure.thresholds)
        return [{ label, kind, value, ...(role && { role }), ...(exact && { exact }) }]
      }),
    notes: ({ data }, mode) => [
      ...(data.notes ?? []),
      ...(data.tables[tabOf(mode).table]?.others ? ['others: what found no room for a row of its own'] : []),
    ],
  }
}

const modeOf = ({ id, label, rows, wants, ofTarget }: TabSpec): Mode => ({
  id,
  label,
  ...(rows === undefined ? {} : { rows }),
  ...(wants === undefined ? {} : { wants }),
  ...(ofTarget ? { ofTarget: true } : {}),
})

const rowsOf = (
  spec: ProbeSpec,
  tab: TabSpec,
  columns: readonly ColumnSpec[],
  samples: readonly DescribedSample[],
): Row[] => {
  if (!tab.events) {
    const last = samples.at(-1)
    return last ? sampleRows(spec, tab, columns, last, samples.at(-2)) : []
  }
  const rows: Row[] = []
  const most = Math.min(tab.most ?? MOST_EVENTS, MOST_EVENTS)
  for (let i = samples.length - 1; i >= 0 && rows.length < most; i--) {
    const sample = samples[i]!
    const events = { prefix: `${sample.atMs} `, shownMs: samples.at(-1)!.atMs }
    const given = sampleRows(spec, tab, columns, sample, undefined, events)
    rows.push(...given.reverse().slice(0, most - rows.length))
  }
  return rows
}

/** The tab's histogram in ranges; of what is left when it is narrowed, that of its rows. */
const rangesOf = (
  spec: ProbeSpec,
  tab: TabSpec,
  hists: TablesData['hists'],
  tables: TablesData['tables'],
): Histogram | undefined => {
  const inRanges = ({ scale }: Histogram): boolean => scale === 'ranges'
  const own = histsOf(tab, hists).filter(inRanges)
  if (own.length > 0) return mergeRanges(own)
  if (!tab.hists?.length) return undefined
  const fields = spec.tables[tab.table]!.filter(({ kind }) => kind === 'histogram')
  return mergeRanges(fields.flatMap(({ id }) => partsOf({ hists, tables }, `${tab.table}.${id}`)).filter(inRanges))
}

const histsOf = ({ hists: ids = [] }: TabSpec, hists: TablesData['hists']): Histogram[] =>
  ids.flatMap((id) => histIn(hists, id) ?? [])

const sampleRows = (
  spec: ProbeSpec,
  tab: TabSpec,
  columns: readonly ColumnSpec[],
  { data, intervalMs, atMs }: DescribedSample,
  before: DescribedSample | undefined,
  events?: { prefix: string; shownMs: number },
): Row[] => {
  const table = data.tables[tab.table]
  if (!table) return []
  const fields = spec.tables[tab.table]!
  const keyOf = keyIn(table, tab)
  const earlierTable = columns.some(({ value }) => 'delta' in value) ? before?.data.tables[tab.table] : undefined
  const earlierKey = earlierTable && keyIn(earlierTable, tab)
  const earlier = new Map(earlierTable?.rows.map((row) => [earlierKey!(row), row]))
  const pidAt = dimensionAt(table, fields, 'pid')
  const commAt = dimensionAt(table, fields, 'comm')
  const tidAt = tab.threadName === undefined ? -1 : dimensionAt(table, fields, 'tid')
  const nameAt = columnAt(table, tab.threadName ?? '')
  const totals = new Map<string, number>()
  const unitOf = fieldUnits(fields)
  const isCount = ({ value }: ColumnSpec): boolean => resultKind(value, unitOf) === 'count'
  const all = table.others ? [...table.rows, table.others] : table.rows
  return all.map((row, index) => {
    const isOthers = index === table.rows.length
    const key = isOthers ? 'others' : events ? `${events.prefix}${index}` : keyOf(row)
    const past = earlier.get(key)
    const operands = {
      ...ofRow(
        data,
        table,
        row,
        past && earlierTable ? { table: earlierTable, row: past } : undefined,
        intervalMs,
        totals,
        index,
      ),
      ...(events ? { sinceMs: events.shownMs - atMs } : {}),
    }
    const cells = columns.map(({ value }): Cell => evaluate(value, operands))
    const role = isOthers ? ('dim' as const) : rowRole(columns, cells, isCount)
    const pid = row[pidAt]
    const comm = row[commAt]
    const isOfProcess = typeof pid === 'number' && pid > 0 && !isOthers
    const tid = row[tidAt]
    return {
      key,
      cells,
      ...(isOfProcess ? { pid } : {}),
      ...(isOfProcess && typeof tid === 'number' && tid > 0
        ? { about: { is: 'thread', pid, tid, comm: String(row[nameAt] ?? '') } as const }
        : {}),
      ...(typeof comm === 'string' ? { comm } : {}),
      ...(role ? { role } : {}),
    }
  })
}

const keyIn = (table: Table, tab: TabSpec): ((row: readonly TableCell[]) => string) => {
  const places = tab.key.map((id) => table.columns.indexOf(id))
  return (row) => places.map((at) => String(row[at] ?? '')).join(' ')
}

/** What is counted is something that happened: it stands for the whole row, any other figure for itself. */
const rowRole = (
  columns: readonly ColumnSpec[],
  cells: readonly Cell[],
  isCount: (column: ColumnSpec) => boolean,
): Role | undefined => {
  const roles = columns.map((column, index) => (isCount(column) ? roleOf(cells[index], column.thresholds) : undefined))
  return roles.includes('bad') ? 'bad' : roles.includes('warn') ? 'warn' : undefined
}

/** What a row is about besides its process. */
const selectionsOf = (spec: ProbeSpec, tab: TabSpec, table: Table | undefined, { key }: Row): Selection[] => {
  if (!table || tab.events) return []
  const keyOf = keyIn(table, tab)
  const row = table.rows.find((each) => keyOf(each) === key)
  // beside a process its name says nothing more
  const isOfProcess = spec.tables[tab.table]!.some(({ dim }) => dim === 'pid' || dim === 'tid')
  return spec.tables[tab.table]!.flatMap(({ id, dim }): Selection[] => {
    const cell = row?.[table.columns.indexOf(id)]
    if (dim === 'cpu' && typeof cell === 'number') return [{ is: 'cpu', cpu: cell }]
    if (dim === 'port' && typeof cell === 'number') return [{ is: 'port', port: cell }]
    if (typeof cell !== 'string' || cell === '') return []
    if (dim === 'comm' && !isOfProcess) return [{ is: 'comm', comm: cell }]
    // of which only the number is known
    if (dim === 'cgroup' && /^\d+$/.test(cell)) return []
    if (dim === 'cgroup') return [{ is: 'cgroup', path: cell }]
    if (dim === 'disk') return [{ is: 'disk', dev: cell, name: cell }]
    if (dim === 'peer') return [{ is: 'peer', address: cell }]
    if (dim === 'file' && !cell.startsWith('[')) return [{ is: 'file', path: cell }]
    if (dim === 'errno') return [{ is: 'error', name: cell }]
    if (dim === 'syscall') return [{ is: 'syscall', name: cell }]
    return []
  })
}
