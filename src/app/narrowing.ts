// What a panel cannot say of what is selected, and why; said on the panel, so that nothing missing looks like nothing
// happening.
import { membership } from '../model/directory.ts'
import { lacksLatency, lacksStacks } from '../model/narrow.ts'
import { isOfStacks, isWithin, SELECTION_WORDS, selectionLabel, targetOf, type Selection } from '../model/selection.ts'
import type { View } from '../model/view.ts'
import { breakdownIn, canTellLatency, type Breakdown } from '../model/tables/narrow.ts'
import type { AnyPanel } from '../panels/registry.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import { MOST_TARGET_PIDS, type LogMessage, type Sample, type Target } from '../stream/stream-types.ts'
import type { StackMode } from '../stream/stack-types.ts'
import { panelState, selectionsOf, stacksPageOf, type AppState } from './state.ts'

export interface Limit {
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
  logs: readonly LogMessage[] = [],
): Limit[] => {
  const selections = selectionsOf(state)
  if (selections.length === 0) return []
  const mode = panelState(state, panel.id).mode
  const said = selections.flatMap(
    (selection) => limitOf(selection, selections, panel, mode, stacksPageOf(state)?.mode ?? 'offcpu') ?? [],
  )
  const blank = said.find((limit) => limit.blank) ?? stacksLimit(state, selections, last)
  return blank ? [blank] : [...said, ...latencyLimit(state, selections, panel, last, logs)]
}

const limitOf = (
  selection: Selection,
  all: readonly Selection[],
  panel: AnyPanel,
  mode: string,
  stacks: StackMode,
): Limit | undefined => {
  if (isOfStacks(selection) && selection.of && !panel.spec)
    return selection.of.pids
      ? { text: OF_STACKS, blank: false }
      : { text: toldApart(panel.title, selection), blank: true }
  if (isOfStacks(selection) && !selection.of && panel.probe === 'sched' && panel.id !== 'runq')
    return panel.id === 'offcpu' && stacks === 'oncpu'
      ? { text: 'these are stacks on a CPU; 7 shows the threads that have them', blank: true }
      : { text: inStacks(panel, stacks), blank: false }
  if (panel.spec) return describedLimit(selection, all, panel, panel.spec, mode)
  const untold = { text: toldApart(panel.title, selection), blank: true }
  if (
    panel.id === 'runq' &&
    mode === 'cpus' &&
    !['cpu', 'disk', 'syscall', 'error', 'stack', 'function'].includes(selection.is)
  )
    return { text: `CPUs cannot be split by ${SELECTION_WORDS[selection.is]}; m shows processes`, blank: true }
  switch (selection.is) {
    case 'disk':
    case 'error':
      return untold
    case 'cpu':
      return panel.id !== 'runq'
        ? untold
        : mode === 'cpus'
          ? undefined
          : { text: 'processes cannot be split by CPU; m shows it', blank: false, noRows: true }
    case 'syscall':
      return panel.id === 'syscalls'
        ? undefined
        : panel.id === 'offcpu'
          ? { text: `time blocked in ${selection.name}`, blank: false }
          : untold
    case 'thread':
      return panel.probe === 'sched' ? undefined : OF_PROCESS
    case 'stack':
    case 'function':
      return panel.id === 'runq' ? untold : { text: OF_STACKS, blank: false }
    case 'peer':
    case 'port':
    case 'file':
      return ofJoined(selection)
    default:
      return undefined
  }
}

const toldApart = (title: string, { is }: Selection): string => `${title} cannot be split by ${SELECTION_WORDS[is]}`
const OF_PROCESS: Limit = { text: 'of its whole process: of one thread it is not known', blank: false }
const OF_STACKS = 'all of the processes that have such stacks'
/** Known by what their processes have to do with it. */
const ofJoined = (selection: Selection): Limit => ({
  text: `processes with ${selection.is === 'file' ? 'I/O to disks' : 'a session'} of ${selectionLabel(selection)}`,
  blank: false,
})

/** From the dimensions of the tab's table, and of those that tell more of it. */
const describedLimit = (
  selection: Selection,
  all: readonly Selection[],
  panel: AnyPanel,
  spec: ProbeSpec,
  mode: string,
): Limit | undefined => {
  const breakdown = (tab: string): Breakdown | undefined => {
    const found = breakdownIn(spec, panel.table?.(tab) ?? '', selection)
    const finer = found?.through && spec.tables[found.through.from]
    return finer && !(panel.about?.(tab) ?? []).every((id) => finer.some((field) => field.id === id))
      ? undefined
      : found
  }
  if (!panel.modes.some(({ id }) => id === mode)) return undefined
  const found = breakdown(mode)
  if (!found) {
    const other = panel.modes.find(({ id }) => breakdown(id))
    // the latency above the rows may be told all the same
    const noRows = panel.heatBits !== undefined && other !== undefined && canTellLatency(spec, all)
    const rows = (other && panel.modes.find(({ id }) => id === mode)?.rows) ?? panel.title
    const text = `${toldApart(rows, selection)}${other ? `; m shows ${other.rows ?? other.label}` : ''}`
    return { text, blank: !noRows, ...(noRows ? { noRows } : {}) }
  }
  if (found.through?.says !== undefined)
    return { text: `${found.through.says} ${selectionLabel(selection)}`, blank: false }
  if (selection.is === 'thread' && found.dim === 'pid') return OF_PROCESS
  if (!found.joined || membership(selection)) return undefined
  return isOfStacks(selection) ? { text: OF_STACKS, blank: false } : ofJoined(selection)
}

/** Whole stays, waiting for a CPU included; a thread is known by its name. */
const inStacks = ({ id }: AnyPanel, mode: StackMode): string =>
  mode === 'now'
    ? 'threads in this stack at the end of the interval'
    : id === 'offcpu'
      ? 'waits in this stack that ended'
      : 'time in this stack, by name of thread'

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
  selections: readonly Selection[],
  panel: AnyPanel,
  last: Sample | undefined,
  logs: readonly LogMessage[],
): Limit[] => {
  if (panel.heatBits === undefined || !last) return []
  const { spec } = panel
  if (spec) {
    if (!lacksLatency(last)) return []
    const untold = selections.find((selection) => !canTellLatency(spec, [selection]))
    return [untold ? untoldLatency(untold, spec) : ownLatency(state, targetOf(selections), logs)]
  }
  if (selections.some(({ is }) => is === 'cpu')) return lacksLatency(last) ? [ownLatency(state)] : []
  if (selections.some(isOfStacks)) return [{ text: 'latency cannot be split by stack', blank: false }]
  const undone = selections.find(({ is }) => is === 'syscall')
  if (undone && panel.probe === 'sched') return [{ text: 'latency cannot be split by system call', blank: false }]
  if (undone || !lacksLatency(last)) return []
  if (targetOf(selections) === undefined) {
    return [untoldLatency(selections.at(-1)!)]
  }
  return [ownLatency(state, targetOf(selections), logs)]
}

const untoldLatency = (selection: Selection, spec?: ProbeSpec): Limit => ({
  text:
    selection.is === 'pids' && (!spec || spec.options.includes('target'))
      ? `own latency can be measured for up to ${MOST_TARGET_PIDS} processes`
      : `latency cannot be split by ${SELECTION_WORDS[selection.is]}`,
  blank: false,
})

/** A control group may be gone for a while and be made again; or kernel programs cannot follow it, and said so. */
const ownLatency = (state: AppState, target?: Target, logs: readonly LogMessage[] = []): Limit => {
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
  return `no process goes by group ${group.path} now; of a controller's own (version 1) only latency is told`
}
