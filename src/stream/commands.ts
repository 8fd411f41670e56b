// Reads the commands a screen sends to an engine. Anything malformed or unknown is nothing: the engine runs with
// rights and must not be moved by junk.
import { PROBES } from './types.ts'
import type { Command, ProbeId } from './types.ts'

export const MIN_INTERVAL_MS = 100
export const MAX_INTERVAL_MS = 60_000
const MAX_PID = 2 ** 22

export const decodeCommand = (line: string): Command | undefined => {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  switch (value.cmd) {
    case 'interval':
      return isNumber(value.ms) ? { cmd: 'interval', ms: clampIntervalMs(value.ms) } : undefined
    case 'probes':
      return Array.isArray(value.on) ? { cmd: 'probes', on: knownProbes(value.on) } : undefined
    case 'detail':
      return typeof value.on === 'boolean' ? { cmd: 'detail', on: value.on } : undefined
    case 'target':
      if (value.pid === undefined) return { cmd: 'target' }
      return isPid(value.pid) ? { cmd: 'target', pid: value.pid } : undefined
    case 'stop':
      return { cmd: 'stop' }
    default:
      return undefined
  }
}

export const clampIntervalMs = (ms: number): number => Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, ms))

/** The known ones among the names, in the order of the panels. */
export const knownProbes = (names: readonly unknown[]): ProbeId[] => PROBES.filter((probe) => names.includes(probe))

const isNumber = (value: unknown): value is number => Number.isFinite(value)
const isPid = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_PID
