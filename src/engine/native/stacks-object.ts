// The kernel's programs of stacks: those that unwind, or, where the kernel refuses these, those that follow frame pointers
// alone.
import { join } from 'node:path'
import type { ProbeContext } from '../base/probe.ts'
import { unfitForSwitch } from './btf.ts'
import type { LoadPlan } from '../base/load-plan.ts'
import { loadPlanned, type BpfObject } from './object.ts'

export const stacksPlan = ({ objects, maxEntries }: Pick<ProbeContext, 'objects' | 'maxEntries'>): LoadPlan => {
  const unfit = unfitForSwitch()
  const of = (file: string): LoadPlan => ({ path: join(objects, file), programs: (name) => name !== unfit, maxEntries })
  return { ...of('stacks.bpf.o'), otherwise: of('stacks_plain.bpf.o') }
}

/** Throws BpfError where none can be loaded. */
export const loadStacks = (context: ProbeContext): { object: BpfObject; canUnwind: boolean } => {
  const { object, refused } = loadPlanned(stacksPlan(context))
  if (refused)
    context.log(
      'warn',
      `stacks of programs without frame pointers are cut short: what unwinds them was refused (${refused.message})`,
    )
  return { object, canUnwind: refused === undefined }
}
