// What a probe can be told beyond whether it runs and of whom: its spec says which options it has and what each may be, a
// screen what they shall be (Want.probes). What comes in is held against the spec, so that neither the message nor the
// engine's loop knows an option of any probe.

/** A flag by its name; else one of some words, or a whole number within bounds. `target` is no option of its own, but says that
 * it takes what the whole is about. */
export type OptionSpec = string | WordOption | NumberOption

export interface WordOption {
  id: string
  oneOf: readonly string[]
}

export interface NumberOption {
  id: string
  least: number
  most: number
}

/** What is absent is off, or as the probe begins. */
export type ProbeOptions = Readonly<Record<string, OptionValue>>
type OptionValue = boolean | number | string

/** The same of a spec that is a constant, for its probe. */
export type OptionsOf<Specs extends readonly OptionSpec[]> = {
  readonly [Spec in Specs[number] as Spec extends { id: infer Id extends string } ? Id : Spec & string]?: ValueOf<Spec>
}
type ValueOf<Spec> = Spec extends { oneOf: readonly (infer Word)[] }
  ? Word
  : Spec extends NumberOption
    ? number
    : boolean

const TARGET = 'target'

/** Of what was given, what the spec has; undefined where something is not what it may be. */
export const optionsIn = (
  specs: readonly OptionSpec[],
  given: Readonly<Record<string, unknown>>,
): ProbeOptions | undefined => {
  const taken: Record<string, OptionValue> = {}
  for (const spec of specs) {
    const id = typeof spec === 'string' ? spec : spec.id
    if (id === TARGET || given[id] === undefined) continue
    const value = valueIn(spec, given[id])
    if (value === undefined) return undefined
    taken[id] = value
  }
  return taken
}

const valueIn = (spec: OptionSpec, value: unknown): OptionValue | undefined => {
  if (typeof spec === 'string') return typeof value === 'boolean' ? value : undefined
  if ('oneOf' in spec) return spec.oneOf.find((word) => word === value)
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.round(Math.min(spec.most, Math.max(spec.least, value)))
    : undefined
}
