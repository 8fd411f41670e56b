// Keys of the line at the foot of the screen, in which a one-liner is typed.
import { hookTyped } from '../hooks.ts'
import { never, type KeyEntry } from './entry.ts'

export const LINE_KEYS: readonly KeyEntry[] = [
  {
    keys: ['enter'],
    action: { do: 'line', what: 'run' },
    label: 'run',
    help: 'Run it: its panel opens, or says in which place it is wrong.',
    where: 'line',
    shown: () => true,
  },
  {
    keys: ['C-s'],
    action: { do: 'line', what: 'keep' },
    label: 'run and keep',
    help: 'Run it and write it to a file in ~/.config/probetop/probes.',
    where: 'line',
    shown: () => true,
  },
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
  {
    keys: ['down', 'C-n'],
    action: { do: 'line', what: 'newer' },
    label: 'newer',
    help: 'What was typed after it.',
    where: 'line',
    shown: never,
  },
  {
    keys: ['escape', 'C-g'],
    action: { do: 'line', what: 'close' },
    label: 'close',
    help: 'Leave the line.',
    where: 'line',
    shown: () => true,
  },
  {
    keys: ['backspace', 'delete'],
    action: { do: 'lineErase', what: 'char' },
    label: 'erase',
    help: 'Take the last character away; where there is none, back to the palette.',
    where: 'line',
    shown: never,
  },
  {
    keys: ['C-w'],
    action: { do: 'lineErase', what: 'word' },
    label: 'erase word',
    help: 'Take the last word away.',
    where: 'line',
    shown: never,
  },
  {
    keys: ['C-u'],
    action: { do: 'lineErase', what: 'all' },
    label: 'erase all',
    help: 'Take all away.',
    where: 'line',
    shown: never,
  },
  { keys: ['C-c'], action: { do: 'quit' }, label: 'quit', help: 'End probetop.', where: 'line', shown: never },
]
