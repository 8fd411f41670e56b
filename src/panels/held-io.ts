// I/O that is held back on purpose before a disk has it: words for what holds it, and for the limits of control groups.
import { limitsText } from '../model/io-limits.ts'
import type { HeldIo, IoLimit, SchedData } from '../stream/sched-types.ts'

/** What threads wait for, in a column. */
export const HELD_IO: Readonly<Record<HeldIo['by'], string>> = {
  limit: 'I/O limit',
  writeback: 'writeback throttle',
  cost: 'I/O cost limit',
  latency: 'I/O latency limit',
  dirty: 'dirty page limit',
  debt: 'I/O debt',
}

const MOST_NOTES = 2

/** Beside the numbers: the groups for whose limits most threads wait, and threads held by anything else. Every frame asks
 * for them several times. */
export const heldIoNotes = (data: SchedData): readonly string[] => {
  let notes = known.get(data)
  if (!notes) known.set(data, (notes = notesOf(data)))
  return notes
}

const known = new WeakMap<SchedData, readonly string[]>()

const notesOf = ({ ioLimits = [], procs }: SchedData): readonly string[] => {
  const others = new Map<HeldIo['by'], number>()
  for (let i = 0; i < procs.length; i++) {
    const { heldIo } = procs[i]!
    if (heldIo && heldIo.cgroup === undefined) others.set(heldIo.by, (others.get(heldIo.by) ?? 0) + heldIo.threads)
  }
  return [
    ...[...ioLimits].sort((a, b) => b.threads - a.threads).map(ioLimitText),
    ...Array.from(others, ([by, threads]) => `${waits(threads)} for the ${HELD_IO[by]}`),
  ].slice(0, MOST_NOTES)
}

/** `3 threads wait for the I/O limit of /batch: vda write 1 MB/s`. */
const ioLimitText = ({ cgroup, threads, disks }: IoLimit): string => {
  const limits = limitsText(disks)
  return `${waits(threads)} for the I/O limit of ${cgroup}${limits === '' ? '' : `: ${limits}`}`
}

const waits = (threads: number): string => (threads === 1 ? '1 thread waits' : `${threads} threads wait`)
