// Keys of what lies over a page: help, the list of what a row can be entered as, the filter being typed.
import type { Move } from '../actions.ts'
import { eraseKeys, keyIn, type KeyEntry } from '../key-entry.ts'

const [dialog, choice, filter] = [keyIn('dialog'), keyIn('choice'), keyIn('filter')]

const MOVES: readonly (readonly [keys: readonly string[], by: Move, inHelp: string, inChoice: string])[] = [
  [['down', 'j'], 'down', 'One line down.', 'One down.'],
  [['up', 'k'], 'up', 'One line up.', 'One up.'],
  [['pagedown', 'C-f', 'space'], 'pageDown', 'One page down.', 'Ten down.'],
  [['pageup', 'C-b'], 'pageUp', 'One page up.', 'Ten up.'],
  [['home', 'g'], 'first', 'To the first line.', 'To the first.'],
  [['end', 'G'], 'last', 'To the last line.', 'To the last.'],
]

export const DIALOG_KEYS: readonly KeyEntry[] = [
  dialog(
    ['escape', 'enter', 'backspace', 'left'],
    { do: 'back' },
    'close',
    'Close this page, or leave the search.',
    true,
  ),
  dialog(['?', 'h', 'f1'], { do: 'help' }, 'close', 'Close this page.'),
  dialog(['/', 'f4', '\\'], { do: 'filterOpen' }, 'search', 'Only what has the text, while you type.', true),
  ...MOVES.map(([keys, by, help]) => dialog(keys, { do: 'move', by }, 'scroll', help, by === 'down')),
  dialog(['c'], { do: 'cost' }, 'cost', 'What the probes cost, first or last.'),
  dialog(['t'], { do: 'theme' }, 'theme', 'Next theme.'),
  dialog(['q', 'C-c', 'f10'], { do: 'quit' }, 'quit', 'End probetop.', true),
  dialog(['C-z'], { do: 'suspend' }, 'suspend', 'Back to the shell.'),
  dialog(['C-l'], { do: 'redraw' }, 'redraw', 'Paint everything anew.'),

  choice(['up', 'k'], { do: 'move', by: 'up' }, 'up', 'One up.', true),
  choice(['down', 'j'], { do: 'move', by: 'down' }, 'down', 'One down.', true),
  ...MOVES.slice(2).map(([keys, by, , help]) => choice(keys, { do: 'move', by }, 'move', help)),
  choice(['enter', 'right'], { do: 'enter' }, 'enter', 'Take this one.', true),
  choice(['escape', 'backspace', 'left', 'd'], { do: 'back' }, 'close', 'Leave the list.', true),
  choice(['?', 'h', 'f1'], { do: 'help' }, 'help', 'These keys, and all others; again: back to the list.', true),
  choice(['q', 'C-c'], { do: 'quit' }, 'quit', 'End probetop.'),

  filter(['enter', 'tab'], { do: 'filterKeep' }, 'keep', 'Keep the filter and go on.', true),
  filter(['escape', 'C-g'], { do: 'filterClear' }, 'clear', 'No filter.', true),
  ...eraseKeys('filter', 'filterErase'),
  filter(['up'], { do: 'move', by: 'up' }, 'up', 'One row up, while typing.'),
  filter(['down'], { do: 'move', by: 'down' }, 'down', 'One row down, while typing.'),
  filter(['C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
