// Disks by device number, from /sys: names, of which the last is kept for disks that have been removed meanwhile, and
// whether they are idle.
import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** Of the number of a device, which the major one is above. */
export const MINOR_BITS = 20

/** `major:minor` of a device number as the kernel keeps it. */
export const devText = (dev: number): string => `${dev >>> MINOR_BITS}:${dev & ((1 << MINOR_BITS) - 1)}`

export const diskNames = (readLink: (path: string) => string = readlinkSync): ((dev: number) => string) => {
  const known = new Map<number, string>()
  return (dev) => {
    if (dev === 0) return 'others'
    try {
      // the kernel writes / in a name as !
      const name = basename(readLink(`/sys/dev/block/${devText(dev)}`)).replaceAll('!', '/')
      known.set(dev, name.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'))
    } catch {
      // removed, or /sys is not mounted
    }
    return known.get(dev) ?? devText(dev)
  }
}

/** Whether a disk has no request, by its own count. False when that is not to be had. */
export const isIdle = (
  dev: number,
  readText: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): boolean => {
  try {
    return /^\s*0\s+0\s*$/.test(readText(`/sys/dev/block/${devText(dev)}/inflight`))
  } catch {
    return false
  }
}
