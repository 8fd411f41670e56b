// Keys of the palette, and the one that opens it.
import type { AppState } from '../state-types.ts'
import { eraseKeys, keyIn, never, runsNothing, type KeyEntry } from '../key-entry.ts'

const nothingTyped = ({ palette }: AppState): boolean => palette?.filter.text === ''

const key = keyIn('palette')

export const PALETTE_KEYS: readonly KeyEntry[] = [
  {
    keys: [':', 'C-p'],
    action: { do: 'palette' },
    label: 'palette',
    help: 'All that can be done here, by name: keys, panels, scripts, tools, themes, processes. Type any words; what was used last is first. A bpftrace one-liner typed here becomes a panel; again (::) begins one.',
    where: 'global',
    shown: never,
    spare: () => true,
  },
  key(['enter'], { do: 'enter' }, 'do it', 'Do what is chosen.', true),
  key(['up', 'C-k'], { do: 'move', by: 'up' }, 'up', 'One up.', true),
  key(['down', 'C-j'], { do: 'move', by: 'down' }, 'down', 'One down.', true),
  key(['pageup'], { do: 'move', by: 'pageUp' }, 'page up', 'Ten up.'),
  key(['pagedown'], { do: 'move', by: 'pageDown' }, 'page down', 'Ten down.'),
  {
    keys: [':'],
    action: { do: 'line', what: 'open' },
    label: 'one-liner',
    help: 'Type a bpftrace one-liner; it becomes a panel. It runs as root, so only for whom may be root. What begins like one (kprobe:) needs no second : before it.',
    where: 'palette',
    shown: nothingTyped,
    when: nothingTyped,
    disabled: runsNothing,
  },
  key(
    ['tab'],
    { do: 'completeName' },
    'complete',
    'Complete the name, as far as all that begin so go on alike; then to the one that is chosen.',
    true,
  ),
  key(['escape', 'C-p', 'C-g'], { do: 'palette' }, 'close', 'Leave the palette.', true),
  ...eraseKeys('palette', 'filterErase'),
  key(['C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
