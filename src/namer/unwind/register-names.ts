// The registers that a walk up a stack needs by name, as DWARF numbers them, for the processors that are known.

export interface Machine {
  sp: number
  /** Where frame pointers are kept, by those who keep them. */
  bp: number
  /** Holds the return address of a function that calls nobody; undefined: that is always on the stack. */
  link?: number
  /** Numbers below; whatever else a program names is left alone. */
  registers: number
}

const X86_64: Machine = { sp: 7, bp: 6, registers: 17 }
const AARCH64: Machine = { sp: 31, bp: 29, link: 30, registers: 33 }

/** By `e_machine` of a program. */
export const MACHINES: Readonly<Record<number, Machine>> = { 62: X86_64, 183: AARCH64 }

/** Ours, as that of all processes that can run here. */
export const MACHINE = process.arch === 'arm64' ? AARCH64 : X86_64
