// The kernel's programs of stacks: those that unwind, or, where the kernel refuses these, those that follow frame pointers
// alone.
import { join } from 'node:path'
import type { ProbeContext } from '../probe.ts'
import { BpfError } from './libbpf.ts'
import { unfitForSwitch } from './btf.ts'
import type { LoadPlan } from './load.ts'
import { loadObject, type BpfObject } from './object.ts'

export const stacksPlan = ({
  objects,
  maxEntries,
}: Pick<ProbeContext, 'objects' | 'maxEntries'>): LoadPlan & { otherwise: LoadPlan } => {
  const unfit = unfitForSwitch()
  const options = { programs: (name: string) => name !== unfit, maxEntries }
  return {
    ...{ ...options, path: join(objects, 'stacks.bpf.o'), quiet: true },
    otherwise: { ...options, path: join(objects, 'stacks_plain.bpf.o') },
  }
}

/** Throws BpfError where none can be loaded. */
export const loadStacks = (context: ProbeContext): { object: BpfObject; canUnwind: boolean } => {
  const { path, otherwise, ...options } = stacksPlan(context)
  try {
    return { object: loadObject(path, options), canUnwind: true }
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
    const object = loadObject(otherwise.path, otherwise)
    context.log(
      'warn',
      `stacks of programs without frame pointers are cut short: what unwinds them was refused (${error.message})`,
    )
    return { object, canUnwind: false }
  }
}
