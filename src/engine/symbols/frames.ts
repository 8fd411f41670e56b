// Turns addresses of stacks into frames: innermost first, without what only the measuring put on top, and with the
// reason where a user stack does not go all the way.
import { measured } from '../../model/tables/stack-text.ts'
import type { End, KeptStack, Unwound } from '../../namer/protocol.ts'
import type { StackFrame, StackRefs } from '../../stream/stack-types.ts'
import type { ProbeContext } from '../base/probe.ts'
import { sharedKernelSymbols } from './kernel.ts'
import type { KernelSymbols } from './kernel.ts'
import { createKnownNames } from './known-names.ts'
import { createNamers } from './namers.ts'
import { identityOf, ownerOf } from './owner.ts'

export interface UserStack {
  frames: StackFrame[]
  cut?: StackRefs['cut']
}

export interface Symbols {
  kernel(addresses: ArrayLike<number>): StackFrame[]
  /** `how` it ends; found by frame pointers, its names tell. */
  user(pid: number, addresses: ArrayLike<number>, how?: End): UserStack
  /** A stack is to be unwound; what comes of it is told later. False: it cannot be. */
  unwind(pid: number, stack: KeptStack): boolean
  /** Names of these will be wanted. */
  meet(pid: number, addresses: ArrayLike<number>): void
  /** Has looked up what is wanted; nothing waits for it. */
  ask(): void
  /** Before each reading. */
  renew(): void
  /** Why kernel frames have no names. */
  hidden(): boolean
  /** False while the kernel's symbols are being read. */
  ready(): boolean
  close(): void
}

const PENDING: StackFrame = { name: '[...]', kind: 'unknown' }
const GARBAGE: StackFrame = { name: '[unknown]', kind: 'unknown' }
/** Of what was unwound: more of it than was kept, or nothing more to be told. */
const CUTS = { whole: undefined, short: 'too deep', stuck: 'not unwound' } as const
/** Where threads begin. */
const OUTERMOST =
  /^(_start|__libc_start_(main|call_main).*|start_thread|__?clone3?|thread_start|runtime\.(goexit|rt0_go|mstart).*)$/

interface SymbolsOptions {
  onUnwound?(pid: number, unwound: Unwound): void
  /** Of an address that is a function of an interpreter. */
  interpreted?(pid: number, address: number): StackFrame | undefined
}

export const openSymbols = (log: ProbeContext['log'], options: SymbolsOptions = {}): Symbols => {
  const { onUnwound, interpreted = () => undefined } = options
  const known = createKnownNames({ identityOf, ownerOf, ...(onUnwound && { onUnwound }) })
  const namers = createNamers({ known, log })
  let kernel: KernelSymbols | undefined
  sharedKernelSymbols().then(
    (symbols) => (kernel = symbols),
    () => (kernel = { frame: () => GARBAGE, count: 0, hidden: true }),
  )

  /** A return address is that of the next instruction, which may be another function's. */
  const called = (addresses: ArrayLike<number>, i: number): number => addresses[i]! - (i === 0 ? 0 : 1)

  return {
    kernel(addresses) {
      const frames: StackFrame[] = []
      for (let i = 0; i < addresses.length; i++) frames.push(kernel?.frame(called(addresses, i)) ?? PENDING)
      return measured(frames, ({ name }) => name)
    },
    user(pid, addresses, how = 'pointers') {
      const found = Array.from(addresses, (address, i) => {
        const frame = interpreted(pid, address)
        return frame ? [frame] : known.at(pid, called(addresses, i))
      })
      const good = found.findLastIndex((frames) => frames !== 'garbage') + 1
      const frames = found
        .slice(0, good)
        .flatMap((one) => (one === 'garbage' ? GARBAGE : one === 'pending' ? PENDING : one))
      const ended = frames.length > 0 && OUTERMOST.test(frames.at(-1)!.name)
      const broken = good <= 1 || (good < found.length && !ended)
      const cut = how === 'pointers' ? (broken ? 'no frame pointers' : undefined) : CUTS[how]
      return { frames: frames.length > 0 ? frames : [GARBAGE], ...(cut && { cut }) }
    },
    unwind: known.unwind,
    meet(pid, addresses) {
      for (let i = 0; i < addresses.length; i++)
        if (!interpreted(pid, addresses[i]!)) known.at(pid, called(addresses, i))
    },
    ask: namers.ask,
    renew: known.renew,
    hidden: () => kernel?.hidden ?? false,
    ready: () => kernel !== undefined,
    close() {
      namers.close()
      known.clear()
    },
  }
}
