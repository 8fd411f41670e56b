// A control group whose processes may read only so many times a second from the disk under a folder, or write so much: what a loop device
// over a file there serves them is as slow, since its worker reads on behalf of who asked.
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Throttle {
  /** As it is called below its controller. */
  group: string
  /** The words before a command that is to run in the group. */
  enter: readonly string[]
  remove(): void
}

const V1 = '/sys/fs/cgroup/blkio'
const V2 = '/sys/fs/cgroup'

/** As each version calls what it limits. */
const FILES = {
  reads: { one: 'blkio.throttle.read_iops_device', two: 'riops' },
  writtenBytes: { one: 'blkio.throttle.write_bps_device', two: 'wbps' },
}

/** Undefined where the kernel or the file system cannot do that. */
export const throttledReads = (folder: string, perSecond: number): Throttle | undefined =>
  throttled(folder, 'reads', perSecond)

/** What its processes write to the disk, in bytes. */
export const throttledWrites = (folder: string, perSecond: number): Throttle | undefined =>
  throttled(folder, 'writtenBytes', perSecond)

const throttled = (folder: string, what: keyof typeof FILES, perSecond: number): Throttle | undefined => {
  const version1 = existsSync(join(V1, 'cgroup.procs'))
  const group = join(version1 ? V1 : V2, `probetop-${process.pid}`)
  try {
    const disk = diskOf(folder)
    if (!version1) writeFileSync(join(V2, 'cgroup.subtree_control'), '+io')
    mkdirSync(group)
    if (version1) writeFileSync(join(group, FILES[what].one), `${disk} ${perSecond}`)
    else writeFileSync(join(group, 'io.max'), `${disk} ${FILES[what].two}=${perSecond}`)
  } catch {
    if (existsSync(group)) rmdirSync(group)
    return undefined
  }
  const name = group.slice((version1 ? V1 : V2).length)
  return {
    group: name,
    enter: ['sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', group],
    remove: () => rmdirSync(group),
  }
}

/** major:minor of the whole disk a folder is on. */
const diskOf = (folder: string): string => {
  const { dev } = statSync(folder)
  const entry = `/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`
  return readFileSync(join(entry, existsSync(join(entry, 'partition')) ? '../dev' : 'dev'), 'utf8').trim()
}
