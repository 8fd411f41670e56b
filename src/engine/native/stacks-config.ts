// What probes/stacks.h is told, by writing its data: whom to follow, how, and which interval it is.
import { randomBytes } from 'node:crypto'
import type { StackMode } from '../../stream/stack-types.ts'
import type { Target } from '../../stream/target.ts'
import type { BpfObject } from './object.ts'
import { selectionWriter } from './selection.ts'
import type { Types } from './btf-types.ts'

interface StackSettings {
  /** Absent: everybody. */
  target: Target | undefined
  mode: StackMode
  thresholdNs: number
  wakers: boolean
  /** In mode `now`: user stacks as the threads leave their CPUs. */
  users: boolean
  /** User stacks by rules, not by frame pointers alone. */
  unwind: boolean
}

interface StacksConfig {
  /** What was noted under other settings does not count any more. Returns why nobody is followed now, when there is no
   * such target. */
  change(settings: StackSettings): string | undefined
  /** Ends the interval; gives the half of the tables that is complete. */
  next(): 'even' | 'odd'
}

/** Where something is in what the programs are told. Throws Error where it is not there. */
export const configLayout = (types: Types) => ({
  at: types.layout('config', {
    selection: 'selection',
    threshold: 'threshold_ns',
    seed: 'seed',
    epoch: 'epoch',
    mode: 'mode',
    generation: 'generation',
    wakers: 'wakers',
    users: 'users',
    unwind: 'unwind',
  }),
  modes: types.values('mode', { offcpu: 'MODE_OFFCPU', oncpu: 'MODE_ONCPU', now: 'MODE_NOW' }),
})

export const stacksConfig = (object: BpfObject): StacksConfig => {
  const config = object.map('.data.config')
  const selections = selectionWriter(object)
  const { at, modes } = configLayout(object)
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(config.valueSize)
  // nobody can make a stack that is taken for another one
  randomBytes(8).copy(value, at.seed)
  let epoch = 0
  let generation = 0
  const write = (): void => config.update(key, value)

  return {
    change({ target, mode, thresholdNs, wakers, users, unwind }) {
      const why = selections.write(value, at.selection, target, 'all')
      value.writeBigUInt64LE(BigInt(thresholdNs), at.threshold)
      value.writeUInt32LE(modes[mode], at.mode)
      value.writeUInt32LE(++generation, at.generation)
      value.writeUInt32LE(Number(wakers), at.wakers)
      value.writeUInt32LE(Number(users), at.users)
      value.writeUInt32LE(Number(unwind), at.unwind)
      write()
      return why
    },
    next() {
      const half = epoch & 1 ? 'odd' : 'even'
      value.writeUInt32LE(++epoch, at.epoch)
      write()
      return half
    },
  }
}
