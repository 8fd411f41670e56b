// Keys about the rows of a table: which, in which order, and moving among them.
import { PANELS } from '../../panels/registry.ts'
import { GROUPING_KEYS, isGroupable, nextGrouping } from '../grouped.ts'
import { NAMING_LABELS, nextNaming } from '../named.ts'
import { currentPanel, isFullScreen, panelIn, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { hasPanel, needsPanel, never, type KeyEntry } from '../key-entry.ts'

/** On the overview others than the one with the focus may have them. */
const needsProcesses = (state: AppState): string | undefined => {
  const lacks = needsPanel(state)
  const id = currentPanel(state)
  if (lacks !== undefined || !id || !isFullScreen(state)) return lacks
  const isOfProcesses = isGroupable(panelIn(state, id).columns(panelState(state, id).mode, true))
  return isOfProcesses ? undefined : 'the rows of this table are no processes'
}

const hasIdle = (state: AppState): boolean => {
  const id = currentPanel(state)
  return id !== undefined && panelIn(state, id).hasIdle === true
}

/** `off-CPU (2)`. */
const IDLE_IN = PANELS.filter((panel) => panel.hasIdle)
  .map(({ title, key }) => `${title} (${key})`)
  .join(', ')

export const ROW_KEYS: readonly KeyEntry[] = [
  {
    keys: ['/', 'f4', '\\'],
    action: { do: 'filterOpen' },
    label: 'filter',
    help: 'Only rows that contain the text, while you type; a leading ! means those that do not. Esc clears.',
    where: 'panel',
    shown: hasPanel,
    disabled: needsPanel,
  },
  {
    keys: ['<'],
    action: { do: 'sortColumn', step: -1 },
    label: 'sort',
    help: 'Sort by the column to the left.',
    where: 'panel',
    shown: never,
    disabled: needsPanel,
  },
  {
    keys: ['>', 'f6'],
    action: { do: 'sortColumn', step: 1 },
    label: 'sort',
    help: 'Sort by the column to the right.',
    where: 'panel',
    shown: hasPanel,
    disabled: needsPanel,
  },
  {
    keys: ['r', 'I', 'R'],
    action: { do: 'reverse' },
    label: 'reverse',
    help: 'Reverse the order.',
    where: 'panel',
    shown: isFullScreen,
    spare: hasPanel,
    disabled: needsPanel,
  },
  {
    keys: ['i'],
    action: { do: 'idle' },
    label: (state) => (state.idle ? 'hide idle' : 'show idle'),
    help: 'Off-CPU: show, or leave out, those who only wait for work, timers, children or clients, kernel threads and probetop itself.',
    where: 'panel',
    shown: (state) => hasIdle(state) && isFullScreen(state),
    spare: hasIdle,
    disabled: (state) => (hasIdle(state) ? undefined : `only ${IDLE_IN} leaves idle rows out`),
  },
  {
    keys: ['l'],
    action: { do: 'naming' },
    label: (state) => NAMING_LABELS[nextNaming(state.naming)],
    help: 'Tables of processes: the command line in place of the name; or with user, control group (container) or parent.',
    where: 'panel',
    shown: never,
    spare: hasPanel,
    disabled: needsProcesses,
  },
  {
    keys: ['u'],
    action: { do: 'group' },
    label: (state) => GROUPING_KEYS[nextGrouping(state.grouping)],
    help: 'Rows of processes added up by name, by user, by control group, by container, or as a tree below their parents; again: each. Enter narrows to what a row adds up.',
    where: 'panel',
    shown: never,
    spare: hasPanel,
    disabled: needsProcesses,
  },
  {
    keys: ['up', 'k'],
    action: { do: 'move', by: 'up' },
    label: 'up',
    help: 'One row up. k never kills: probetop is read-only.',
    where: 'panel',
    shown: never,
  },
  {
    keys: ['down', 'j'],
    action: { do: 'move', by: 'down' },
    label: 'down',
    help: 'One row down.',
    where: 'panel',
    shown: never,
  },
  {
    keys: ['pageup', 'C-b'],
    action: { do: 'move', by: 'pageUp' },
    label: 'page up',
    help: 'One page up.',
    where: 'panel',
    shown: never,
  },
  {
    keys: ['pagedown', 'C-f'],
    action: { do: 'move', by: 'pageDown' },
    label: 'page down',
    help: 'One page down.',
    where: 'panel',
    shown: never,
  },
  {
    keys: ['home', 'g'],
    action: { do: 'move', by: 'first' },
    label: 'first',
    help: 'First row.',
    where: 'panel',
    shown: never,
  },
  { keys: ['G'], action: { do: 'move', by: 'last' }, label: 'last', help: 'Last row.', where: 'panel', shown: never },
]
