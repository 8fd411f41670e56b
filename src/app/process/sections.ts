// A section of a page that shows several probes: how its own probe is stands beside its title, numbers of an instant
// that is over are drawn as such, and where the probe gives none now, why.
import type { View } from '../../model/view.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import { sanitize } from '../../stream/harmless.ts'
import { formatWait } from '../format.ts'
import {
  hasRowsNow,
  probeAgeMs,
  probeStatus,
  statusRole,
  statusText,
  waitWords,
  type PanelStatus,
} from '../probes/status.ts'
import type { AppState } from '../state-types.ts'
import { wrap } from '../width.ts'
import type { Line, Piece } from '../lines.ts'

type Section = (probe: ProbeId, lines: readonly Line[]) => Line[]

/** The first line of a section is its title. */
export const sectionsOf = (state: AppState, view: View, nowMs: number, width: number): Section => {
  // The reason is said once, in the first section that has it
  const told = new Set<string>()
  return (probe, lines) => {
    const status = probeStatus(state, view, probe, nowMs)
    const ageMs = probeAgeMs(state, view, probe, nowMs)
    const [title, ...rest] = lines
    // an empty section would say that nothing happened
    const isUnseen = (status.is === 'off' || status.is === 'starting') && !view.latest(probe)
    if (!title || (ageMs === undefined && hasRowsNow(status, ageMs) && !isUnseen)) {
      // what is well needs no word; a loss does
      return title && status.is === 'lossy' ? [[...title, mark(status, state)], ...rest] : [...lines]
    }
    const head: Line = [title[0]!, mark(status, state)]
    if (hasRowsNow(status, ageMs) && !isUnseen) return [head, ...rest.map(stale)]
    const reason = 'why' in status ? status.why : status.is
    const isNew = !told.has(reason)
    told.add(reason)
    // a section may end with a blank line
    return [head, ...(isNew ? reasons(status, width) : []), ...(rest.at(-1)?.length === 0 ? [[]] : [])]
  }
}

const mark = (status: PanelStatus, state: AppState): Piece => [`  ${statusText(status, state)}`, statusRole(status)]

/** What has a colour keeps its shape only. */
const stale = (line: Line): Line => line.map(([text]): Piece => [text, 'stale'])

const reasons = (status: PanelStatus, width: number): Line[] => {
  const words =
    'why' in status
      ? [
          status.why,
          ...('retryMs' in status && status.retryMs !== undefined
            ? [`trying again in ${formatWait(status.retryMs)}`]
            : [status.hint]),
        ]
      : waitWords(status)
  return words.flatMap((text) =>
    wrap(sanitize(text), width - 2).map((line): Line => [[` ${line}`, statusRole(status)]]),
  )
}
