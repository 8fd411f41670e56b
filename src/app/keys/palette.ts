// Keys of the palette, and the one that opens it.
import type { Action } from '../actions.ts'
import { never, type KeyEntry } from './entry.ts'

const key = (keys: readonly string[], action: Action, label: string, help: string, isShown = false): KeyEntry => ({
  keys,
  action,
  label,
  help,
  where: 'palette',
  shown: isShown ? () => true : never,
})

export const PALETTE_KEYS: readonly KeyEntry[] = [
  {
    keys: ['C-p'],
    action: { do: 'palette' },
    label: 'palette',
    help: 'All that can be done here, by name: keys, panels, scripts, tools, themes, processes. Type any words; used lately is first.',
    where: 'global',
    shown: never,
    spare: () => true,
  },
  key(['enter'], { do: 'enter' }, 'do it', 'Do what is chosen.', true),
  key(['up', 'C-k'], { do: 'move', by: 'up' }, 'up', 'One up.', true),
  key(['down', 'C-j'], { do: 'move', by: 'down' }, 'down', 'One down.', true),
  key(['pageup'], { do: 'move', by: 'pageUp' }, 'page up', 'Ten up.'),
  key(['pagedown'], { do: 'move', by: 'pageDown' }, 'page down', 'Ten down.'),
  key(['escape', 'C-p', 'C-g'], { do: 'palette' }, 'close', 'Leave the palette.', true),
  key(['backspace', 'delete'], { do: 'filterErase', what: 'char' }, 'erase', 'Take the last character away.'),
  key(['C-w'], { do: 'filterErase', what: 'word' }, 'erase word', 'Take the last word away.'),
  key(['C-u'], { do: 'filterErase', what: 'all' }, 'erase all', 'Take all away.'),
  key(['C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
