// Keys about the instant that is shown.
import { isFrozen } from '../state.ts'
import { never, type KeyEntry } from './entry.ts'

export const TIME_KEYS: readonly KeyEntry[] = [
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
]
