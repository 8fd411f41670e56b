// Reader of disks: /proc/diskstats each interval, and what /sys says of them now and then.
import { readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { tableOf } from '../../../stream/spec.ts'
import type { StartDescribed } from '../../described.ts'
import { orElse, textOf as fileText } from '../../proc/stat.ts'
import { diskLines, disksBetween, mountPlaces, type DiskFacts } from './decode.ts'
import { DISKS } from './spec.ts'

const AGAIN_READINGS = 30
const MOST_DISKS = 500

const textOf = (path: string): string => fileText(path).trim()

/** What /sys says of a disk by its name in /proc/diskstats. */
export const factsOf = (name: string, root = '/sys/class/block'): DiskFacts => {
  const folder = join(root, name.replaceAll('/', '!'))
  const isPart = textOf(join(folder, 'partition')) !== ''
  const slaves = orElse<string[]>([], () => readdirSync(join(folder, 'slaves')))
  const mapped = textOf(join(folder, 'dm/name'))
  const raid = textOf(join(folder, 'md/level'))
  const queue = join(folder, isPart ? '../queue' : 'queue')
  const most = Number(textOf(join(queue, 'nr_requests')))
  const limit = textOf(join(queue, 'wbt_lat_usec'))
  return {
    kind: isPart ? 'part' : mapped ? `dm ${mapped}` : raid ? `md ${raid}` : 'disk',
    below: (isPart ? [orElse('', () => basename(dirname(realpathSync(folder))))] : slaves)
      .map((each) => each.replaceAll('!', '/'))
      .join(' '),
    scheduler: /\[(.+)\]/.exec(textOf(join(queue, 'scheduler')))?.[1] ?? textOf(join(queue, 'scheduler')),
    most: most > 0 ? most : null,
    writebackLimit: limit === '' || limit === '0' ? '' : `${Number(limit) / 1000}ms`,
  }
}

export const start: StartDescribed = () => {
  const between = disksBetween()
  let facts = new Map<string, DiskFacts>()
  let readings = 0

  const known = (name: string): DiskFacts => {
    let found = facts.get(name)
    if (!found) facts.set(name, (found = factsOf(name)))
    return found
  }
  const rows = () => {
    if (readings++ % AGAIN_READINGS === 0) facts = new Map()
    const mounts = mountPlaces(fileText('/proc/self/mountinfo'))
    const lines = diskLines(fileText('/proc/diskstats')).slice(0, MOST_DISKS)
    return between(lines, known, (dev) => mounts.get(dev) ?? '')
  }
  rows()

  return {
    read: () => ({ lost: 0, tables: { disks: tableOf(DISKS.tables.disks, rows()) }, hists: {}, totals: {} }),
    close() {},
  }
}
