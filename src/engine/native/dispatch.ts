// Measures on the machine at hand what base/dispatch.ts reckons with: the C library calls getpid() some hundred times, without and
// with programs that do nothing at the hooks of system calls. What the first of these takes is seen only while none of ours is
// there, so that is measured at the start, in some milliseconds; the rest once statistics are wanted, in as many.
import { closeSync, readFileSync } from 'node:fs'
import koffi from 'koffi'
import { dispatchFrom, USUAL, type Dispatch, type DispatchMeter, type Measured } from '../base/dispatch.ts'
import { BpfError, libbpf } from './libbpf.ts'
import { loadNothing } from './trial.ts'
import { runsIn } from './work.ts'

/** Short rounds, so that of many some are not interrupted. */
const CALLS = 25
const ROUNDS = 12
const CLOCK_ROUNDS = 8

export const createDispatch = (): DispatchMeter => {
  let measured: Measured = {}
  let now: Dispatch = USUAL
  const done = new Set<() => Measured>()
  /** No rights, no such function in the C library: as usual then. */
  const once = (measure: () => Measured): void => {
    if (done.has(measure)) return
    done.add(measure)
    try {
      measured = { ...measured, ...measure() }
      now = dispatchFrom(measured)
    } catch {
      // that it cannot be measured is no reason for anything else not to go on
    }
  }
  return {
    measureFirst: () => once(first),
    measureOthers: () => once(others),
    measureClock: () => once(clock),
    now: () => now,
  }
}

const first = (): Measured => {
  const timer = createTimer()
  timer.time('bare')
  withNothingAt('sys_enter', () => {
    timer.time('first')
    timer.time('first')
  })
  timer.time('bare')
  return { firstNs: timer.more('first', 'bare') }
}

/** Whether there is one of ours already or not. */
const others = (): Measured => {
  const timer = createTimer()
  withNothingAt('sys_enter', () => {
    timer.time('entry')
    withNothingAt('sys_exit', () => {
      timer.time('both')
      timer.time('both')
    })
    timer.time('entry')
    withNothingAt('sys_enter', () => {
      timer.time('twice')
      timer.time('twice')
    })
    timer.time('entry')
  })
  return { aloneNs: timer.more('both', 'entry'), moreNs: timer.more('twice', 'entry') }
}

/** What the kernel says of each run. */
const clock = (): Measured => {
  const callMany = caller()
  let leastNs = Infinity
  withNothingAt('sys_enter', (program) => {
    const taken = () => runsIn(readFileSync(`/proc/self/fdinfo/${program}`, 'utf8'))!
    for (let round = 0; round < CLOCK_ROUNDS; round++) {
      const before = taken()
      callMany()
      const after = taken()
      leastNs = Math.min(leastNs, (after.ns - before.ns) / (after.runs - before.runs))
    }
  })
  return { clockNs: leastNs }
}

/** The least that a call took in each state, each looked at several times, as machines are slower at times. */
const createTimer = () => {
  const callMany = caller()
  const leastNs = new Map<string, number>()
  return {
    time(state: string): void {
      for (let round = 0, atNs = nowNs(); round < ROUNDS; round++) {
        callMany()
        const endNs = nowNs()
        leastNs.set(state, Math.min(leastNs.get(state) ?? Infinity, (endNs - atNs) / CALLS))
        atNs = endNs
      }
    },
    more: (state: string, than: string): number => leastNs.get(state)! - leastNs.get(than)!,
  }
}

const nowNs = (): number => Number(process.hrtime.bigint())

/** Looks for nothing in a list of no width with getpid() as what compares: as many system calls as the list is long, and no
 * JavaScript between them. Throws where the C library has no such function. */
const caller = (): (() => void) => {
  const library = koffi.load(null)
  const find = library.func('void *lfind(const void *key, const void *from, void *count, size_t width, void *compare)')
  const compare = library.symbol('getpid')
  const count = new BigUint64Array([BigInt(CALLS)])
  return () => void find(null, null, count, 0, compare)
}

/** Throws BpfError. */
const withNothingAt = (hook: string, act: (program: number) => void): void => {
  const program = loadNothing('dispatch')
  try {
    const link: number = libbpf().openRawTracepoint(hook, program)
    if (link < 0) throw new BpfError(`attach to ${hook}`, -link)
    try {
      act(program)
    } finally {
      closeSync(link)
    }
  } finally {
    closeSync(program)
  }
}
