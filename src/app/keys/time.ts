// Keys about the instant that is shown.
import type { Seek } from '../../stream/playback.ts'
import { currentPanel, isFrozen, panelIn } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { hasPanel, needsPanel, never, type KeyEntry } from '../key-entry.ts'

const needsFrozen = (state: AppState): string | undefined =>
  isFrozen(state) || state.player ? undefined : 'this is live; space or [ freezes'

const seekKeys = (keys: readonly string[], by: Seek, label: string, help: string, isShown = false): KeyEntry => ({
  keys,
  action: { do: 'seek', by },
  label,
  help,
  where: 'player',
  shown: () => isShown,
})

const MINUTE_MS = 60_000

/** While a recording is played, before the others. */
export const PLAYER_KEYS: readonly KeyEntry[] = [
  seekKeys(['left'], { ticks: -1 }, 'earlier', 'One interval back, anywhere in the file; pauses.', true),
  seekKeys(['right'], { ticks: 1 }, 'later', 'One interval forward; pauses.', true),
  seekKeys(['(', 'S-left'], { ms: -MINUTE_MS }, 'a minute earlier', 'A minute back.'),
  seekKeys([')', 'S-right'], { ms: MINUTE_MS }, 'a minute later', 'A minute forward.'),
  seekKeys(['C-left'], { ms: -60 * MINUTE_MS }, 'an hour earlier', 'An hour back.'),
  seekKeys(['C-right'], { ms: 60 * MINUTE_MS }, 'an hour later', 'An hour forward.'),
  seekKeys(['^'], 'first', 'beginning', 'To its beginning.'),
  seekKeys(['$', 'end'], 'last', 'end', 'To its end, as far as it was read through.'),
  {
    keys: ['+', '='],
    action: { do: 'speed', step: 1 },
    label: 'faster',
    help: 'Faster: 2, 5, 10, 20, 50 and 100 times as fast as recorded.',
    where: 'player',
    shown: () => true,
  },
  {
    keys: ['-'],
    action: { do: 'speed', step: -1 },
    label: 'slower',
    help: 'Slower, down to the pace of the recording.',
    where: 'player',
    shown: never,
  },
]

const hasLatency = (state: AppState): boolean => {
  const id = currentPanel(state)
  return id !== undefined && panelIn(state, id).heatBits !== undefined
}

export const TIME_KEYS: readonly KeyEntry[] = [
  {
    keys: ['space', 'z', 'Z'],
    action: { do: 'freeze' },
    label: (state) => (isFrozen(state) ? 'go on' : state.player ? 'pause' : 'freeze'),
    help: 'Show one instant on the whole screen; collection goes on. Again: live. In a recording: pause, and go on.',
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
    spare: () => true,
  },
  {
    keys: [']', '.'],
    action: { do: 'step', by: 1 },
    label: 'later',
    help: 'One interval forward, while frozen or in a recording.',
    where: 'global',
    shown: isFrozen,
    disabled: needsFrozen,
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
    help: 'Ten intervals forward, while frozen or in a recording.',
    where: 'global',
    shown: never,
    disabled: needsFrozen,
  },
  {
    keys: ['X'],
    action: { do: 'worst' },
    label: 'worst moment',
    help: 'To the interval in which the latency of the panel was the worst of all that are kept (its p99; of few events the longest): when was the spike?',
    where: 'panel',
    shown: never,
    spare: hasLatency,
    disabled: (state) => needsPanel(state) ?? (hasLatency(state) ? undefined : 'this panel shows no latency'),
  },
  {
    keys: ['D'],
    action: { do: 'compare' },
    label: (state) => (state.since === undefined ? 'compare' : 'end comparison'),
    help: 'Compare with the instant shown: beside the column that rows are sorted by is how much more or less it is than then, most changed first, with rows that are gone. { D End: what changed in the last ten intervals. Again: no more.',
    where: 'panel',
    shown: ({ since }) => since !== undefined,
    spare: hasPanel,
  },
]
