// What bpftrace is given: the script as it is, and behind it what prints its maps when it gets SIGUSR1, so that also a
// script that prints at its end only is live. A last map says that these were all. Up to 0.21 the signal prints all maps by
// itself, in the order of their names; the last is of a probe that never fires. From 0.22 on the script has to ask. It is a
// map, no text: where a hook matches nothing, 0.23 takes each text for the format before its own.
import type { ScriptPlan } from '../../../stream/script.ts'
import { olderThan, STRING_BYTES, type Version } from '../parse.ts'
import type { Program } from '../run-bpftrace.ts'

/** No script has that. */
export const LAST_MAP = '@zzzzzz_probetop'
/** Before 0.20 a string is in a program's stack of 512 bytes. */
const SHORT_BYTES = 64
/** Of each map, the largest; as many as one has unless the script says otherwise. */
export const MOST_KEYS = 4096

export interface Composed {
  /** Nothing is added. */
  bare: boolean
  /** Errors of helpers are not told. */
  quiet: boolean
  /** Strings are cut where bpftrace 0.17 does by itself, as more do not fit. */
  short: boolean
  /** Maps that are not there. */
  without: ReadonlySet<string>
}

export const programOf = (
  plan: ScriptPlan,
  version: Version,
  { bare, quiet, short, unsafe, without }: Composed & { unsafe: boolean },
): Program => ({
  // options that come after the script are bpftrace's, too: one writes a file, one starts a program
  args: [...(unsafe ? ['--unsafe'] : []), ...(quiet ? ['--no-warnings'] : []), '--', '-', ...plan.args],
  input: bare ? plan.text : `${plan.text}\n${addition(plan, version, without)}\n`,
  env: environment(plan, version, short),
})

export const liveMaps = ({ maps }: ScriptPlan): ScriptPlan['maps'] => maps.filter(({ printed }) => !printed)

/** In one line, so that an error in it is known by its line. */
const addition = (plan: ScriptPlan, version: Version, without: ReadonlySet<string>): string => {
  if (olderThan(version, [0, 22])) return `interval:s:1000000 { ${LAST_MAP} = count(); }`
  const prints = liveMaps(plan)
    .filter(({ name }) => !without.has(name))
    .map(({ name, keys }) => `print(${name}${keys.length > 0 ? `, ${MOST_KEYS}` : ''}); `)
  return `self:signal:SIGUSR1 { ${prints.join('')}${LAST_MAP} = 1; print(${LAST_MAP}); }`
}

/** How many probes that adds. */
export const addedProbes = (bare: boolean): number => (bare ? 0 : 1)

/** Of a line of an error: it is not the user's. */
export const isAdded = (plan: ScriptPlan, line: number): boolean => line > plan.text.split('\n').length

/** Before 0.18 names of user-space functions of many processes corrupt bpftrace's own files or are those of others. */
const environment = ({ text }: ScriptPlan, version: Version, short: boolean): Record<string, string> => ({
  // a hook that is missing is no reason to do without the others; 0.24 and later need to be told
  BPFTRACE_MISSING_PROBES: 'warn',
  ...(olderThan(version, [0, 20])
    ? { BPFTRACE_STRLEN: String(short ? SHORT_BYTES : STRING_BYTES) }
    : { BPFTRACE_MAX_STRLEN: '1024' }),
  ...(olderThan(version, [0, 18]) && /\bu(stack|sym)\b/.test(text) ? { BPFTRACE_NO_USER_SYMBOLS: '1' } : {}),
})
