// Keys about the program itself: the end, help; and the interval, snapshots, cost, theme, the shell.
import { needsLive, never, type KeyEntry } from './entry.ts'

export const PROGRAM_KEYS: readonly KeyEntry[] = [
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
]

export const TOOL_KEYS: readonly KeyEntry[] = [
  {
    keys: ['+', '='],
    action: { do: 'interval', step: 1 },
    label: 'longer interval',
    help: 'Longer interval, up to 60 s.',
    where: 'global',
    shown: never,
    spare: () => true,
    disabled: needsLive,
  },
  {
    keys: ['-'],
    action: { do: 'interval', step: -1 },
    label: 'shorter interval',
    help: 'Shorter interval, down to 0.1 s.',
    where: 'global',
    shown: never,
    spare: () => true,
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
    spare: () => true,
  },
  {
    keys: ['t'],
    action: { do: 'theme' },
    label: 'theme',
    help: 'Next theme.',
    where: 'global',
    shown: never,
    spare: () => true,
  },
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
]
