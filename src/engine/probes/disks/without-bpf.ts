// Disks as the kernel counts them: /proc/diskstats each interval, and what /sys and control groups say of them now and then.
// With no right and no program.
import { readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { tableOf } from '../../../stream/spec.ts'
import type { StartDescribed } from '../../base/described-probe.ts'
import { diskLimits } from '../../proc/disk-limits.ts'
import { orElse, textOf as fileText } from '../../../source/proc-stat.ts'
import { diskLines, disksBetween, mountPlaces, type DiskFacts, type DiskRow } from './decode.ts'
import { DISKS } from './spec.ts'

const AGAIN_READINGS = 30
const MOST_DISKS = 500

const textOf = (path: string): string => fileText(path).trim()

const MOST_LEVELS = 6

/** The kernel writes / in a name as !. */
const shown = (name: string): string => name.replaceAll('!', '/')

/** `md0 (sda1 sdb1)`: down to what is made of nothing else. */
const belowOf = (folder: string, levels = MOST_LEVELS): string =>
  orElse<string[]>([], () => readdirSync(join(folder, 'slaves')))
    .map((each) => {
      const below = levels > 1 ? belowOf(join(folder, 'slaves', each), levels - 1) : ''
      return `${shown(each)}${below && ` (${below})`}`
    })
    .join(' ')

/** What /sys says of a disk by its name in /proc/diskstats. */
export const factsOf = (name: string, root = '/sys/class/block'): DiskFacts => {
  const folder = join(root, name.replaceAll('/', '!'))
  const isPart = textOf(join(folder, 'partition')) !== ''
  const backing = textOf(join(folder, 'loop/backing_file'))
  const mapped = textOf(join(folder, 'dm/name'))
  const raid = textOf(join(folder, 'md/level'))
  const queue = join(folder, isPart ? '../queue' : 'queue')
  const most = Number(textOf(join(queue, 'nr_requests')))
  const limit = textOf(join(queue, 'wbt_lat_usec'))
  return {
    kind: isPart ? 'part' : mapped ? `dm ${mapped}` : raid ? `md ${raid}` : backing ? 'loop' : 'disk',
    below: isPart ? shown(orElse('', () => basename(dirname(realpathSync(folder))))) : backing || belowOf(folder),
    scheduler: /\[(.+)\]/.exec(textOf(join(queue, 'scheduler')))?.[1] ?? textOf(join(queue, 'scheduler')),
    most: most > 0 ? most : null,
    writebackLimit: limit === '' || limit === '0' ? '' : `${Number(limit) / 1000}ms`,
  }
}

/** Gives the rows of what happened since the last call. */
export const diskRows = (): ((depthOf?: (dev: string) => string | null) => DiskRow[]) => {
  const between = disksBetween()
  let facts = new Map<string, DiskFacts>()
  let limits = new Map<string, string>()
  let readings = 0

  const known = (name: string): DiskFacts => {
    let found = facts.get(name)
    if (!found) facts.set(name, (found = factsOf(name)))
    return found
  }
  const rows = (depthOf?: (dev: string) => string | null): DiskRow[] => {
    if (readings++ % AGAIN_READINGS === 0) {
      facts = new Map()
      limits = diskLimits()
    }
    const mounts = mountPlaces(fileText('/proc/self/mountinfo'))
    const lines = diskLines(fileText('/proc/diskstats')).slice(0, MOST_DISKS)
    return between(
      lines,
      known,
      (dev) => mounts.get(dev) ?? '',
      (dev) => limits.get(dev) ?? '',
      depthOf,
    )
  }
  rows()
  return rows
}

export const start: StartDescribed = () => {
  const rows = diskRows()
  return {
    read: () => ({
      lost: 0,
      tier: { is: 'counted' },
      tables: { disks: tableOf(DISKS.tables.disks, rows()) },
      hists: {},
      totals: {},
    }),
    close() {},
  }
}
