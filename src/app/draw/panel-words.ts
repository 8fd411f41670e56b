// What a panel says in the place of numbers: why there are none, and what can be done.
import { aroundMark } from '../../model/scripts/excerpt.ts'
import { targetOf } from '../../model/selection.ts'
import { formatAge, formatWait } from '../format.ts'
import type { AnyPanel, Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import type { Sample } from '../../stream/stream-types.ts'
import { isFrozen, panelState, selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { statusRole, waitWords, type PanelStatus } from '../probes/status.ts'
import type { Rect } from '../app-types.ts'
import { glyphsFor } from '../glyphs.ts'
import { linesWithin, wrap } from '../width.ts'
import { put, type Canvas } from './grid.ts'

export const drawWords = (canvas: Canvas, rect: Rect, words: string): void =>
  linesWithin(wrap(words, rect.width - 2), rect.height, rect.width - 2, glyphsFor(canvas.unicode).cut).forEach(
    (line, index) => put(canvas, rect.x + 1, rect.y + index, line, 'dim', rect.width - 2),
  )

/** Where there is nothing to show: why, and what can be done. */
export const drawReason = (canvas: Canvas, rect: Rect, status: PanelStatus, panel: AnyPanel): void => {
  const width = rect.width - 2
  const { cut } = glyphsFor(canvas.unicode)
  const lines: [string, Role][] =
    'why' in status
      ? [
          ...wrap(status.why, width).map((line): [string, Role] => [line, statusRole(status)]),
          ...excerptOf(status, width, cut).map((line): [string, Role] => [line, 'text']),
          ...('retryMs' in status && status.retryMs !== undefined
            ? [[`trying again in ${formatWait(status.retryMs)}`, 'dim'] as [string, Role]]
            : []),
          ...(status.hint ? wrap(status.hint, width).map((line): [string, Role] => [line, 'text']) : []),
        ]
      : [
          ...waitWords(status).flatMap((text, index) =>
            wrap(sanitize(text), width).map((line): [string, Role] => [line, index > 0 ? 'dim' : waitRole(status)]),
          ),
          ...wrap(panel.question, width).map((line): [string, Role] => [line, 'dim']),
        ]
  const texts = lines.map(([line]) => line)
  linesWithin(texts, rect.height, width, cut).forEach((line, index) =>
    put(canvas, rect.x + 1, rect.y + index, line, lines[index]![1], width),
  )
}

const excerptOf = (status: PanelStatus, width: number, cut: string): string[] =>
  'excerpt' in status ? aroundMark((status.excerpt ?? []).map(sanitize), width, cut) : []

const waitRole = (status: PanelStatus): Role => ('again' in status ? 'warn' : 'dim')

/** What a script or tool says of itself is about what it does not show. */
const whyQuiet = ({ spec }: AnyPanel, { data }: Sample): string[] =>
  (spec?.kind === 'bpftrace' || spec?.kind === 'command') && 'notes' in data ? (data.notes ?? []).slice(0, 1) : []

/** Of an empty table. */
export const emptyText = (panel: AnyPanel, last: Sample, state: AppState): string =>
  panel.emptyText?.(last, panelState(state, panel.id).mode, {
    isThen: state.replay || isFrozen(state),
    hasTarget: targetOf(selectionsOf(state)) !== undefined,
  }) ?? [`nothing in the last ${formatAge(last.intervalMs)}`, ...whyQuiet(panel, last)].join(': ')
