// What a panel cannot say of what is selected, and why; said on the panel, so that nothing missing looks like nothing
// happening.
import { membership } from '../model/directory.ts'
import { lacksLatency, lacksStacks } from '../model/narrow.ts'
import { hasTimesInStacks, timesInStacks } from '../model/narrow-stacks.ts'
import { isOfStacks, isWithin, SELECTION_WORDS, selectionLabel, targetOf, type Selection } from '../model/selection.ts'
import type { View } from '../model/view.ts'
import { breakdownIn, canTellLatency, isToldByKernel, tellerOf, type Breakdown } from '../model/breakdown.ts'
import type { AnyPanel } from '../panels/panel-types.ts'
import { MOST_TARGET_PIDS, type Target } from '../stream/target.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import type { LogMessage, Sample } from '../stream/stream-types.ts'
import type { StackMode } from '../stream/stack-types.ts'
import { panelsIn, panelState, selectionsOf, stacksPageOf } from './state.ts'
import type { AppState } from './state-types.ts'

interface Limit {
  text: string
  /** There is nothing to show at all. */
  blank: boolean
  /** Only the rows are missing. */
  noRows?: boolean
}

/** Asked for why something is not measured. */
export const MOST_LOGS = 50

/** `last`: the panel's newest sample, narrowed; `logs`: what was said up to then, oldest first. */
export const limitsOf = (
  state: AppState,
  panel: AnyPanel,
  last: Sample | undefined,
  logs: () => readonly LogMessage[] = () => [],
): Limit[] => {
  const path = selectionsOf(state)
  const { spec } = panel
  if (path.length === 0 || !spec) return []
  const { mode } = panelState(state, panel.id)
  const said = path.flatMap((selection) => limitOf({ state, panel, spec, path, selection }, mode) ?? [])
  const blank = said.find((limit) => limit.blank) ?? stacksLimit(state, path, last)
  if (blank) return [blank]
  const noRows = said.find((limit) => limit.noRows)
  return [
    ...said.filter((limit) => !limit.noRows || limit === noRows),
    ...latencyLimit(state, path, panel, spec, last, logs),
  ]
}

/** What is asked of each tab. */
interface Asked {
  state: AppState
  panel: AnyPanel
  spec: ProbeSpec
  path: readonly Selection[]
  selection: Selection
}

const limitOf = (asked: Asked, mode: string): Limit | undefined => {
  const { panel, spec, path, selection } = asked
  if (!panel.modes.some(({ id }) => id === mode)) return undefined
  if (!canTell(asked, mode)) {
    const other = panel.modes.find(({ id }) => canTell(asked, id))
    // the latency above the rows may be told all the same
    const noRows = panel.heatBits !== undefined && other !== undefined && canTellLatency(spec, path)
    const text = `${toldApart(asked, other && mode)}${other ? `; m shows ${other.rows ?? other.label}` : byPanel(asked)}`
    return { text, blank: !noRows, ...(noRows ? { noRows } : {}) }
  }
  if (isTimed(asked)) return { text: inStacks(asked, mode), blank: false }
  const found = breakdownOf(asked, mode)
  if (found?.through?.says !== undefined)
    return { text: `${found.through.says} ${selectionLabel(selection)}`, blank: false }
  if (selection.is === 'thread' && found?.dim === 'pid') return OF_PROCESS
  if (!found?.joined || membership(selection)) return undefined
  return { text: isOfStacks(selection) ? OF_STACKS : ofTold(asked), blank: false }
}

/** Whether a tab can be narrowed so. */
const canTell = (asked: Asked, tab: string): boolean => {
  const { panel, selection, path } = asked
  if (isTimed(asked)) return hasTimes(asked, tab)
  const isOfTarget = panel.modes.find(({ id }) => id === tab)?.ofTarget === true
  return (isOfTarget && isToldByKernel(selection, path)) || breakdownOf(asked, tab) !== undefined
}

/** From the dimensions of the tab's table, and of those that tell more of it; unless these do not have what it is about, or no
 * probe says which processes it is. */
const breakdownOf = ({ state, panel, spec, selection }: Asked, tab: string): Breakdown | undefined => {
  const found = breakdownIn(spec, tableOf(panel, tab), selection)
  const isJoined = found?.joined && !membership(selection) && !isOfStacks(selection)
  if (isJoined && !tellerOf(state.specs, selection)) return undefined
  if (!found?.through) return found
  const finer = spec.tables[found.through.from]!.map(({ id }) => id)
  return isAbout(panel, tab, finer) ? found : undefined
}

const tableOf = (panel: AnyPanel, tab: string): string => panel.table?.(tab) ?? ''
const isAbout = (panel: AnyPanel, tab: string, fields: readonly string[]): boolean =>
  (panel.about?.(tab) ?? []).every((id) => fields.includes(id))

