// How many of a script's hooks are attached, and why the others are not: from what bpftrace says on stderr, which goes on
// with a warning where another hook is missing, and would look alive with none.
import { existsSync } from 'node:fs'
import type { ScriptPlan } from '../../../stream/script.ts'

interface Attached {
  /** A line on stderr. */
  word(line: string): void
  /** Of all its probes, by its own count; before 0.24 it says so before it has tried. */
  told(probes: number, areAttached: boolean): void
  now(): { attached: number; of: number; why: string }
  /** It has said so. */
  isMissing(hook: string): boolean
}

const SKIPPED =
  /(?:(?:could not attach|unable to attach|error attaching)(?: probe)?:?|no matches for) '?(?:k(?:ret)?probe |u(?:ret)?probe |tracepoint |usdt )?'?([\w:./*+-]+)/i
/** Before 0.24; such a hook is in no count, and without others the script ends. */
const ABSENT = /(?:WARNING|ERROR): tracepoint not found: ([\w:.-]+)/
const KPROBES = '/sys/bus/event_source/devices/kprobe'
const MOST_NAMES = 3

export const createAttached = (plan: Pick<ScriptPlan, 'hooks' | 'hookless'>, added: number): Attached => {
  let told: number | undefined
  let isExact = false
  const skipped = new Set<string>()
  const absent = new Set<string>()
  return {
    word(line) {
      const gone = ABSENT.exec(line)?.[1]
      if (gone !== undefined && absent.size < 1000) absent.add(`tracepoint:${gone}`)
      const name = SKIPPED.exec(line)?.[1]
      if (name !== undefined && skipped.size < 1000) skipped.add(name.replace(/[.,]$/, ''))
    },
    told(probes, areAttached) {
      told = probes
      isExact = areAttached
    },
    now() {
      const tried = told === undefined ? plan.hooks.length : Math.max(0, told - plan.hookless - added)
      // a wildcard is one hook in the script, and as many as it found in bpftrace's count
      const of = Math.max(isExact ? tried + skipped.size : tried, plan.hooks.length, skipped.size)
      const attached = isExact ? Math.min(tried, of) : Math.max(0, tried - skipped.size)
      // a pattern that nothing has the name of is passed over in silence
      const missing =
        skipped.size + absent.size > 0 || attached === 0
          ? [...skipped, ...absent]
          : plan.hooks.filter((hook) => hook.includes('*'))
      return { attached, of, why: attached < of || absent.size > 0 ? whyNot(plan, missing) : '' }
    },
    isMissing: (hook) => skipped.has(hook) || absent.has(hook) || (KPROBE.test(hook) && skipped.has(nameIn(hook))),
  }
}

/** `kprobes`: the kernel has them; given by tests. */
export const whyNot = (
  { hooks }: Pick<ScriptPlan, 'hooks'>,
  skipped: readonly string[],
  kprobes = existsSync(KPROBES),
): string => {
  const missing = skipped.length > 0 ? skipped : hooks
  // 0.27 names functions alone, and files with theirs
  const hasKprobes = hooks.some((hook) => KPROBE.test(hook))
  const isKprobe = (name: string): boolean => KPROBE.test(name) || (hasKprobes && !name.includes(':'))
  const lacking = kprobes ? [] : missing.filter(isKprobe)
  const others = missing.filter((name) => !lacking.includes(name))
  return [
    ...(lacking.length > 0 ? [`${namesOf(lacking)}: this kernel has no kprobes (CONFIG_KPROBES)`] : []),
    ...(others.length > 0 ? [`${namesOf(others)}: not on this machine`] : []),
  ].join('; ')
}

/** 0.27 names functions alone. */
const nameIn = (hook: string): string => hook.slice(hook.lastIndexOf(':') + 1)

const KPROBE = /^k(ret)?(probe|func)?:|^f(entry|exit):/

const namesOf = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '')
