// Keys of the picker (pages.ts has those that open it).
import { eraseKeys, keyIn, type KeyEntry } from '../key-entry.ts'

const key = keyIn('picker')

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
  ...eraseKeys('picker', 'filterErase'),
  key(['C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
