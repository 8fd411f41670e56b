// Intervals inside the kernel programs: `config` holds the number of the current interval (epoch), when it and the one
// before began, and who is selected. A program notes into the half `epoch & 1`; once the epoch is raised, the other
// half is complete and may be read. Mirrors `config` in the kernel programs that use it.
import type { Target } from '../../stream/types.ts'
import type { BpfObject } from './object.ts'
import { writeSelection } from './selection.ts'

/** Where the selection is; absent in objects that know none. */
const SELECTION = 24
/** What begins so soon after an interval is taken for its beginning: nobody is told within a moment. */
export const SOON_NS = 50_000_000n

export interface Epochs {
  /** Ends the interval. Its epoch, length and end; the clock is the one the kernel programs use. */
  next(): { epoch: number; intervalNs: number; endNs: number }
  target(): Target | undefined
  /** Whether the interval that ended last was of the same target from its beginning to its end. */
  isWhole(): boolean
  /** `orElse`: who is selected where nobody is. Returns why nobody is now, when there is no such target. */
  setTarget(target: Target | undefined, orElse?: 'all' | 'none'): string | undefined
}

export const epochs = (object: BpfObject): Epochs => {
  const config = object.map('.data.config')
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(config.valueSize)
  let epoch = 1
  let target: Target | undefined
  let start = process.hrtime.bigint()
  /** Of the interval that goes on: something of another target, or of part of the time, is in it. */
  let isMixed = false
  let wasMixed = false

  const write = (): void => {
    value.writeUInt32LE(epoch, 16)
    config.update(key, value)
  }
  value.writeBigUInt64LE(start, 0)
  value.writeBigUInt64LE(start, 8)
  write()

  return {
    next() {
      const end = process.hrtime.bigint()
      const finished = { epoch, intervalNs: Number(end - start), endNs: Number(end) }
      // in two steps, so that no program can see the new epoch with an old beginning
      value.writeBigUInt64LE(end, ((epoch + 1) & 1) * 8)
      write()
      epoch++
      write()
      start = end
      wasMixed = isMixed
      isMixed = false
      return finished
    },
    target: () => target,
    isWhole: () => !wasMixed,
    setTarget(wanted, orElse = 'none') {
      // the first two are what attaching takes, and the first interval of whoever asks for one only
      const isFirst = epoch === 1 || (epoch === 2 && target === undefined)
      const isSoon = target === undefined && orElse === 'none' && process.hrtime.bigint() - start < SOON_NS
      if (!isFirst && !isSoon) isMixed = true
      const why = writeSelection(value, SELECTION, wanted, orElse)
      target = why === undefined ? wanted : undefined
      write()
      return why
    },
  }
}
