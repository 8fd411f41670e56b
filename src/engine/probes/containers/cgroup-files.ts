// What the kernel keeps of a control group in its files, of version 1 and 2, in one shape. On a machine with both a
// group is known by its path: what one hierarchy does not have is looked for in the other.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cgroupRoot } from '../../proc/cgroups.ts'
import { hierarchiesOfOne } from '../../proc/groups.ts'
import { orElse } from '../../../source/proc-stat.ts'
import { readPressure } from '../../proc/vmstat.ts'

/** Counters since it was made; gauges now. undefined where the kernel does not keep it. */
export interface GroupFiles {
  cpuNs?: number
  /** Of one CPU, in percent. */
  quota?: number
  periods?: number
  throttledPeriods?: number
  throttledNs?: number
  readBytes?: number
  writeBytes?: number
  memoryBytes?: number
  memoryLimitBytes?: number
  /** How often it was at its limit, above memory.high, and without any more to free. */
  limitHits?: number
  highHits?: number
  ooms?: number
  oomKills?: number
  /** Some of it waited; all of it did. */
  cpuPressureNs?: number
  memoryPressureNs?: number
  ioPressureNs?: number
  cpuFullNs?: number
  memoryFullNs?: number
  ioFullNs?: number
}

/** Where each hierarchy is mounted. */
export interface Hierarchies {
  /** Controllers of version 1 by name. */
  one: ReadonlyMap<string, string>
  two?: string
}

const CONTROLLERS = ['cpu', 'cpuacct', 'memory', 'blkio']

export const hierarchiesIn = (mounts: string): Hierarchies => {
  const one = new Map<string, string>()
  for (const { root, of } of hierarchiesOfOne(mounts))
    for (const controller of of) if (CONTROLLERS.includes(controller) && !one.has(controller)) one.set(controller, root)
  const two = cgroupRoot(mounts)
  return { one, ...(two === undefined ? {} : { two }) }
}

/** All groups but the root, with where each is mounted, the upper ones first; at most so many, and how many more there
 * are at least. */
export const findGroups = (
  { one, two }: Hierarchies,
  most: number,
): { groups: Map<string, ReadonlySet<string>>; unread: number } => {
  const roots = [...new Set([...one.values(), ...(two === undefined ? [] : [two])])]
  const found = new Map<string, Set<string>>()
  let level = ['']
  while (level.length > 0 && found.size <= most) {
    const below = new Map<string, Set<string>>()
    for (const path of level)
      for (const root of roots)
        for (const entry of orElse([], () => readdirSync(join(root, path), { withFileTypes: true })))
          if (entry.isDirectory()) {
            const at = `${path}/${entry.name}`
            below.set(at, (below.get(at) ?? new Set<string>()).add(root))
          }
    for (const [path, at] of below) found.set(path, at)
    level = [...below.keys()]
  }
  return { groups: new Map([...found].slice(0, most)), unread: Math.max(0, found.size - most) }
}

/** `mounts`: where it is. */
export const readGroup = ({ one, two }: Hierarchies, path: string, mounts: ReadonlySet<string>): GroupFiles => {
  const at = (controller: string): string | undefined => {
    const root = one.get(controller)
    return root === undefined || !mounts.has(root) ? undefined : join(root, path)
  }
  const unified = two === undefined || !mounts.has(two) ? undefined : join(two, path)
  return {
    ...(unified === undefined ? {} : versionTwo(unified)),
    ...versionOne(at('cpu'), at('cpuacct'), at('memory'), at('blkio')),
  }
}

