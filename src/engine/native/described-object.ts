// The kernel program of a probe that describes itself: loaded with the programs whose hooks this kernel has. Of those the
// spec calls optional the absent ones are left out; programs are known by their sections (`tp_btf/HOOK`).
import type { ProbeSpec } from '../../stream/spec.ts'
import { absentHooks } from './btf.ts'
import type { LoadPlan } from '../base/load-plan.ts'
import { loadPlanned } from './object.ts'
import type { BpfObject } from './object.ts'

interface DescribedObject {
  object: BpfObject
  /** Optional hooks that this kernel lacks. */
  absent: readonly string[]
}

/** `also`: programs left out for another reason. Throws BpfError. */
export const describedPlan = (
  path: string,
  { hooks }: Pick<ProbeSpec, 'hooks'>,
  { maxEntries, also = [] }: { maxEntries?: Readonly<Record<string, number>>; also?: readonly string[] } = {},
): LoadPlan & Pick<DescribedObject, 'absent'> => {
  const optional = hooks.flatMap((hook) => (hook.optional ? [hook.name] : []))
  const absent = optional.length > 0 ? absentHooks(optional) : []
  return {
    path,
    maxEntries,
    absent,
    programs: (name, section) =>
      !also.includes(name) && !absent.some((hook) => section.slice(section.indexOf('/') + 1) === hook),
  }
}

/** Throws BpfError. */
export const loadDescribed = ({ absent, ...plan }: ReturnType<typeof describedPlan>): DescribedObject => ({
  object: loadPlanned(plan).object,
  absent,
})
