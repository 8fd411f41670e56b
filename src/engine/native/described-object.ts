// The kernel program of a probe that describes itself: loaded with the programs whose hooks this kernel has. Of those the
// spec calls optional the absent ones are left out; programs are known by their sections (`tp_btf/HOOK`).
import type { ProbeSpec } from '../../stream/spec.ts'
import { absentHooks } from './btf.ts'
import { loadObject } from './object.ts'
import type { BpfObject } from './object.ts'

export interface DescribedObject {
  object: BpfObject
  /** Optional hooks that this kernel lacks. */
  absent: readonly string[]
}

/** Throws BpfError. `also`: programs left out for another reason. */
export const loadDescribed = (
  path: string,
  { hooks }: Pick<ProbeSpec, 'hooks'>,
  options: { maxEntries?: Readonly<Record<string, number>>; also?: readonly string[] } = {},
): DescribedObject => {
  const optional = hooks.flatMap((hook) => (hook.optional ? [hook.name] : []))
  const absent = optional.length > 0 ? absentHooks(optional) : []
  const object = loadObject(path, {
    programs: (name, section) =>
      !options.also?.includes(name) && !absent.some((hook) => section.slice(section.indexOf('/') + 1) === hook),
    maxEntries: options.maxEntries,
  })
  return { object, absent }
}
