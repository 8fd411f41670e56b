// What limits of a control group on I/O, CPU time and memory allow, in words. Pure.
import type { IoLimit } from '../stream/sched-types.ts'

/** `vda write 1 MiB/s; vdb 20 reads/s`; empty: they are not known. */
export const limitsText = (disks: IoLimit['disks']): string =>
  disks
    .map((disk) => {
      const parts = [
        ...(disk.readBytes ? [`read ${bytesText(disk.readBytes)}/s`] : []),
        ...(disk.writeBytes ? [`write ${bytesText(disk.writeBytes)}/s`] : []),
        ...(disk.reads ? [`${disk.reads} reads/s`] : []),
        ...(disk.writes ? [`${disk.writes} writes/s`] : []),
      ]
      return `${disk.name} ${parts.join(', ')}`
    })
    .join('; ')

/** `0.2 CPUs`. */
export const cpusText = (cpus: number): string => `${Number(cpus.toFixed(2))} CPU${cpus === 1 ? '' : 's'}`

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `16 MiB`. */
export const bytesText = (count: number): string => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10))
  return `${Number((count / 2 ** (10 * power)).toFixed(1))} ${UNITS[power]}`
}
