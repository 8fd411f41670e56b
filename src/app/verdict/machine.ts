// Figures of the verdict about the machine as a whole, and about what probetop itself could not see.
import { stolenPercent } from '../../model/steal.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import type { ProbeSpec } from '../../stream/spec.ts'
import type { AnySample, Sample } from '../../stream/stream-types.ts'
import { lossIn } from '../loss.ts'
import { firstWithin, type Measured, type Window } from '../rule.ts'

export const stolen = ({ view }: Window): Measured[] => {
  const value = stolenPercent(view.store, view.atMs)
  return value === undefined
    ? []
    : [
        {
          key: 'stolen',
          value,
          says: (text) => `the hypervisor gave ${text}% of the CPUs to others`,
          to: { panel: 'runq' },
        },
      ]
}

export const notStolen = ({ view }: Window): string | undefined =>
  stolenPercent(view.store, view.atMs) === undefined ? 'stolen time is not known here' : undefined

/** Of each probe, whether it is looked at or not. */
export const loss = (window: Window): Measured[] => {
  const probes = window.view.store.probes()
  const measured: Measured[] = []
  for (let i = 0; i < probes.length; i++) {
    const lost = lostOf(probes[i]!, window)
    if (lost) measured.push(lost)
  }
  return measured
}

const lostOf = (probe: ProbeId, { view, samples, elapsedMs }: Window): Measured | undefined => {
  const last = view.latest(probe) as AnySample | undefined
  if (!last) return undefined
  if (samples[firstWithin(samples, last.atMs) - 1]?.atMs !== last.atMs) return undefined
  const all = view.samples(probe, samples.length) as Sample[]
  const spec = view.store.spec(probe)
  const lost = lossIn(probe, all.slice(firstWithin(all, last.atMs - elapsedMs)), spec)
  return (
    lost && {
      key: probe,
      value: lost.percent ?? 100,
      says: (value) => `${value}% of ${nameOf(probe, spec)} lost: probetop cannot keep up`,
      to: { panel: PANEL_OF[probe] ?? probe },
    }
  )
}

/** Scripts are known by what their panels are called. */
const nameOf = (probe: string, spec: ProbeSpec | undefined): string =>
  spec?.source === undefined ? probe : (spec.panels[0]?.title ?? probe)

const PANEL_OF: Readonly<Partial<Record<string, string>>> = { sched: 'offcpu', execsnoop: 'exec', stacks: 'offcpu' }
