// Lines of /proc/diskstats made into what happened between two readings, of whole disks, partitions, and devices made of
// others. No system calls here.
import type { RowOf } from '../../../stream/spec.ts'
import { unescapeOctal } from '../../proc/escapes.ts'
import { DISKS } from './spec.ts'

export type DiskRow = RowOf<typeof DISKS.tables.disks>

/** What does not change often. */
export interface DiskFacts {
  kind: string
  below: string
  scheduler: string
  most: number | null
  writebackLimit: string
}

const SECTOR_BYTES = 512
const MS = 1e6
/** Places behind the name, as the kernel's documentation counts them from 1. */
const FIELD = {
  reads: 1,
  readMerged: 2,
  readSectors: 3,
  readMs: 4,
  writes: 5,
  writeMerged: 6,
  writeSectors: 7,
  writeMs: 8,
  inFlight: 9,
  busyMs: 10,
  queuedMs: 11,
  discards: 12,
  discardSectors: 14,
  discardMs: 15,
  flushes: 16,
  flushMs: 17,
}
/** Made in memory, or by the hundred and unused. */
const NO_DISK = /^(ram|loop)\d+$/

interface DiskLine {
  dev: string
  name: string
  fields: readonly number[]
}

export const diskLines = (text: string): DiskLine[] =>
  text.split('\n').flatMap((line) => {
    const [major, minor, name, ...rest] = line.trim().split(/\s+/)
    return name === undefined
      ? []
      : [{ dev: `${major}:${minor}`, name: name.replaceAll('!', '/'), fields: [0, ...rest.map(Number)] }]
  })

/** Gives a row for each disk that has ever done something, or is mounted. */
export const disksBetween = () => {
  let before = new Map<string, DiskLine>()
  return (
    lines: readonly DiskLine[],
    factsOf: (name: string) => DiskFacts,
    mountsOf: (dev: string) => string,
    limitsOf: (dev: string) => string = () => '',
    depthOf: (dev: string) => string | null = () => null,
  ): DiskRow[] => {
    const rows = lines.flatMap((line): DiskRow[] => {
      const { dev, name, fields } = line
      const mounts = mountsOf(dev)
      const did = fields[FIELD.reads]! + fields[FIELD.writes]!
      if (did === 0 && mounts === '') return []
      if (NO_DISK.test(name) && mounts === '' && fields[FIELD.inFlight] === 0 && did === 0) return []
      const last = before.get(dev)
      // counters of a new disk of this number begin anew
      const since = (at: number): number =>
        last && last.name === name ? Math.max(0, (fields[at] ?? 0) - (last.fields[at] ?? 0)) : 0
      const reads = since(FIELD.reads)
      const writes = since(FIELD.writes)
      const merged = since(FIELD.readMerged) + since(FIELD.writeMerged)
      return [
        {
          disk: name,
          mounts,
          busyNs: since(FIELD.busyMs) * MS,
          queuedNs: since(FIELD.queuedMs) * MS,
          inFlight: fields[FIELD.inFlight] ?? 0,
          reads,
          writes,
          readMerged: since(FIELD.readMerged),
          writeMerged: since(FIELD.writeMerged),
          merged,
          requests: reads + writes + merged,
          readBytes: since(FIELD.readSectors) * SECTOR_BYTES,
          writeBytes: since(FIELD.writeSectors) * SECTOR_BYTES,
          readNs: since(FIELD.readMs) * MS,
          writeNs: since(FIELD.writeMs) * MS,
          discards: since(FIELD.discards),
          discardBytes: since(FIELD.discardSectors) * SECTOR_BYTES,
          discardNs: since(FIELD.discardMs) * MS,
          flushes: since(FIELD.flushes),
          flushNs: since(FIELD.flushMs) * MS,
          ...factsOf(name),
          limits: limitsOf(dev),
          depth: depthOf(dev),
        },
      ]
    })
    before = new Map(lines.map((line) => [line.dev, line]))
    return rows
  }
}

const MOUNT = /^\d+ \d+ (\d+:\d+) \S+ (\S+) .* - (\S+) /
const MOST_PLACES = 3

/** By device number: type and where it is mounted, at most three places. */
export const mountPlaces = (text: string): Map<string, string> => {
  const places = new Map<string, { type: string; paths: string[] }>()
  for (const line of text.split('\n')) {
    const [, dev, path, type] = MOUNT.exec(line) ?? []
    if (dev === undefined || dev.startsWith('0:')) continue
    const known = places.get(dev)
    if (known) known.paths.push(unescapeOctal(path!))
    else places.set(dev, { type: type!, paths: [unescapeOctal(path!)] })
  }
  return new Map(
    [...places].map(([dev, { type, paths }]) => [
      dev,
      `${type} ${paths.slice(0, MOST_PLACES).join(' ')}${paths.length > MOST_PLACES ? ` and ${paths.length - MOST_PLACES} more` : ''}`,
    ]),
  )
}
