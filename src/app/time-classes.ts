// The colours of the classes of time; their letters and words are stream/time-classes.ts'.
import { CLASS_WORDS, TIME_CLASSES, type TimeClass } from '../stream/time-classes.ts'
import type { Role } from '../panels/panel-types.ts'

export const CLASS_ROLES: Readonly<Record<TimeClass, Role>> = {
  user: 'series3',
  system: 'good',
  stolen: 'bad',
  cpu: 'series3',
  runq: 'series2',
  throttled: 'bad',
  lock: 'warn',
  disk: 'bad',
  filesystem: 'series4',
  memory: 'series4',
  network: 'series2',
  local: 'series1',
  child: 'label',
  event: 'label',
  timer: 'dim',
  idle: 'dim',
  stopped: 'warn',
  other: 'text',
}

/** By letter, in either case. */
export const LETTER_ROLES: Readonly<Record<string, Role>> = Object.fromEntries(
  TIME_CLASSES.flatMap((each) => {
    const [letter] = CLASS_WORDS[each]
    return [
      [letter, CLASS_ROLES[each]],
      [letter.toUpperCase(), CLASS_ROLES[each]],
    ]
  }),
)
