// The stacks that probes/stacks.bpf.c noted, by the hash that stands for them: taken out of the kernel as they come, and
// kept for those who were asleep with them for long.
import { addressAt } from '../../namer/base/address.ts'
import type { End } from '../../namer/protocol.ts'
import { markedAt, withCodes } from './interpreted.ts'
import type { BpfMap } from './map.ts'
import { words } from './per-cpu.ts'
import { namesByNumber, type Types } from './btf-types.ts'

export interface NotedStack {
  /** 0: of the kernel. */
  pid: number
  /** Functions of an interpreter among them. */
  addresses: Float64Array
  /** Where it ends, of a user stack. */
  how: End
}

export interface StackStore {
  /** Empties the kernel's table; gives what was not known. */
  take(): NotedStack[]
  /** One that is put together elsewhere. */
  set(id: number, stack: NotedStack): void
  get(id: number): NotedStack | undefined
}

const MOST = 32_768

/** Where what is noted of a stack is. Throws Error where something is not there. */
export const stackLayout = (types: Types) => ({
  stack: types.layout('stack', { pid: 'tgid', depth: 'depth', how: 'how', addresses: 'ips' }),
  how: types.values('how', { pointers: 'BY_POINTERS', whole: 'WHOLE', stuck: 'PARTLY' }),
})

export const openStackStore = (map: BpfMap, { stack: at, how }: ReturnType<typeof stackLayout>): StackStore => {
  const ends = namesByNumber(how)
  const known = new Map<number, NotedStack>()

  const keep = (id: number, stack: NotedStack): void => {
    known.delete(id) // to the end: those not seen for longest go first
    known.set(id, stack)
  }

  const makeRoom = (): void => {
    for (const id of known.keys()) {
      if (known.size <= MOST) break
      known.delete(id)
    }
  }

  return {
    take() {
      const { count, keys, values } = map.drain()
      const keyWords = words(keys)
      const view = words(values)
      const added: NotedStack[] = []
      for (let i = 0; i < count; i++) {
        const id = idAt(keyWords, i * 2)
        const base = i * at.size
        const seen = known.get(id)
        const pid = view[(base + at.pid) >>> 2]!
        const [from, depth] = [(base + at.addresses) >>> 2, values.readUInt16LE(base + at.depth)]
        const stack = seen ?? {
          pid,
          addresses: pid === 0 ? addressesAt(view, from, depth) : withCodes(wordsAt(view, from, depth)),
          how: ends[values.readUInt16LE(base + at.how)] ?? 'stuck',
        }
        keep(id, stack)
        if (!seen) added.push(stack)
      }
      makeRoom()
      return added
    },
    set(id, stack) {
      keep(id, stack)
      makeRoom()
    },
    get: (id) => known.get(id),
  }
}

/** 53 bits of the hash tell them apart as well. */
export const idAt = (view: Uint32Array, index: number): number => view[index]! + (view[index + 1]! & 0x1fffff) * 2 ** 32

/** Of a user stack, with marks. */
export const wordsAt = (view: Uint32Array, index: number, depth: number): Float64Array =>
  Float64Array.from({ length: depth }, (_, i) => markedAt(view, index + i * 2))

export const addressesAt = (view: Uint32Array, index: number, depth: number): Float64Array =>
  Float64Array.from({ length: depth }, (_, i) => addressAt(view, index + i * 2))
