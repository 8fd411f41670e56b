// Intervals inside the kernel programs: `config` holds the number of the current interval (epoch), when it and the one
// before began, and the target process. A program notes into the half `epoch & 1`; once the epoch is raised, the other
// half is complete and may be read. Mirrors `config` in the kernel programs that use it.
import type { Target } from '../../stream/types.ts'
import type { BpfObject } from './object.ts'

export interface Epochs {
  /** Ends the interval. Its epoch and length; the clock is the one the kernel programs use. */
  next(): { epoch: number; intervalNs: number }
  target(): number
  setTarget(pid: number): void
}

export const epochs = (object: BpfObject): Epochs => {
  const config = object.map('.data.config')
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(config.valueSize)
  let epoch = 1
  let target = 0
  let start = process.hrtime.bigint()

  const write = (): void => {
    value.writeUInt32LE(epoch, 16)
    value.writeUInt32LE(target, 20)
    config.update(key, value)
  }
  value.writeBigUInt64LE(start, 0)
  value.writeBigUInt64LE(start, 8)
  write()

  return {
    next() {
      const end = process.hrtime.bigint()
      const finished = { epoch, intervalNs: Number(end - start) }
      // in two steps, so that no program can see the new epoch with an old beginning
      value.writeBigUInt64LE(end, ((epoch + 1) & 1) * 8)
      write()
      epoch++
      write()
      start = end
      return finished
    },
    target: () => target,
    setTarget(pid) {
      target = pid
      write()
    },
  }
}

/** The process these programs can be narrowed to; 0: none, as for what is not one process. */
export const targetPid = (target: Target | undefined): number => (target?.is === 'process' ? target.pid : 0)
