// The kernel's programs of stacks: those that unwind, or, where the kernel refuses these, those that follow frame pointers
// alone.
import { join } from 'node:path'
import { BpfError } from './libbpf.ts'
import { loadObject, type BpfObject, type LoadOptions } from './object.ts'

type Log = (level: 'warn', text: string) => void

/** Throws BpfError where none can be loaded. */
export const loadStacks = (
  objects: string,
  options: LoadOptions,
  log: Log,
): { object: BpfObject; canUnwind: boolean } => {
  try {
    return { object: loadObject(join(objects, 'stacks.bpf.o'), { ...options, quiet: true }), canUnwind: true }
  } catch (error) {
    if (!(error instanceof BpfError)) throw error
    const object = loadObject(join(objects, 'stacks_plain.bpf.o'), options)
    log(
      'warn',
      `stacks of programs without frame pointers are cut short: what unwinds them was refused (${error.message})`,
    )
    return { object, canUnwind: false }
  }
}
