// The keys: one table, from which come the footer, the help page and the README's section. A key that cannot act now
// says why. Names are blessed's full names; printable characters stand for themselves.
import { PANELS, panelById } from '../panels/registry.ts'
import type { Action } from './actions.ts'
import { STACK_KEYS } from './stacks/keys.ts'
import { currentPanel, isFrozen, isFullScreen, type AppState } from './state.ts'
import type { Key } from './types.ts'

export type Scope = 'global' | 'panel' | 'stacks' | 'dialog' | 'choice' | 'filter'

export interface KeyEntry {
  /** The first is the one shown. */
  keys: readonly string[]
  action: Action
  /** Footer: a word or two. May tell the state. */
  label: string | ((state: AppState) => string)
  /** Help: a sentence. */
  help: string
  where: Scope
  /** In the footer now. */
  shown(state: AppState): boolean
  /** Why it cannot act now. */
  disabled?(state: AppState): string | undefined
}

const never = () => false
const hasPanel = (state: AppState): boolean => currentPanel(state) !== undefined
const needsPanel = (state: AppState): string | undefined =>
  hasPanel(state) ? undefined : 'go back first (Esc): this page has no table'
const needsLive = (state: AppState): string | undefined =>
  state.replay ? 'a recording keeps the interval it was made at' : undefined
const hasModes = (state: AppState): boolean => {
  const id = currentPanel(state)
  return id !== undefined && panelById(id).modes.length > 1
}

