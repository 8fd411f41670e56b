// What it takes to get to a program at its hook, which the kernel's statistics leave out, and what they see that nobody pays:
// reading the clock twice, and what a CPU does beside other work. Of system calls the first is the most, as the kernel goes a
// longer way into and out of every call once any program is there. Pure: native/dispatch.ts measures it.
import type { ProgramRuns } from './probe.ts'

/** Nanoseconds for each run. */
export interface Dispatch {
  /** The longer way of a system call, both ends, once any program is at either. */
  callNs: number
  /** Getting to the only program at a hook. */
  aloneNs: number
  /** To each more at the same hook: the kernel goes through a list then. */
  moreNs: number
  /** What statistics say of a program that does next to nothing. */
  clockNs: number
}

/** Each measures once, in some milliseconds; what cannot be measured is as usual. */
export interface DispatchMeter {
  /** While no program of ours is at system calls. */
  measureFirst(): void
  /** Before statistics are on. */
  measureOthers(): void
  /** While they are, and best while none of ours is at system calls either: the first program at a hook waits for all that came
   * before it, and of any further one the clock says half as much. */
  measureClock(): void
  now(): Dispatch
}

/** Where it cannot be measured: about what a guest with what is done against Spectre takes, rather too much than too little. */
export const USUAL: Dispatch = { callNs: 120, aloneNs: 15, moreNs: 60, clockNs: 40 }

/** Nothing is left out: where nobody asks for it. */
export const NO_DISPATCH: Dispatch = { callNs: 0, aloneNs: 0, moreNs: 0, clockNs: 0 }

/** No machine takes longer; more is one that was slower just then. */
const MOST: Dispatch = { callNs: 1000, aloneNs: 60, moreNs: 120, clockNs: 150 }

export interface Measured {
  /** What the first program at system calls takes, in all. */
  firstNs?: number
  aloneNs?: number
  moreNs?: number
  clockNs?: number
}

export const dispatchFrom = ({ firstNs, ...measured }: Measured): Dispatch => {
  const aloneNs = plausible('aloneNs', measured.aloneNs)
  return {
    aloneNs,
    moreNs: plausible('moreNs', measured.moreNs),
    clockNs: plausible('clockNs', measured.clockNs),
    callNs: plausible('callNs', firstNs === undefined ? undefined : firstNs - aloneNs),
  }
}

/** The least of many rounds may be a little less with a program than without; no number at all is as usual. */
const plausible = (field: keyof Dispatch, ns: number = NaN): number =>
  Number.isFinite(ns) ? Math.min(MOST[field], Math.max(0, ns)) : USUAL[field]

export const isOfCalls = ({ hook }: Pick<ProgramRuns, 'hook'>): boolean => hook === 'sys_enter' || hook === 'sys_exit'

/** All programs, those first that are there always: with what getting to them took. Of several at a hook the one before
 * bears what the only one would, and the others what each more takes; where a program is that another process loaded is not
 * known, and it is taken for one of several. */
export const withDispatch = (
  programs: readonly ProgramRuns[],
  { callNs, aloneNs, moreNs, clockNs }: Dispatch,
): ProgramRuns[] => {
  /** Runs at each hook that have been borne. */
  const borne = new Map<string, number>()
  /** Of these, those nobody has borne yet. */
  const first = (place: string, runs: number): number => {
    const before = borne.get(place) ?? 0
    borne.set(place, Math.max(before, runs))
    return Math.max(0, runs - before)
  }
  return programs.map((program) => {
    const { hook, iterator, runs, ns } = program
    const alone = iterator || hook === undefined ? 0 : first(hook, runs)
    const longer = isOfCalls(program) ? first('a system call', runs) : 0
    const dispatchNs = iterator ? 0 : alone * aloneNs + (runs - alone) * moreNs + longer * callNs
    return { ...program, ns: Math.max(0, ns - runs * clockNs) + dispatchNs, dispatchNs }
  })
}
