// One figure of ours beside the truth, which comes from something that is not us: what was found, how far apart the two
// are, and how far they may be. Pure; an area (areas.ts) makes them, table.ts shows them.

/** Figures of one subject. `checks` may take seconds at scale quick (it is a test then), a minute at full. */
export interface Area {
  name: string
  /** Commands of the system without which none of it can be done. */
  needs: readonly string[]
  /** True when it loads real probes. */
  bpf: boolean
  checks(scale: Scale): Promise<Finding[]>
}

export type Scale = 'quick' | 'full'

export type Unit = 'ns' | 'bytes' | 'log2' | ''

export interface Compared {
  figure: string
  ours: number
  truth: number
  /** Distance of the two as a share of the truth, and the largest that is right; both in `unit` where `absolute`. */
  error: number
  allowed: number
  absolute?: true
  unit: Unit
  ok: boolean
  note?: string
}

/** What could not be compared here, and why. */
interface Skipped {
  figure: string
  skipped: string
}

/** What an area found. */
export type Finding = Compared | Skipped
/** The same with the name of its area. */
export type Check = Finding & { area: string }

export const isOut = (finding: Finding): boolean => 'ok' in finding && !finding.ok

export const skipped = (figure: string, why: string): Skipped => ({ figure, skipped: why })

/** Nothing but the truth itself will do. */
export const exact = (figure: string, ours: number, truth: number, unit: Unit = '', note?: string): Compared =>
  within(0)(figure, ours, truth, unit, note)

/** `within(0.01)('bytes read', ours, truth, 'bytes')`: at most 1 % off. */
export const within =
  (allowed: number) =>
  (figure: string, ours: number, truth: number, unit: Unit = '', note?: string): Compared =>
    compared(
      figure,
      ours,
      truth,
      truth === 0 ? (ours === 0 ? 0 : Infinity) : Math.abs(ours - truth) / Math.abs(truth),
      allowed,
      unit,
      note,
    )

/** `withinUnits(200)('calls', ours, truth)`: at most 200 off. */
export const withinUnits =
  (allowed: number) =>
  (figure: string, ours: number, truth: number, unit: Unit = '', note?: string): Compared => ({
    ...compared(figure, ours, truth, Math.abs(ours - truth), allowed, unit, note),
    absolute: true,
  })

/** Of a counter that goes on meanwhile: it was read before and after each of our readings, so that the truth is between
 * what it grew by within these and around them. */
export const between =
  (allowed: number) =>
  (figure: string, ours: number, least: number, most: number, unit: Unit = '', note?: string): Compared => {
    const truth = (least + most) / 2
    return within(allowed + (most - least) / 2 / truth)(figure, ours, truth, unit, note)
  }

/** At most the truth itself, or at least; how far beyond it is the error, as a share. */
export const atMost = (figure: string, ours: number, bound: number, unit: Unit = '', note = 'at most'): Compared =>
  compared(figure, ours, bound, Math.max(0, ours - bound) / bound, 0, unit, note)
export const atLeast = (figure: string, ours: number, bound: number, unit: Unit = '', note = 'at least'): Compared =>
  compared(figure, ours, bound, Math.max(0, bound - ours) / bound, 0, unit, note)

/** Allows as much more as the hypervisor took meanwhile: a program's own clock runs on then, the kernel's accounts of it
 * stand still. */
export const besideStolen = (stolenNs: number, check: Compared): Compared => {
  if (stolenNs === 0) return check
  const allowed = check.allowed + stolenNs / Math.abs(check.truth)
  const said = `${(stolenNs / 1e6).toFixed(0)} ms were stolen`
  return {
    ...check,
    allowed,
    ok: check.error <= allowed,
    note: check.note === undefined ? said : `${check.note}; ${said}`,
  }
}

/** The worst of several comparisons, as one line. */
export const worst = (findings: readonly Compared[], figure: string): Compared => {
  const excess = ({ error, allowed }: Compared): number => (allowed > 0 ? error / allowed : error > 0 ? Infinity : 0)
  return {
    ...findings.reduce((most, each) => (excess(each) > excess(most) || Number.isNaN(each.error) ? each : most)),
    figure,
  }
}

const compared = (
  figure: string,
  ours: number,
  truth: number,
  error: number,
  allowed: number,
  unit: Unit,
  note: string | undefined,
): Compared => ({
  figure,
  ours,
  truth,
  error,
  allowed,
  unit,
  ok: error <= allowed, // and so false for NaN
  ...(note === undefined ? {} : { note }),
})
