// The classes that clock time goes into, with the letters and words they are shown by. What is of which: model/waits/classes.ts.

/** In the order in which they are drawn. `stolen`: by interrupts and the hypervisor; `cpu`: on one, in which mode is not
 * known. `event`: a sign of its own threads (condition variables, semaphores, barriers),
 * which pools of workers idle in and others are held up by; nothing tells which. `local`: another process here, where it
 * has something to do (resting.ts); `child`: one of its own, as shells do all day. */
export const TIME_CLASSES = [
  'user',
  'system',
  'stolen',
  'cpu',
  'runq',
  'throttled',
  'lock',
  'disk',
  'filesystem',
  'memory',
  'network',
  'local',
  'child',
  'event',
  'timer',
  'idle',
  'stopped',
  'other',
] as const
export type TimeClass = (typeof TIME_CLASSES)[number]

/** A letter each (in capitals where it is most of an interval) and its words. */
export const CLASS_WORDS: Readonly<Record<TimeClass, readonly [letter: string, words: string]>> = {
  user: ['u', 'user'],
  system: ['k', 'system'],
  stolen: ['x', 'irq, stolen'],
  cpu: ['r', 'on CPU'],
  runq: ['w', 'run queue'],
  throttled: ['q', 'throttled'],
  lock: ['l', 'lock'],
  disk: ['d', 'disk'],
  filesystem: ['f', 'file system'],
  memory: ['m', 'memory'],
  network: ['n', 'network'],
  local: ['p', 'local peer'],
  child: ['c', 'child'],
  event: ['e', 'own threads'],
  timer: ['z', 'timer'],
  idle: ['.', 'idle wait'],
  stopped: ['t', 'stopped'],
  other: ['o', 'other'],
}

/** Nobody is held up in these, as far as can be told. */
const RESTING: ReadonlySet<TimeClass> = new Set(['child', 'event', 'timer', 'idle'])
export const BUSY: readonly TimeClass[] = TIME_CLASSES.filter((each) => !RESTING.has(each))

/** Each with its letter, for help. */
export const CLASSES_TEXT = TIME_CLASSES.map((each) => CLASS_WORDS[each].join(' ')).join(', ')
