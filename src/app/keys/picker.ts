// Keys of the picker (pages.ts has those that open it).
import type { Action } from '../actions.ts'
import { never, type KeyEntry } from './entry.ts'

const key = (keys: readonly string[], action: Action, label: string, help: string, isShown = false): KeyEntry => ({
  keys,
  action,
  label,
  help,
  where: 'picker',
  shown: isShown ? () => true : never,
})

export const PICKER_KEYS: readonly KeyEntry[] = [
  key(['enter'], { do: 'enter' }, 'open', 'Open it on the full screen; a script or tool becomes a panel.', true),
  key(['space'], { do: 'onOverview' }, 'overview', 'Put it on the overview, or take it away from there.', true),
  key(['up', 'C-k'], { do: 'move', by: 'up' }, 'up', 'One up.'),
  key(['down', 'C-j'], { do: 'move', by: 'down' }, 'down', 'One down.'),
  key(['pageup'], { do: 'move', by: 'pageUp' }, 'page up', 'Ten up.'),
  key(['pagedown'], { do: 'move', by: 'pageDown' }, 'page down', 'Ten down.'),
  key(['home'], { do: 'move', by: 'first' }, 'first', 'To the first.'),
  key(['end'], { do: 'move', by: 'last' }, 'last', 'To the last.'),
  key(['escape', 'f2', 'C-g'], { do: 'panels' }, 'close', 'Leave the picker.', true),
  key(['C-p'], { do: 'palette' }, 'palette', 'To the palette, which has keys, themes and processes as well.'),
  key(['backspace', 'delete'], { do: 'filterErase', what: 'char' }, 'erase', 'Take the last character away.'),
  key(['C-w'], { do: 'filterErase', what: 'word' }, 'erase word', 'Take the last word away.'),
  key(['C-u'], { do: 'filterErase', what: 'all' }, 'erase all', 'Take all away.'),
  key(['C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