/** Stacks themselves say how long each was in them. */
const isTimed = ({ panel, selection }: Asked): boolean =>
  isOfStacks(selection) && !selection.of && hasTimesInStacks(panel.probe)

const hasTimes = ({ panel, state }: Asked, tab: string): boolean => {
  const fields = timesInStacks(tableOf(panel, tab), stackMode(state))
  return fields.length > 0 && isAbout(panel, tab, fields)
}

const stackMode = (state: AppState): StackMode => stacksPageOf(state)?.mode ?? 'offcpu'

/** Whole stays, waiting for a CPU included; a thread is known by its name. */
const inStacks = ({ panel, spec, state }: Asked, tab: string): string => {
  const stacks = stackMode(state)
  if (stacks === 'now') return 'threads in this stack at the end of the interval'
  if (spec.tables[tableOf(panel, tab)]?.some(({ dim }) => dim === 'tid')) return 'time in this stack, by name of thread'
  return stacks === 'oncpu' ? 'time in this stack' : 'waits in this stack that ended'
}

/** Another panel that has times of these stacks, by its key. */
const byPanel = (asked: Asked): string => {
  if (!isTimed(asked)) return ''
  const { probe } = asked.panel
  const other = panelsIn(asked.state).find(
    (panel) => panel.probe === probe && panel.modes.some(({ id }) => hasTimes({ ...asked, panel }, id)),
  )
  return other ? `; ${other.key} shows ${other.title}` : ''
}

/** `tab`: only its rows are not. */
const toldApart = (asked: Asked, tab?: string): string => {
  const { panel, selection, state } = asked
  const rows = panel.modes.find(({ id }) => id === tab)?.rows ?? panel.title
  const where = isTimed(asked) && stackMode(state) === 'oncpu' ? ' on a CPU' : ''
  return `${rows} cannot be split by ${SELECTION_WORDS[selection.is]}${where}`
}

const OF_PROCESS: Limit = { text: 'of the whole process: it is not known of single threads', blank: false }
const OF_STACKS = 'all of the processes that have such stacks'
const ofTold = ({ state, selection }: Asked): string =>
  `processes with ${tellerOf(state.specs, selection)?.by} of ${selectionLabel(selection)}`

const stacksLimit = (state: AppState, selections: readonly Selection[], last: Sample | undefined): Limit | undefined =>
  !last || !lacksStacks(last) || !selections.some(isOfStacks)
    ? undefined
    : {
        text:
          state.replay || state.instantMs !== undefined
            ? 'no stacks of this interval are kept'
            : 'who has such stacks comes with the next interval',
        blank: true,
      }

const latencyLimit = (
  state: AppState,
  path: readonly Selection[],
  panel: AnyPanel,
  spec: ProbeSpec,
  last: Sample | undefined,
  logs: () => readonly LogMessage[],
): Limit[] => {
  if (panel.heatBits === undefined || !last || !lacksLatency(last)) return []
  const untold = path.find((selection) => !canTellLatency(spec, [selection], path))
  return [untold ? untoldLatency(untold, spec) : ownLatency(state, targetOf(path), logs())]
}

const untoldLatency = ({ is }: Selection, { options }: ProbeSpec): Limit => ({
  text:
    is === 'pids' && options.includes('target')
      ? `own latency can be measured for up to ${MOST_TARGET_PIDS} processes`
      : `latency cannot be split by ${SELECTION_WORDS[is]}`,
  blank: false,
})

/** A control group may be gone for a while and be made again; or kernel programs cannot follow it, and said so. */
const ownLatency = (state: AppState, target: Target | undefined, logs: readonly LogMessage[]): Limit => {
  const ofGroup = target?.is === 'cgroup'
  const why = ofGroup
    ? logs.findLast(({ level, text }) => level === 'warn' && text.startsWith(`control group ${target.path} `))
    : undefined
  const then = state.replay || state.instantMs !== undefined
  return {
    text: why
      ? `no own latency: ${why.text}`
      : then
        ? 'own latency was not measured then'
        : `own latency from ${ofGroup ? "the group's" : 'the'} next interval on`,
    blank: false,
  }
}

/** Why a group has no rows though its latency is told: processes go by one group each, and each controller of version 1 may
 * have them in another. */
export const ofOtherGroup = (state: AppState, view: View): string | undefined => {
  const group = selectionsOf(state).findLast((selection) => selection.is === 'cgroup')
  if (!group || group.is !== 'cgroup') return undefined
  const entries = [...view.directory().all()]
  if (entries.length === 0 || entries.some(({ cgroup }) => isWithin(cgroup, group.path))) return undefined
  return `no process is listed by group ${group.path} now; of a version 1 controller only latency is known`
}
