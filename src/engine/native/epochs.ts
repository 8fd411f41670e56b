// Intervals inside the kernel programs: `config` holds the number of the current interval (epoch), when it and the one
// before began, and who is selected. A program notes into the half `epoch & 1`; once the epoch is raised, the other
// half is complete and may be read.
import { sameTarget } from '../../model/selection.ts'
import type { Target } from '../../stream/target.ts'
import type { BpfObject } from './object.ts'
import { selectionWriter } from './selection.ts'
import type { Types } from './btf-types.ts'

/** What begins so soon after an interval is taken for its beginning: nobody is told within a moment. */
export const SOON_MS = 50
const SOON_NS = BigInt(SOON_MS) * 1_000_000n

interface Epochs {
  /** Ends the interval. Its epoch, length and end; the clock is the one the kernel programs use. */
  next(): { epoch: number; intervalNs: number; endNs: number }
}

/** Of programs that can be narrowed. */
interface TargetEpochs extends Epochs {
  target(): Target | undefined
  /** Whether the interval that ended last was of the same target from its beginning to its end. */
  isWhole(): boolean
  /** `orElse`: who is selected where nobody is. Returns why nobody is now, when there is no such target. */
  setTarget(target: Target | undefined, orElse?: 'all' | 'none'): string | undefined
  /** Of another number that the programs are told. */
  tell(offset: number, value: number): void
}

export const epochs = (object: BpfObject): Epochs => {
  const { end } = interval(object)
  return { next: end }
}

/** Where something is in what the programs are told. Throws Error where it is not there. */
export const epochLayout = (types: Types) =>
  types.layout('config', { start: 'start_ns[0]', nextStart: 'start_ns[1]', epoch: 'epoch' })

export const targetLayout = (types: Types) => types.layout('config', ['selection'])

export const targetEpochs = (object: BpfObject): TargetEpochs => {
  const { end, value, write, epoch, startNs } = interval(object)
  const { selection } = targetLayout(object)
  const writer = selectionWriter(object)
  let target: Target | undefined
  /** Of the interval that goes on: something of another target, or of part of the time, is in it. */
  let isMixed = false
  let wasMixed = false

  return {
    next() {
      const finished = end()
      wasMixed = isMixed
      isMixed = false
      return finished
    },
    target: () => target,
    isWhole: () => !wasMixed,
    setTarget(wanted, orElse = 'none') {
      // the first two are what attaching takes, and the first interval of whoever asks for one only
      const isFirst = epoch() === 1 || (epoch() === 2 && target === undefined)
      // a group that is followed by its processes has others now
      const isSame = sameTarget(target, wanted)
      const isSoon =
        (isSame || (target === undefined && orElse === 'none')) && process.hrtime.bigint() - startNs() < SOON_NS
      if (!isFirst && !isSoon) isMixed = true
      const why = writer.write(value, selection, wanted, orElse)
      target = why === undefined ? wanted : undefined
      write()
      return why
    },
    tell(offset, number) {
      value.writeUInt32LE(number, offset)
      write()
    },
  }
}

/** Of which `value` is what the programs are told. */
const interval = (object: BpfObject) => {
  const config = object.map('.data.config')
  const at = epochLayout(object)
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(config.valueSize)
  let epoch = 1
  let start = process.hrtime.bigint()

  const write = (): void => {
    value.writeUInt32LE(epoch, at.epoch)
    config.update(key, value)
  }
  value.writeBigUInt64LE(start, at.start)
  value.writeBigUInt64LE(start, at.nextStart)
  write()

  return {
    value,
    write,
    epoch: () => epoch,
    startNs: () => start,
    end() {
      const end = process.hrtime.bigint()
      const finished = { epoch, intervalNs: Number(end - start), endNs: Number(end) }
      // in two steps, so that no program can see the new epoch with an old beginning
      value.writeBigUInt64LE(end, (epoch + 1) & 1 ? at.nextStart : at.start)
      write()
      epoch++
      write()
      start = end
      return finished
    },
  }
}
