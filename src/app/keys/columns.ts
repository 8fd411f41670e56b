// Keys of the menu of columns, and the one that opens it.
import { keyIn, hasPanel, needsPanel, never, type KeyEntry } from '../key-entry.ts'

const key = keyIn('columns')

export const COLUMN_KEYS: readonly KeyEntry[] = [
  {
    keys: ['o'],
    action: { do: 'columns' },
    label: 'columns',
    help: "The panel's columns: which are shown, in which order, how wide, and by which the rows are sorted; kept for each tab.",
    where: 'panel',
    shown: never,
    spare: hasPanel,
    disabled: needsPanel,
  },
  key(['enter'], { do: 'enter' }, 'sort by it', 'Sort by this column, and back to the rows.', true),
  key(
    ['space'],
    { do: 'column', what: 'show' },
    'show or hide',
    'Show this column, or hide it. The one that the rows are sorted by stays.',
    true,
  ),
  key(['left', '<', 'K'], { do: 'column', what: 'earlier' }, 'move left', 'One place to the left.', true),
  key(['right', '>', 'J'], { do: 'column', what: 'later' }, 'move right', 'One place to the right.', true),
  key(['+', '='], { do: 'column', what: 'wider' }, 'wider', 'This column wider.', true),
  key(['-'], { do: 'column', what: 'narrower' }, 'narrower', 'This column narrower; numbers are never cut.', true),
  key(
    ['s', 'r'],
    { do: 'column', what: 'sort' },
    'sort, turn',
    'Sort by this column and stay; again: the other way round.',
    true,
  ),
  key(
    ['d'],
    { do: 'column', what: 'usual' },
    'as at first',
    'All columns of the panel in their first order, as wide as what they hold needs.',
    true,
  ),
  key(['up', 'k'], { do: 'move', by: 'up' }, 'up', 'One up.'),
  key(['down', 'j'], { do: 'move', by: 'down' }, 'down', 'One down.'),
  key(['pageup', 'C-b'], { do: 'move', by: 'pageUp' }, 'page up', 'Ten up.'),
  key(['pagedown', 'C-f'], { do: 'move', by: 'pageDown' }, 'page down', 'Ten down.'),
  key(['home', 'g'], { do: 'move', by: 'first' }, 'first', 'To the first.'),
  key(['end', 'G'], { do: 'move', by: 'last' }, 'last', 'To the last.'),
  key(['escape', 'backspace', 'o'], { do: 'back' }, 'close', 'Back to the rows.', true),
  key(
    ['?', 'h', 'f1'],
    { do: 'help' },
    'help',
    'These keys, and what the columns mean; again: back to the menu.',
    true,
  ),
  key(['q', 'C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