const versionTwo = (folder: string): GroupFiles => {
  const cpu = pairs(join(folder, 'cpu.stat'))
  const [quota, period] = words(join(folder, 'cpu.max'))
  const io = textOf(join(folder, 'io.stat'))
  const limit = numberOf(join(folder, 'memory.max'))
  const pressure = (what: string) => readPressure(join(folder, `${what}.pressure`))
  const [ofCpu, ofMemory, ofIo] = [pressure('cpu'), pressure('memory'), pressure('io')]
  const events = pairs(join(folder, 'memory.events'))
  return defined({
    cpuNs: times(cpu.get('usage_usec'), 1000),
    quota: percentOf(Number(quota), Number(period)),
    periods: cpu.get('nr_periods'),
    throttledPeriods: cpu.get('nr_throttled'),
    throttledNs: times(cpu.get('throttled_usec'), 1000),
    readBytes: io === undefined ? undefined : sumOf(io, /\brbytes=(\d+)/g),
    writeBytes: io === undefined ? undefined : sumOf(io, /\bwbytes=(\d+)/g),
    memoryBytes: numberOf(join(folder, 'memory.current')),
    memoryLimitBytes: limit,
    limitHits: events.get('max'),
    highHits: events.get('high'),
    ooms: events.get('oom'),
    oomKills: events.get('oom_kill'),
    cpuPressureNs: ofCpu?.someNs,
    memoryPressureNs: ofMemory?.someNs,
    ioPressureNs: ofIo?.someNs,
    cpuFullNs: ofCpu?.fullNs,
    memoryFullNs: ofMemory?.fullNs,
    ioFullNs: ofIo?.fullNs,
  })
}

/** Of more than any machine has, there is none. */
const NO_LIMIT = 2 ** 60

const versionOne = (
  cpu: string | undefined,
  cpuacct: string | undefined,
  memory: string | undefined,
  blkio: string | undefined,
): GroupFiles => {
  const stat = cpu === undefined ? new Map<string, number>() : pairs(join(cpu, 'cpu.stat'))
  const limit = memory && numberOf(join(memory, 'memory.limit_in_bytes'))
  const io =
    blkio &&
    (textOf(join(blkio, 'blkio.throttle.io_service_bytes_recursive')) ??
      textOf(join(blkio, 'blkio.throttle.io_service_bytes')))
  return defined({
    cpuNs: cpuacct ? numberOf(join(cpuacct, 'cpuacct.usage')) : undefined,
    quota: cpu && percentOf(numberOf(join(cpu, 'cpu.cfs_quota_us')), numberOf(join(cpu, 'cpu.cfs_period_us'))),
    periods: stat.get('nr_periods'),
    throttledPeriods: stat.get('nr_throttled'),
    throttledNs: stat.get('throttled_time'),
    readBytes: io ? sumOf(io, /^\S+ Read (\d+)/gm) : undefined,
    writeBytes: io ? sumOf(io, /^\S+ Write (\d+)/gm) : undefined,
    memoryBytes: memory ? numberOf(join(memory, 'memory.usage_in_bytes')) : undefined,
    memoryLimitBytes: limit !== undefined && limit !== '' && limit < NO_LIMIT ? limit : undefined,
    limitHits: memory ? numberOf(join(memory, 'memory.failcnt')) : undefined,
    oomKills: memory ? pairs(join(memory, 'memory.oom_control')).get('oom_kill') : undefined,
  })
}

const textOf = (path: string): string | undefined =>
  orElse<string | undefined>(undefined, () => readFileSync(path, 'utf8'))

const words = (path: string): string[] => textOf(path)?.trim().split(/\s+/) ?? []

/** `name value` a line. */
const pairs = (path: string): Map<string, number> =>
  new Map([...(textOf(path) ?? '').matchAll(/^(\w+) (\d+)$/gm)].map(([, name, value]) => [name!, Number(value)]))

/** undefined also for `max`. */
const numberOf = (path: string): number | undefined => {
  const text = textOf(path)?.trim()
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}

const times = (value: number | undefined, by: number): number | undefined => value && value * by

const percentOf = (quota: number | undefined, period: number | undefined): number | undefined =>
  quota !== undefined && quota > 0 && period !== undefined && period > 0 ? (100 * quota) / period : undefined

const sumOf = (text: string, pattern: RegExp): number =>
  [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0)

const defined = (files: { [K in keyof GroupFiles]: GroupFiles[K] | '' }): GroupFiles =>
  Object.fromEntries(Object.entries(files).filter(([, value]) => typeof value === 'number')) as GroupFiles
