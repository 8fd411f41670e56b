// Keys of the line at the foot of the screen, in which a one-liner is typed.
import { hookTyped } from '../hooks.ts'
import { eraseKeys, keyIn, type KeyEntry } from '../key-entry.ts'

const line = keyIn('line')

export const LINE_KEYS: readonly KeyEntry[] = [
  line(
    ['enter'],
    { do: 'line', what: 'run' },
    'run',
    'Run it: its panel opens, or says in which place it is wrong.',
    true,
  ),
  line(
    ['C-s'],
    { do: 'line', what: 'keep' },
    'run and keep',
    'Run it and write it to a file in ~/.config/probetop/probes.',
    true,
  ),
  {
    keys: ['tab'],
    action: { do: 'line', what: 'complete' },
    label: 'complete',
    help: 'Complete the name of a hook, as far as all of those above the line go on alike.',
    where: 'line',
    shown: (state) => hookTyped(state.line?.text ?? '') !== undefined,
  },
  {
    keys: ['up', 'C-p'],
    action: { do: 'line', what: 'older' },
    label: 'older',
    help: 'What was typed before.',
    where: 'line',
    shown: (state) => state.lines.length > 0,
  },
  line(['down', 'C-n'], { do: 'line', what: 'newer' }, 'newer', 'What was typed after it.'),
  line(['escape', 'C-g'], { do: 'line', what: 'close' }, 'close', 'Leave the line.', true),
  ...eraseKeys('line', 'lineErase', 'Take the last character away; where there is none, back to the palette.'),
  line(['C-c'], { do: 'quit' }, 'quit', 'End probetop.'),
]