export const KEYS: readonly KeyEntry[] = [
  {
    keys: ['q', 'C-c', 'f10'],
    action: { do: 'quit' },
    label: 'quit',
    help: 'End probetop, and every probe with it.',
    where: 'global',
    shown: () => true,
  },
  {
    keys: ['?', 'h', 'f1'],
    action: { do: 'help' },
    label: 'help',
    help: 'This page, and away with it.',
    where: 'global',
    shown: () => true,
  },
  {
    keys: ['space', 'z', 'Z', 'p'],
    action: { do: 'freeze' },
    label: (state) => (isFrozen(state) ? 'go on' : 'freeze'),
    help: 'Show one instant on the whole screen; collection goes on. Again: live.',
    where: 'global',
    shown: () => true,
  },
  {
    keys: ['end'],
    action: { do: 'end' },
    label: 'live',
    help: 'Frozen: back to live. Live: last row.',
    where: 'global',
    shown: isFrozen,
  },
  {
    keys: ['L'],
    action: { do: 'live' },
    label: 'live',
    help: 'Back to live.',
    where: 'global',
    shown: never,
    disabled: (state) => (isFrozen(state) ? undefined : 'this is live'),
  },
  {
    keys: ['[', ','],
    action: { do: 'step', by: -1 },
    label: 'earlier',
    help: 'One interval back in time; freezes first.',
    where: 'global',
    shown: isFrozen,
  },
  {
    keys: [']', '.'],
    action: { do: 'step', by: 1 },
    label: 'later',
    help: 'One interval forward, while frozen.',
    where: 'global',
    shown: isFrozen,
    disabled: (state) => (isFrozen(state) ? undefined : 'this is live; space or [ freezes'),
  },
  {
    keys: ['{'],
    action: { do: 'step', by: -10 },
    label: 'earlier by 10',
    help: 'Ten intervals back.',
    where: 'global',
    shown: never,
  },
  {
    keys: ['}'],
    action: { do: 'step', by: 10 },
    label: 'later by 10',
    help: 'Ten intervals forward, while frozen.',
    where: 'global',
    shown: never,
    disabled: (state) => (isFrozen(state) ? undefined : 'this is live; space or [ freezes'),
  },
  {
    keys: ['tab'],
    action: { do: 'focusNext', step: 1 },
    label: 'next panel',
    help: 'Focus the next panel.',
    where: 'global',
    shown: (state) => state.page.is === 'overview',
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
    action: { do: 'focus', panel: panel.id },
    label: panel.title,
    where: 'global',
    shown: never,
    help: `Focus ${panel.title}; again: full screen and back. ${panel.question}`,
  })),
  {
    keys: ['f', 'e'],
    action: { do: 'zoom' },
    label: (state) => (isFullScreen(state) ? 'all panels' : 'full screen'),
    help: 'The focused panel on the full screen, and back.',
    where: 'global',
    shown: hasPanel,
    disabled: needsPanel,
  },
  {
    keys: ['escape', 'backspace', 'left'],
    action: { do: 'back' },
    label: 'back',
    help: 'The filter away, out of a page, out of the innermost selection. Never ends probetop.',
    where: 'global',
    shown: (state) => state.page.is !== 'overview' || state.filter.text !== '' || state.crumbs.length > 0,
  },
  {
    keys: ['enter', 'right'],
    action: { do: 'enter' },
    label: 'drill in',
    help: 'Narrow everything to what the selected row is about (process, system call, disk, peer); Esc leaves it.',
    where: 'panel',
    shown: hasPanel,
    disabled: needsPanel,
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
    shown: (state) => state.page.is === 'process',
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
  {
    keys: ['s'],
    action: { do: 'stacks' },
    label: 'stacks',
    help: 'Stacks of the selected process, or of all where no row is selected; again: back.',
    where: 'panel',
    shown: (state) => state.page.is === 'process',
  },
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
    disabled: needsPanel,
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
  {
    keys: ['+', '='],
    action: { do: 'interval', step: 1 },
    label: 'longer interval',
    help: 'Longer interval, up to 60 s.',
    where: 'global',
    shown: never,
    disabled: needsLive,
  },
  {
    keys: ['-'],
    action: { do: 'interval', step: -1 },
    label: 'shorter interval',
    help: 'Shorter interval, down to 0.1 s.',
    where: 'global',
    shown: never,
    disabled: needsLive,
  },
  {
    keys: ['w', 'C-s'],
    action: { do: 'snapshot' },
    label: 'snapshot',
    help: 'Write what is shown, and all data behind it, to a new file; nothing stops.',
    where: 'global',
    shown: () => true,
  },
  {
    keys: ['c'],
    action: { do: 'cost' },
    label: (state) => (state.cost ? 'hide cost' : 'cost'),
    help: "What the panels' probes cost, in their titles: CPU of the kernel programs, runs, lost events, fullest map. Again: hide.",
    where: 'global',
    shown: (state) => state.cost,
  },
  { keys: ['t'], action: { do: 'theme' }, label: 'theme', help: 'Next theme.', where: 'global', shown: never },
  {
    keys: ['f9', 'K'],
    action: { do: 'readOnly' },
    label: 'kill',
    help: 'Names the process so that you can: probetop is read-only.',
    where: 'global',
    shown: never,
  },
  {
    keys: ['C-z'],
    action: { do: 'suspend' },
    label: 'suspend',
    help: 'Back to the shell; fg returns.',
    where: 'global',
    shown: never,
  },
  {
    keys: ['C-l'],
    action: { do: 'redraw' },
    label: 'redraw',
    help: 'Paint everything anew.',
    where: 'global',
    shown: never,
  },

  ...STACK_KEYS,

  {
    keys: ['escape', 'enter', 'backspace', 'left'],
    action: { do: 'back' },
    label: 'close',
    help: 'Close this page.',
    where: 'dialog',
    shown: () => true,
  },

  {
    keys: ['up', 'k'],
    action: { do: 'move', by: 'up' },
    label: 'up',
    help: 'One up.',
    where: 'choice',
    shown: () => true,
  },
  {
    keys: ['down', 'j'],
    action: { do: 'move', by: 'down' },
    label: 'down',
    help: 'One down.',
    where: 'choice',
    shown: () => true,
  },
  {
    keys: ['enter', 'right'],
    action: { do: 'enter' },
    label: 'enter',
    help: 'Narrow everything to this.',
    where: 'choice',
    shown: () => true,
  },
  {
    keys: ['escape', 'backspace', 'left', 'd'],
    action: { do: 'back' },
    label: 'close',
    help: 'Leave the list.',
    where: 'choice',
    shown: () => true,
  },
  { keys: ['q', 'C-c'], action: { do: 'quit' }, label: 'quit', help: 'End probetop.', where: 'choice', shown: never },

  {
    keys: ['enter', 'tab'],
    action: { do: 'filterKeep' },
    label: 'keep',
    help: 'Keep the filter and go on.',
    where: 'filter',
    shown: () => true,
  },
  {
    keys: ['escape', 'C-g'],
    action: { do: 'filterClear' },
    label: 'clear',
    help: 'No filter.',
    where: 'filter',
    shown: () => true,
  },
  {
    keys: ['backspace', 'delete'],
    action: { do: 'filterErase', what: 'char' },
    label: 'erase',
    help: 'Take the last character away.',
    where: 'filter',
    shown: never,
  },
  {
    keys: ['C-w'],
    action: { do: 'filterErase', what: 'word' },
    label: 'erase word',
    help: 'Take the last word away.',
    where: 'filter',
    shown: never,
  },
  {
    keys: ['C-u'],
    action: { do: 'filterErase', what: 'all' },
    label: 'erase all',
    help: 'Take all away.',
    where: 'filter',
    shown: never,
  },
  {
    keys: ['up'],
    action: { do: 'move', by: 'up' },
    label: 'up',
    help: 'One row up, while typing.',
    where: 'filter',
    shown: never,
  },
  {
    keys: ['down'],
    action: { do: 'move', by: 'down' },
    label: 'down',
    help: 'One row down, while typing.',
    where: 'filter',
    shown: never,
  },
  { keys: ['C-c'], action: { do: 'quit' }, label: 'quit', help: 'End probetop.', where: 'filter', shown: never },
]

