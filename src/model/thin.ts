// What a sample weighs in memory, roughly, and what is left of it when its tables go: totals and histograms, and how
// the selected process ended.
import type { ProbeSpec } from '../stream/spec.ts'
import { isDescribed } from '../stream/types.ts'
import type { AnySample, Hist, SchedProc } from '../stream/types.ts'
import { bytesOf, withoutTables } from './tables/keep.ts'

const PER_ROW = 240
const PER_CALL = 64

/** `spec`: of a probe that describes itself. */
export const withoutRows = (sample: AnySample, spec?: ProbeSpec): AnySample => {
  if (isDescribed(sample)) return withoutTables(sample, spec)
  switch (sample.probe) {
    case 'sched': {
      const { procs, target } = sample.data
      const isEndOfTarget = ({ pid, exited }: SchedProc): boolean =>
        exited === true && target !== undefined && 'pid' in target.of && target.of.pid === pid
      return {
        ...sample,
        data: {
          ...sample.data,
          procs: procs.filter(isEndOfTarget),
          cpus: undefined,
          ...(target ? { target: { ...target, threads: undefined } } : {}),
        },
      }
    }
    case 'stacks':
      return { ...sample, data: { ...sample.data, frames: [], stacks: [], threads: [] } }
  }
}

/** Estimated, in bytes: good enough to bound a store, not an accounting. `next`: the sample that follows, with which it
 * may share rows. */
export const sizeOf = (sample: AnySample, next?: AnySample): number => {
  if (isDescribed(sample)) return bytesOf(sample.data, next && isDescribed(next) ? next.data : undefined)
  switch (sample.probe) {
    case 'sched': {
      const {
        procs,
        runq,
        sleep,
        disk,
        preempted,
        throttled,
        target,
        quotas = [],
        ioLimits = [],
        cpus = [],
      } = sample.data
      const calls = procs.reduce((sum, proc) => sum + proc.calls.length, 0)
      const own = target
        ? hists([target.runq, target.sleep, target.disk, target.preempted, ...maybe(target.throttled)]) +
          (target.threads?.length ?? 0) * (PER_ROW + PER_CALL)
        : 0
      return (
        400 +
        procs.length * PER_ROW +
        calls * PER_CALL +
        hists([runq, sleep, disk, preempted, ...maybe(throttled), ...cpus.map((cpu) => cpu.runq)]) +
        (quotas.length + ioLimits.length) * PER_ROW +
        own
      )
    }
    case 'stacks': {
      const { frames, stacks, threads = [] } = sample.data
      const refs = [...stacks.flatMap((stack) => [stack, ...(stack.waker ? [stack.waker] : [])]), ...threads]
      return (
        200 +
        frames.reduce((sum, { name }) => sum + 100 + 2 * name.length, 0) +
        refs.reduce((sum, { user, kernel }) => sum + PER_ROW + 8 * (user.length + kernel.length), 0)
      )
    }
  }
}

const hists = (list: readonly Hist[]): number => list.reduce((sum, hist) => sum + 80 + 8 * hist.slots.length, 0)

const maybe = (hist: Hist | undefined): Hist[] => (hist ? [hist] : [])
