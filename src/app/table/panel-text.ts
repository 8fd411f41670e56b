// A panel as plain lines, for batch output: title with the figures, then the top of its table, aligned.
import type { Selection } from '../../model/selection.ts'
import type { Store } from '../../model/store.ts'
import { viewOf } from '../../model/view.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { mergedOf } from '../merged.ts'
import { lossOf } from '../loss.ts'
import { limitsOf, MOST_LOGS } from '../narrowing.ts'
import { idleNote, tableOf } from './rows.ts'
import { initialState, panelIn, panelState } from '../state.ts'
import { heldNotes, notesOf, panelStatus, statusText } from '../probes/status.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { toAscii } from '../width.ts'
import { fitColumns, fittedCell, fittedHeading, type FittedColumn } from './columns.ts'
import { panelFigures } from './panel-figures.ts'

interface PanelTextOptions {
  /** Rows at most. */
  rows?: number
  width?: number
  only?: readonly Selection[]
  atMs?: number
  unicode?: boolean
  mode?: string
}

export const panelText = (id: PanelId, store: Store, options: PanelTextOptions = {}): string[] => {
  const { rows: most = 10, width = 120, unicode = true, only = [] } = options
  const initial = initialState({ only, replay: true, specs: store.specs() })
  const state = {
    ...initial,
    ...(options.atMs === undefined ? {} : { instantMs: options.atMs }),
    ...(options.mode === undefined ? {} : { byPanel: { ...initial.byPanel, [id]: { mode: options.mode } } }),
  }
  const panel = panelIn(state, id)
  const view = viewOf(store, only, options.atMs)
  const { mode } = panelState(state, id)
  const status = panelStatus(state, view, id, options.atMs ?? store.ticks().at(-1) ?? 0)
  const last = view.latest(panel.probe) as Sample | undefined
  const finish = (lines: readonly string[]): string[] => lines.map((line) => (unicode ? line : toAscii(line)).trimEnd())
  if (!last || 'why' in status) {
    return finish([
      `${panel.title}: ${statusText(status, state)}`,
      ...('why' in status ? [`  ${sanitize(status.why)}`, `  ${sanitize(status.hint)}`] : []),
    ])
  }
  const hist = mergedOf(last, panel, mode)
  const ranges = panel.ranges?.(last.data, mode)
  const table = tableOf(state, view, id, true)
  const figures = panelFigures(table, last, mode, {
    hist,
    ranges,
    loss: lossOf(view, panel.probe, panel.table?.(mode)),
  })
  const modeLabel =
    options.mode === undefined ? '' : ` ${panel.modes.find(({ id: each }) => each === mode)?.label ?? ''}`
  const title = [
    `${panel.title}${modeLabel}:`,
    ...figures.map(({ label, text }) => `${label} ${text}`),
    ...(last.lost > 0 ? [] : ['lost 0']),
  ].join('  ')
  const rows = table.rows.slice(0, most)
  const columns = fitColumns(table, rows, width - 2)
  const line = (text: (column: FittedColumn) => string): string => `  ${columns.map(text).join(' ')}`
  return finish([
    title,
    ...(rows.length > 0
      ? [line((column) => fittedHeading(column)), ...rows.map((row) => line((column) => fittedCell(row, column)))]
      : heldNotes(view, panel, last).length > 0
        ? []
        : ['  nothing in this interval']),
    ...[
      ...limitsOf(state, panel, last, () => view.logs(MOST_LOGS)).map((limit) => limit.text),
      ...idleNote(table, ''),
      ...notesOf(state, view, panel, last),
    ].map((note) => `  ${note}`),
  ])
}
