// Reads the commands a screen sends to an engine. Anything malformed or unknown is nothing: the engine runs with
// rights and must not be moved by junk.
import { LONGEST_HOOK } from './hooks.ts'
import { STACK_MODES } from './stack-types.ts'
import type { StackMode } from './stack-types.ts'
import { scriptPlan, type ScriptPlan } from './script.ts'
import { name } from './spec-check.ts'
import { MOST_TARGET_PIDS, type Target } from './target.ts'
import type { ProbeId } from './probe-ids.ts'
import type { Command } from './stream-types.ts'
import type { Budget, StacksWant, Want } from './want.ts'

export const MIN_INTERVAL_MS = 100
export const MAX_INTERVAL_MS = 60_000
const MAX_PID = 2 ** 22
/** As the kernel keeps them. */
const MAX_COMM = 15
const MAX_PATH = 4095

export const decodeCommand = (line: string): Command | undefined => {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  switch (value.cmd) {
    case 'want':
      return decodeWant(value)
    case 'script':
      return scriptPlan(value.plan) === undefined ? { cmd: 'script', plan: value.plan as ScriptPlan } : undefined
    case 'stop':
      return { cmd: 'stop' }
    default:
      return undefined
  }
}

export const clampIntervalMs = (ms: number): number => Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, ms))

/** 0 is none; the least of the others is a microsecond, the most an hour. */
export const clampThresholdNs = (ns: number): number =>
  ns === 0 ? 0 : Math.round(Math.min(3.6e12, Math.max(1000, ns)))

const MOST_PROBES = 64

/** Names of probes; the engine knows which it has. */
export const knownProbes = (names: readonly unknown[]): ProbeId[] =>
  [...new Set(names.filter((each) => name(each) === undefined) as ProbeId[])].slice(0, MOST_PROBES)

/** Of each part what is meant; undefined: nothing. */
const PARTS: { [Part in keyof Want]-?: (value: unknown) => Want[Part] } = {
  intervalMs: (ms) => (isNumber(ms) ? clampIntervalMs(ms) : undefined),
  probes: (names) => (Array.isArray(names) ? knownProbes(names) : undefined),
  target: (value) => decodeTarget(value),
  detail: (on) => asFlag(on),
  cpus: (on) => asFlag(on),
  names: (on) => asFlag(on),
  cost: (on) => asFlag(on),
  last: (parts) => (Array.isArray(parts) ? knownProbes(parts) : undefined),
  stacks: (value) => decodeStacks(value),
  hooks: (begin) => (typeof begin === 'string' && begin.length <= LONGEST_HOOK ? begin : undefined),
  budget: (value) => decodeBudget(value),
}

const decodeWant = (value: Record<string, unknown>): Command | undefined => {
  const parts = Object.entries(PARTS).flatMap(([part, meant]) =>
    value[part] === undefined ? [] : [[part, meant(value[part])] as const],
  )
  return parts.some(([, meant]) => meant === undefined) ? undefined : { cmd: 'want', ...Object.fromEntries(parts) }
}

const decodeBudget = (value: unknown): Budget | undefined => {
  const { limitPercent, pins } = fieldsOf(value)
  if (!isNumber(limitPercent) || limitPercent < 0 || typeof pins !== 'object' || pins === null) return undefined
  const known = Object.entries(pins).filter(
    ([probe, pin]) => name(probe) === undefined && (pin === 'full' || pin === 'cheaper'),
  )
  return { limitPercent: Math.min(100, limitPercent), pins: Object.fromEntries(known.slice(0, MOST_PROBES)) }
}

const decodeStacks = (value: unknown): StacksWant | undefined => {
  const { mode, thresholdNs, wakers } = fieldsOf(value)
  return isMode(mode) && isNumber(thresholdNs) && thresholdNs >= 0 && typeof wakers === 'boolean'
    ? { mode, thresholdNs: clampThresholdNs(thresholdNs), wakers }
    : undefined
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
const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const asFlag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const isNumber = (value: unknown): value is number => Number.isFinite(value)
const isMode = (value: unknown): value is StackMode => STACK_MODES.some((mode) => mode === value)
const isPid = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_PID
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest && !value.includes('\0')
/** From the root, and without ways out of it. */
const isPlainPath = (path: string): boolean => path.startsWith('/') && !path.split('/').includes('..')
