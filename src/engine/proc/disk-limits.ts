// Limits that control groups have on disks, in words: io.max and io.latency of version 2, blkio.throttle.* of version 1.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { mountsNow } from './cgroups.ts'
import { limitsIn } from './io-limits.ts'
import { controllerHierarchy } from './quotas.ts'
import { orElse, textOf } from '../../source/proc-stat.ts'

/** Each has up to five files. */
const MOST_GROUPS = 500
const MOST_WORDS = 3

/** By major:minor, those of the groups nearest to the root first. */
export const diskLimits = (
  hierarchy: { root: string } | undefined = controllerHierarchy('blkio', mountsNow()),
): Map<string, string> => {
  const found = new Map<string, string[]>()
  const groups = hierarchy ? [''] : []
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!
    const folder = join(hierarchy!.root, group)
    const below = foldersIn(folder).slice(0, MOST_GROUPS - groups.length)
    groups.push(...below.map((name) => `${group}/${name}`))
    for (const [dev, words] of wordsIn(folder)) {
      const known = found.get(dev)
      const text = `${group || '/'} ${words}`
      if (known) known.push(text)
      else found.set(dev, [text])
    }
  }
  return new Map(
    [...found].map(([dev, all]) => [
      dev,
      `${all.slice(0, MOST_WORDS).join('; ')}${all.length > MOST_WORDS ? ` and ${all.length - MOST_WORDS} more` : ''}`,
    ]),
  )
}

const foldersIn = (folder: string): string[] =>
  orElse<string[]>([], () =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])),
  )

const wordsIn = (folder: string): Map<string, string> => {
  const words = new Map<string, string>()
  for (const [dev, { readBytes, writeBytes, reads, writes }] of limitsIn(folder, (path) => textOf(path) || undefined))
    words.set(
      dev,
      [
        readBytes ? `read ${bytesText(readBytes)}/s` : '',
        writeBytes ? `write ${bytesText(writeBytes)}/s` : '',
        reads ? `${reads} reads/s` : '',
        writes ? `${writes} writes/s` : '',
      ]
        .filter((text) => text !== '')
        .join(', '),
    )
  for (const line of textOf(join(folder, 'io.latency')).split('\n')) {
    const [, dev, us] = /^(\d+:\d+) target=(\d+)$/.exec(line) ?? []
    if (dev === undefined || Number(us) === 0) continue
    const latency = `latency ${Number(us) / 1000}ms`
    words.set(dev, words.has(dev) ? `${words.get(dev)}, ${latency}` : latency)
  }
  return words
}

const UNITS = ['B', 'K', 'M', 'G', 'T'] as const
const bytesText = (bytes: number): string => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${Number((bytes / 2 ** (10 * power)).toFixed(1))}${UNITS[power]}`
}