/** What a key does now; undefined for keys nobody knows. */
export const actionFor = (state: AppState, key: Key): Action | undefined => {
  const entry = scopesOf(state).flatMap((scope) => entriesFor(key, scope))[0]
  if (entry) {
    const reason = entry.disabled?.(state)
    return reason === undefined ? entry.action : { do: 'refuse', reason }
  }
  const typed = typedText(key)
  return state.filter.editing && typed !== undefined ? { do: 'filterType', text: typed } : undefined
}

/** Inner scopes first. While typing, only what belongs to typing; a dialog hides what acts on the panels behind it. */
export const scopesOf = (state: AppState): Scope[] =>
  state.filter.editing
    ? ['filter']
    : state.choice
      ? ['choice']
      : state.help
        ? ['dialog', 'global', 'panel']
        : state.page.is === 'stacks'
          ? ['stacks', 'global', 'panel']
          : ['global', 'panel']

/** Keys for the footer, in the table's order. */
export const footerKeys = (state: AppState): { key: string; label: string }[] =>
  KEYS.filter((entry) => isReachable(entry, state) && entry.shown(state) && entry.disabled?.(state) === undefined).map(
    (entry) => ({ key: keyName(entry.keys[0]!), label: labelOf(entry, state) }),
  )

/** As people read them: `C-c` is Ctrl-C. */
export const keyName = (key: string): string =>
  NAMES[key] ??
  (key.startsWith('C-') ? `Ctrl-${key.slice(2).toUpperCase()}` : /^f\d+$/.test(key) ? key.toUpperCase() : key)

/** The README's section. */
export const keysMarkdown = (): string => {
  const row = (entry: KeyEntry): string =>
    `| ${entry.keys.map((key) => `\`${keyName(key).replace('|', '\\|')}\``).join(' ')} | ${entry.help} |`
  const table = (title: string, entries: readonly KeyEntry[]): string =>
    [`| ${title} | |`, '|---|---|', ...entries.map(row)].join('\n')
  return (
    [
      table(
        'key',
        KEYS.filter(({ where }) => where === 'global' || where === 'panel'),
      ),
      table(
        'on the page of stacks',
        KEYS.filter(({ where }) => where === 'stacks'),
      ),
      table(
        'while typing a filter',
        KEYS.filter(({ where }) => where === 'filter'),
      ),
    ].join('\n\n') + '\n'
  )
}

export const labelOf = (entry: KeyEntry, state: AppState): string =>
  typeof entry.label === 'string' ? entry.label : entry.label(state)

const NAMES: Record<string, string> = {
  space: 'Space',
  escape: 'Esc',
  enter: 'Enter',
  backspace: 'Backspace',
  tab: 'Tab',
  'S-tab': 'Shift-Tab',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  delete: 'Del',
}

const entriesFor = (key: Key, scope: Scope): KeyEntry[] => {
  const name = nameOf(key)
  return KEYS.filter((entry) => entry.where === scope && entry.keys.includes(name))
}

/** A printable character is its own name, whatever else the terminal's library calls it. */
const nameOf = ({ name, ch }: Key): string =>
  ch !== undefined && ch > ' ' && ch.length === 1 && ch !== '\x7f'
    ? ch
    : name === 'return' || name === 'linefeed'
      ? 'enter'
      : name

const typedText = ({ name, ch }: Key): string | undefined =>
  name === 'space'
    ? ' '
    : ch !== undefined && !/[\p{Cc}\p{Cs}]/u.test(ch)
      ? ch
      : [...name].length === 1
        ? name
        : undefined

const isReachable = (entry: KeyEntry, state: AppState): boolean =>
  state.help && !state.choice && !state.filter.editing
    ? entry.where === 'dialog' || ['quit'].includes(entry.action.do)
    : scopesOf(state).includes(entry.where)
