// Measures on the machine at hand what base/dispatch.ts reckons with: the C library calls getpid() some thousand times, without and
// with programs that do nothing at the hooks of system calls. What the first of these takes, and what statistics say of it, is
// seen only while none of ours is there, so that is measured at the start, in some milliseconds; the rest once statistics are
// wanted, in as many.
import { closeSync, readFileSync } from 'node:fs'
import koffi from 'koffi'
import { dispatchFrom, USUAL, type Dispatch, type DispatchMeter, type Measured } from '../base/dispatch.ts'
import { BpfError, libbpf } from './libbpf.ts'
import { loadNothing } from './trial.ts'
import { runsIn } from './work.ts'

/** Short rounds, so that of many some are not interrupted. */
const CALLS = 25
const ROUNDS = 8
const TURNS = 5
const CLOCK_ROUNDS = 8
/** Of what a program takes by itself a CPU does about so much beside what comes after it (multiplications, each after the other):
 * statistics see it, as a reading of the clock waits for all before, and nobody else does. */
const UNNOTICED = 24

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

const first = (): Measured => ({ firstNs: moreAt('sys_enter', timer()) })

/** Whether there is one of ours already or not. */
const others = (): Measured => {
  const callNs = timer()
  return withAt('sys_enter', loadNothing('dispatch'), () => ({
    aloneNs: moreAt('sys_exit', callNs),
    moreNs: moreAt('sys_enter', callNs),
  }))
}

/** What the kernel says of each run of a program that nobody notices. */
const clock = (): Measured => {
  const callMany = caller()
  return withAt('sys_enter', loadNothing('dispatch', UNNOTICED), (program) => {
    const taken = () => runsIn(readFileSync(`/proc/self/fdinfo/${program}`, 'utf8'))!
    let leastNs = Infinity
    for (let round = 0; round < CLOCK_ROUNDS; round++) {
      const before = taken()
      callMany()
      const after = taken()
      leastNs = Math.min(leastNs, (after.ns - before.ns) / (after.runs - before.runs))
    }
    return { clockNs: leastNs }
  })
}

/** How much more a call takes with a program that does nothing there. Machines are faster and slower for milliseconds, so it is
 * compared with what was just before, by turns; of these the median. */
const moreAt = (hook: string, callNs: () => number): number => {
  const turns = Array.from({ length: TURNS }, () => {
    const withoutNs = callNs()
    return withAt(hook, loadNothing('dispatch'), callNs) - withoutNs
  })
  return turns.sort((a, b) => a - b)[TURNS >> 1]!
}

/** What a call takes: the least of some rounds, as the first after a change are cold and others are interrupted. */
const timer = (): (() => number) => {
  const callMany = caller()
  const callNs = (): number => {
    let leastNs = Infinity
    for (let round = 0, atNs = nowNs(); round < ROUNDS; round++) {
      callMany()
      const endNs = nowNs()
      leastNs = Math.min(leastNs, (endNs - atNs) / CALLS)
      atNs = endNs
    }
    return leastNs
  }
  callNs() // compiled when first used
  return callNs
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

/** Closes the program after it. Throws BpfError. */
const withAt = <T>(hook: string, program: number, act: (program: number) => T): T => {
  try {
    const link: number = libbpf().openRawTracepoint(hook, program)
    if (link < 0) throw new BpfError(`attach to ${hook}`, -link)
    try {
      return act(program)
    } finally {
      closeSync(link)
    }
  } finally {
    closeSync(program)
  }
}
