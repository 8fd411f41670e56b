// Facts about the machine for the header: load and uptime from /proc, name and kernel once at the start.
import { readFileSync } from 'node:fs'
import { arch, cpus, hostname, release } from 'node:os'
import type { Hello, HostFacts } from '../../stream/types.ts'

export type Load = HostFacts['load']

/** Zeros when /proc is unreadable: a header without load is no reason to stop measuring. */
export const readHost = (proc = '/proc'): Pick<HostFacts, 'uptimeS' | 'load'> => ({
  uptimeS: Number(firstWords(`${proc}/uptime`)[0]) || 0,
  load: parseLoad(firstWords(`${proc}/loadavg`)),
})

export const machine = (): Pick<Hello, 'host' | 'kernel' | 'arch' | 'cpus'> => ({
  host: hostname(),
  kernel: release(),
  arch: arch(),
  cpus: cpus().length,
})

const parseLoad = (words: readonly string[]): Load => {
  const [one, five, fifteen] = words.map(Number)
  return [one || 0, five || 0, fifteen || 0]
}

const firstWords = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split(' ')
  } catch {
    return []
  }
}
