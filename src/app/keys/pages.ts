// Keys that lead from page to page, and into and out of selections.
import { PANELS } from '../../panels/registry.ts'
import { WAITS } from '../../stream/probe-ids.ts'
import { knowsWaits, lacksWaits } from '../waits.ts'
import { kindOf } from '../pages/registry.ts'
import { shownSource } from '../stacks/source.ts'
import { currentPanel, isFullScreen } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { hasModes, hasPanel, isOn, needsPanel, never, type KeyEntry } from '../key-entry.ts'

/** The rows shown are stacks themselves. */
const hasStacks = (state: AppState): boolean => {
  const id = currentPanel(state)
  return id !== undefined && shownSource(state, id) !== undefined
}

export const PAGE_KEYS: readonly KeyEntry[] = [
  {
    keys: ['tab'],
    action: { do: 'focusNext', step: 1 },
    label: 'panel',
    help: 'Focus the next panel.',
    where: 'global',
    shown: isOn('overview'),
    disabled: needsPanel,
  },
  {
    keys: ['S-tab'],
    action: { do: 'focusNext', step: -1 },
    label: 'previous panel',
    help: 'Focus the panel before.',
    where: 'global',
    shown: never,
    disabled: needsPanel,
  },
  ...PANELS.map((panel): KeyEntry => ({
    keys: [panel.key],
    action: { do: 'open', panel: panel.id },
    label: panel.title,
    where: 'global',
    shown: never,
    spare: (state) =>
      panel.isOffered === true && (hasPanel(state) || (panel.ofSelection === true && isOn('process')(state))),
    help: `${panel.title[0]!.toUpperCase()}${panel.title.slice(1)} on the full screen, and back. ${panel.question}${panel.ofSelection ? ' Of the selected row, or of what is narrowed to.' : ''}`,
  })),
  ...['8', '9'].map((key): KeyEntry => ({
    keys: [key],
    action: { do: 'openKey', key },
    label: `panel ${key}`,
    where: 'global',
    shown: never,
    help: `The panel that has this key (0 lists all of them) on the full screen, and back.`,
  })),
  {
    keys: ['0', 'f2', 'p'],
    action: { do: 'panels' },
    label: 'panels',
    help: 'All panels, and the scripts and tools that can become one (+): Enter opens it, Space puts it on the overview.',
    where: 'global',
    shown: never,
    spare: () => true,
  },
  {
    keys: ['!'],
    action: { do: 'verdict' },
    label: (state) => (isOn('verdict')(state) ? 'back' : 'what stands out'),
    help: 'What is wrong now, worst first, with what was looked at; Enter leads to the panel that shows it. Again: back.',
    where: 'global',
    shown: isOn('verdict'),
    spare: () => true,
  },
  {
    keys: ['C'],
    action: { do: 'checklist' },
    label: (state) => (isOn('checklist')(state) ? 'back' : 'checklists'),
    help: 'Guided checklists (60 seconds, bcc): each step shows its figures for some seconds or until Enter, and says what it finds; at the end Enter leads to the panel. Again: back.',
    where: 'global',
    shown: isOn('checklist'),
    spare: () => true,
  },
  {
    keys: ['P'],
    action: { do: 'layout' },
    label: 'next layout',
    help: 'Other panels on the overview: those one began with, the five, scheduler, disks, network, memory and kernel, everything; as far as there is room. W keeps them.',
    where: 'global',
    shown: never,
    spare: isOn('overview'),
  },
  {
    keys: ['f', 'e'],
    action: { do: 'zoom' },
    label: (state) => (isFullScreen(state) ? 'all panels' : 'full'),
    help: 'The focused panel on the full screen, and back.',
    where: 'global',
    shown: hasPanel,
    disabled: needsPanel,
  },
  {
    keys: ['escape', 'backspace', 'left'],
    action: { do: 'back' },
    label: 'back',
    help: 'One step back: out of the filter, the page, the innermost selection. Never ends probetop.',
    where: 'global',
    shown: (state) => !isOn('overview')(state) || state.filter.text !== '' || state.crumbs.length > 0,
  },
  {
    keys: ['enter', 'right'],
    action: { do: 'enter' },
    label: (state) => kindOf(state).enterLabel?.(state.page) ?? 'narrow',
    help: 'Narrow everything to what the selected row is about (process, system call, disk, peer); Esc leaves it.',
    where: 'panel',
    shown: (state) => hasPanel(state) || kindOf(state).enter !== undefined,
    disabled: (state) => (kindOf(state).enter ? undefined : needsPanel(state)),
  },
  {
    keys: ['s'],
    action: { do: 'stacks' },
    label: (state) => (hasStacks(state) ? 'tree' : 'stacks'),
    help: 'Stacks of the selected process, or of all where no row is selected; again: back.',
    where: 'panel',
    shown: (state) => hasPanel(state) || isOn('process')(state),
  },
  {
    keys: ['x'],
    action: { do: 'open', panel: WAITS },
    label: (state) => (state.page.is === 'panel' && state.page.panel === WAITS ? 'back' : 'why it waits'),
    help: 'Who or what holds up the selected process, link by link (m); of all where no row is selected. Again: back.',
    where: 'global',
    shown: (state) => isOn('process')(state) && knowsWaits(state),
    spare: (state) => hasPanel(state) && knowsWaits(state),
    disabled: lacksWaits,
  },
  {
    keys: ['d'],
    action: { do: 'choose' },
    label: 'narrow to',
    help: 'Choose what to narrow to: the process, all of its name, its control group, or the peer, port, disk or call of the row.',
    where: 'panel',
    shown: hasPanel,
  },
  {
    keys: ['n'],
    action: { do: 'nextProcess' },
    label: 'next of its name',
    help: 'The newest other process of the same name, for instance after this one has ended.',
    where: 'panel',
    shown: isOn('process'),
  },
  {
    keys: ['m'],
    action: { do: 'mode' },
    label: 'mode',
    help: 'What the panel shows: off-CPU states, processes or disks, sessions or listeners, calls or processes.',
    where: 'panel',
    shown: hasModes,
    disabled: (state) => needsPanel(state) ?? (hasModes(state) ? undefined : 'this panel has one mode only'),
  },
]
