// Events the kernel skipped: it does not run a program while the same one is already running on that CPU, which
// happens when an interrupt raises the event again. It counts them.
import { libbpf } from './libbpf.ts'
import type { BpfObject } from './object.ts'
import { difference, u64, words } from './per-cpu.ts'

/** In `struct bpf_prog_info` of linux/bpf.h; kernels before 5.12 fill in less and leave zeros. */
const INFO = { missed: 208, bytes: 216 }

/** Skipped runs of an object's programs since the last call, of all or of the named one; 0 where the kernel does not
 * count them. */
export const missedRuns = (object: BpfObject, only?: string): (() => number) => {
  const fds = [...object.programFds()].flatMap(([name, fd]) => (only === undefined || name === only ? [fd] : []))
  const info = Buffer.alloc(INFO.bytes)
  const view = words(info)
  const size = Buffer.alloc(4)
  const change = difference()

  const missesOf = (fd: number): number => {
    // what is passed in beyond the counters asks for lists of the program
    info.fill(0)
    size.writeUInt32LE(INFO.bytes)
    return libbpf().objectInfo(fd, info, size) < 0 ? 0 : u64(view, INFO.missed)
  }

  return () => change(fds.reduce((sum, fd) => sum + missesOf(fd), 0))
}
