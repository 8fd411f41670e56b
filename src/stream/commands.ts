// Reads the commands a screen sends to an engine. Anything malformed or unknown is nothing: the engine runs with
// rights and must not be moved by junk.
import { LONGEST_HOOK } from './hooks.ts'
import { scriptPlan, type ScriptPlan } from './script.ts'
import { isObject } from './shape.ts'
import { name } from './spec-check.ts'
import { MOST_TARGET_PIDS, type Target } from './target.ts'
import type { ProbeId } from './probe-ids.ts'
import { optionsIn, type OptionSpec, type ProbeOptions } from './probe-options.ts'
import { TIERS } from './cost-message.ts'
import type { Command } from './stream-types.ts'
import type { Budget, Want } from './want.ts'

export const MIN_INTERVAL_MS = 100
export const MAX_INTERVAL_MS = 60_000
const MAX_PID = 2 ** 22
/** As the kernel keeps them. */
const MAX_COMM = 15
const MAX_PATH = 4095

/** The options of a probe, of which there may be none. */
type OptionsOfProbe = (probe: string) => readonly OptionSpec[]

export const decodeCommand = (line: string, optionsOf: OptionsOfProbe): Command | undefined => {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  switch (value.cmd) {
    case 'want':
      return decodeWant(value, optionsOf)
    case 'script':
      return scriptPlan(value.plan) === undefined ? { cmd: 'script', plan: value.plan as ScriptPlan } : undefined
    case 'stop':
      return { cmd: 'stop' }
    default:
      return undefined
  }
}

export const clampIntervalMs = (ms: number): number => Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, ms))

const MOST_PROBES = 64

/** Names of probes; the engine knows which it has. */
export const knownProbes = (names: readonly unknown[]): ProbeId[] =>
  [...new Set(names.filter((each) => name(each) === undefined) as ProbeId[])].slice(0, MOST_PROBES)

/** Of each part what is meant; undefined: nothing. */
const PARTS: { [Part in keyof Want]-?: (value: unknown, optionsOf: OptionsOfProbe) => Want[Part] } = {
  intervalMs: (ms) => (isNumber(ms) ? clampIntervalMs(ms) : undefined),
  probes: (each, optionsOf) => (isObject(each) ? decodeProbes(each, optionsOf) : undefined),
  target: (value) => decodeTarget(value),
  cost: (on) => (typeof on === 'boolean' ? on : undefined),
  last: (parts) => (Array.isArray(parts) ? knownProbes(parts) : undefined),
  hooks: (begin) => (typeof begin === 'string' && begin.length <= LONGEST_HOOK ? begin : undefined),
  budget: (value) => decodeBudget(value),
}

const decodeWant = (value: Record<string, unknown>, optionsOf: OptionsOfProbe): Command | undefined => {
  const parts = Object.entries(PARTS).flatMap(([part, meant]) =>
    value[part] === undefined ? [] : [[part, meant(value[part], optionsOf)] as const],
  )
  return parts.some(([, meant]) => meant === undefined) ? undefined : { cmd: 'want', ...Object.fromEntries(parts) }
}

const decodeBudget = (value: unknown): Budget | undefined => {
  const { limitPercent, pins } = fieldsOf(value)
  if (!isNumber(limitPercent) || limitPercent < 0 || typeof pins !== 'object' || pins === null) return undefined
  const known = Object.entries(pins).filter(
    ([probe, pin]) => name(probe) === undefined && (pin === 'full' || TIERS.includes(pin)),
  )
  return { limitPercent: Math.min(100, limitPercent), pins: Object.fromEntries(known.slice(0, MOST_PROBES)) }
}

/** All of them, or none. */
const decodeProbes = (each: Record<string, unknown>, optionsOf: OptionsOfProbe): Want['probes'] => {
  const probes: Record<string, ProbeOptions> = {}
  for (const probe of knownProbes(Object.keys(each))) {
    const given = each[probe]
    const options = isObject(given) ? optionsIn(optionsOf(probe), given) : undefined
    if (!options) return undefined
    probes[probe] = options
  }
  return probes
}

const decodeTarget = (value: unknown): Target | undefined => {
  const { is, pid, pids, tid, startedMs, comm, path } = fieldsOf(value)
  switch (is) {
    case 'process':
      return isPid(pid) ? { is, pid, ...since(startedMs) } : undefined
    case 'thread':
      return isPid(pid) && isPid(tid) ? { is, pid, tid, ...since(startedMs) } : undefined
    case 'pids':
      return Array.isArray(pids) && pids.length <= MOST_TARGET_PIDS && pids.every(isPid) ? { is, pids } : undefined
    case 'comm':
      return isText(comm, MAX_COMM) ? { is, comm } : undefined
    case 'cgroup':
      return isText(path, MAX_PATH) && isPlainPath(path) ? { is, path } : undefined
    default:
      return undefined
  }
}

const since = (startedMs: unknown): { startedMs?: number } => (isNumber(startedMs) ? { startedMs } : {})

/** None of what has none. */
const fieldsOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})

const isNumber = (value: unknown): value is number => Number.isFinite(value)
const isPid = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_PID
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest && !value.includes('\0')
/** From the root, and without ways out of it. */
const isPlainPath = (path: string): boolean => path.startsWith('/') && !path.split('/').includes('..')
