// What the running kernel says of its tracepoints in its type information (BTF).
import koffi from 'koffi'
import { BpfError, libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'

const BTF_KIND_TYPEDEF = 8

const known = new Map<string, number>()

/**
 * Number of arguments of each named tracepoint of the running kernel, from its BTF; 0 where the kernel has none of
 * that name. Throws BpfError when the kernel has no BTF. Reading it takes some 15 ms, so answers are kept.
 */
export const tracepointArguments = (names: readonly string[]): Map<string, number> => {
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) readArguments(unknown)
  return new Map(names.map((name) => [name, known.get(name)!]))
}

const readArguments = (names: readonly string[]): void => {
  const lib = libbpf()
  const btf = lib.loadVmlinuxBtf() as Pointer
  if (!btf) throw new BpfError('read the kernel\'s type information (BTF)', koffi.errno())
  // struct btf_type is { u32 name, u32 info, u32 size_or_type }; typedef -> pointer -> function prototype
  const type = (id: number): number[] => koffi.decode(lib.btfType(btf, id), 'uint32_t', 3) as number[]
  for (const name of names) {
    const id = lib.findBtf(btf, `btf_trace_${name}`, BTF_KIND_TYPEDEF) as number
    const prototype = id < 0 ? undefined : type(type(type(id)[2]!)[2]!)
    known.set(name, prototype ? (prototype[1]! & 0xffff) - 1 : 0) // the first is the tracepoint's private data
  }
  lib.freeBtf(btf)
}
