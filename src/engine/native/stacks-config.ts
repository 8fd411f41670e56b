// What probes/stacks.h is told, by writing its data: whom to follow, how, and which interval it is. Mirrors `config`
// there.
import { randomBytes } from 'node:crypto'
import type { StackMode } from '../../stream/stacks.ts'
import type { BpfObject } from './object.ts'
import { SELECTION_BYTES } from './selection.ts'

export interface StackSettings {
  selection: Buffer
  mode: StackMode | 'off'
  thresholdNs: number
  wakers: boolean
  /** In mode `now`: user stacks as the threads leave their CPUs. */
  users: boolean
  /** User stacks by rules, not by frame pointers alone. */
  unwind: boolean
}

export interface StacksConfig {
  /** What was noted under other settings does not count any more. */
  change(settings: StackSettings): void
  /** Ends the interval; gives the half of the tables that is complete. */
  next(): 'even' | 'odd'
}

const MODES = { off: 0, offcpu: 1, oncpu: 2, now: 3 }
const [THRESHOLD, EPOCH] = [SELECTION_BYTES, SELECTION_BYTES + 16]
const AT = {
  threshold: THRESHOLD,
  seed: THRESHOLD + 8,
  epoch: EPOCH,
  mode: EPOCH + 4,
  generation: EPOCH + 8,
  wakers: EPOCH + 12,
  users: EPOCH + 16,
  unwind: EPOCH + 20,
}

export const stacksConfig = (object: BpfObject): StacksConfig => {
  const config = object.map('.data.config')
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(config.valueSize)
  // nobody can make a stack that is taken for another one
  randomBytes(8).copy(value, AT.seed)
  let epoch = 0
  let generation = 0
  const write = (): void => config.update(key, value)

  return {
    change({ selection, mode, thresholdNs, wakers, users, unwind }) {
      selection.copy(value, 0)
      value.writeBigUInt64LE(BigInt(thresholdNs), AT.threshold)
      value.writeUInt32LE(MODES[mode], AT.mode)
      value.writeUInt32LE(++generation, AT.generation)
      value.writeUInt32LE(Number(wakers), AT.wakers)
      value.writeUInt32LE(Number(users), AT.users)
      value.writeUInt32LE(Number(unwind), AT.unwind)
      write()
    },
    next() {
      const half = epoch & 1 ? 'odd' : 'even'
      value.writeUInt32LE(++epoch, AT.epoch)
      write()
      return half
    },
  }
}
