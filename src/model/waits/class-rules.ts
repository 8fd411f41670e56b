// Rules that say into which class time goes, as one writes them: `futex of nginx` is idle, `* in fuse_*` is network. One's own
// go before ours, which are written in the same words to be read. Pure.
import { globOf, type Fits } from './glob.ts'
import { CLASSES_OF_CALLS } from './classes.ts'
import { TIME_CLASSES, type TimeClass } from '../../stream/time-classes.ts'
import { STACK_RULES } from './stack-rules.ts'

export interface ClassRule {
  /** As it was written. */
  text: string
  class: TimeClass
}

/** What is known of a wait. */
interface WaitFacts {
  call: string
  state: 'S' | 'D'
  /** Functions of the kernel, innermost first; none where nobody looked. */
  functions?: readonly string[]
  /** Name of the thread, or of the process. */
  name: string
}

interface Compiled {
  call: Fits
  state?: 'S' | 'D'
  inside?: Fits
  of?: Fits
  class: TimeClass
}

/** None of one's own; always the same, so that what was made with them is found again. */
export const NO_RULES: readonly ClassRule[] = []

export const MOST_RULES = 200
const LONGEST = 500

/** What is wrong with it; undefined: nothing. */
export const ruleProblem = (text: string): string | undefined => {
  const compiled = compile(text, 'other')
  return typeof compiled === 'string' ? compiled : undefined
}

/** Time is classed by what a wait is; on a CPU and waiting for one it is by its state. */
export const RULE_CLASSES: readonly TimeClass[] = TIME_CLASSES.filter(
  (each) => !['user', 'system', 'stolen', 'cpu', 'runq', 'throttled'].includes(each),
)

const compile = (text: string, of: TimeClass): Compiled | string => {
  const [call, ...words] = text.trim().split(/\s+/)
  if (!call) return 'is empty: such as "futex of nginx", "* in fuse_*", "ioctl D"'
  if (text.length > LONGEST) return `is longer than ${LONGEST} characters`
  const rule: Compiled = { call: anyOr(call), class: of }
  while (words.length > 0) {
    const word = words.shift()!
    const next = word === 'in' || word === 'of' ? words.shift() : undefined
    if (word === 'S' || word === 'D') rule.state = word
    else if (word === 'in' && next) rule.inside = globOf(next)
    else if (word === 'of' && next) rule.of = globOf([next, ...words.splice(0)].join(' '))
    else return `${JSON.stringify(word)} is neither S nor D, nor "in" with a function, nor "of" with a name`
  }
  return rule
}

const anyOr = (pattern: string): Fits => (pattern === '*' ? () => true : globOf(pattern))

const known = new WeakMap<readonly ClassRule[], readonly Compiled[]>()

const compiledOf = (rules: readonly ClassRule[]): readonly Compiled[] => {
  let found = known.get(rules)
  if (!found) {
    found = rules.map((rule) => compile(rule.text, rule.class)).filter((each) => typeof each !== 'string')
    known.set(rules, found)
  }
  return found
}

/** By the first that fits. `bySample`: it could be told only of those whose functions were seen. */
export const ruledClass = (
  rules: readonly ClassRule[],
  { call, state, functions, name }: WaitFacts,
): { class: TimeClass; bySample: boolean } | undefined => {
  let bySample = false
  for (const rule of compiledOf(rules)) {
    if (!rule.call(call) || (rule.state && rule.state !== state) || (rule.of && !rule.of(name))) continue
    if (rule.inside) {
      bySample = true
      if (!functions?.some(rule.inside)) continue
    }
    return { class: rule.class, bySample }
  }
  return undefined
}

/** Ours, in the order in which they are tried: what the kernel's stack says, as far as one function does, then the call.
 * What a descriptor or a lock is says more than its call. */
export const OUR_RULES: readonly ClassRule[] = [
  ...STACK_RULES.filter(({ from }) => !from).map((rule) => ({
    text: `* in ${rule.functions.join('|')}`,
    class: rule.class,
  })),
  ...CLASSES_OF_CALLS.map(([calls, of]) => ({ text: calls.join('|'), class: of })),
]
