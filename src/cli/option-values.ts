// Values of options: what may be given for each, and the words when it is something else.
import type { Selection } from '../model/selection.ts'
import { MAX_INTERVAL_MS, MIN_INTERVAL_MS } from '../stream/commands.ts'

export class UsageError extends Error {}

/** What is shown of the machine. */
export interface Only {
  pid?: number[]
  comm?: string
  cgroup?: string
}

export const parseInterval = (text: string, option: string): number => {
  const match = /^(\d+|\d*\.\d+)(ms|s)?$/.exec(text)
  const form = '0.1 to 60 seconds, such as 2, 0.5 or 500ms'
  if (!match) throw new UsageError(`${option} ${quote(text)} is no interval: ${form}`)
  const ms = Math.round(Number(match[1]) * (match[2] === 'ms' ? 1 : 1000))
  if (ms >= MIN_INTERVAL_MS && ms <= MAX_INTERVAL_MS) return ms
  throw new UsageError(
    `${option} ${quote(text)} is out of range, nearest is ${ms < MIN_INTERVAL_MS ? '0.1' : '60'}: ${form}`,
  )
}

export const parseCount = (text: string, option: string): number => {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count > 0) return count
  throw new UsageError(`${option} ${quote(text)} is no count: a whole number from 1 on`)
}

export const SCRIPT_MB = 500

export const parseMegabytes = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UsageError(`--script-memory ${quote(text)} is no number of MB: 0 (any) or such as 500`)
}

export const MAX_OVERHEAD_PERCENT = 5

export const parsePercent = (text: string): number => {
  const percent = /^(\d+|\d*\.\d+)%?$/.test(text) ? parseFloat(text) : -1
  if (percent >= 0 && percent <= 100) return percent
  throw new UsageError(`--max-overhead ${quote(text)} is no percentage: 0 to 100, such as 3 or 0.5`)
}

const MAX_PID = 2 ** 22
/** As the kernel keeps names. */
const MAX_COMM = 15

export const onlyOf = ({ pid = [], comm, cgroup }: Only): Selection[] => {
  if (comm === '') throw new UsageError('--comm needs a name, such as nginx')
  if (comm !== undefined && Buffer.byteLength(comm) > MAX_COMM) {
    throw new UsageError(
      `--comm ${quote(comm)} is too long: the kernel keeps ${MAX_COMM} bytes, so ${quote(comm.slice(0, MAX_COMM))}`,
    )
  }
  return [
    ...(cgroup === undefined ? [] : [{ is: 'cgroup', path: cgroup } as const]),
    ...(comm === undefined ? [] : [{ is: 'comm', comm } as const]),
    ...(pid.length === 0
      ? []
      : pid.length === 1
        ? [{ is: 'process', pid: pid[0]!, comm: '' } as const]
        : [{ is: 'pids', pids: pid } as const]),
  ]
}

/** From the root of the hierarchy; where one is mounted (`roots`) may be given, too. */
export function parseCgroup(text: string, roots: readonly string[]): string {
  const root = [...roots, '/sys/fs/cgroup']
    .toSorted((a, b) => b.length - a.length)
    .find((each) => text === each || text.startsWith(`${each}/`))
  const path = `/${text
    .slice(root?.length ?? 0)
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`
  if (text !== '' && !path.split('/').includes('..') && !text.includes('\0')) return path
  throw new UsageError(
    `--cgroup ${quote(text)} is no control group: a path as in /proc/PID/cgroup, such as /system.slice/ssh.service`,
  )
}

export function collectPids(list: string, before: number[] = []): number[] {
  const pids = list.split(',').map((text) => {
    const pid = /^\d{1,7}$/.test(text.trim()) ? Number(text) : 0
    if (pid > 0 && pid <= MAX_PID) return pid
    throw new UsageError(`-p ${quote(text)} is no PID: whole numbers, such as -p 1234,5678`)
  })
  return [...new Set([...before, ...pids])]
}

/** Printable whatever was typed. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
