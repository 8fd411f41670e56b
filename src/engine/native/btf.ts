// What the running kernel says of its tracepoints in its type information (BTF).
import koffi from 'koffi'
import { BpfError, libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'

const BTF_KIND_TYPEDEF = 8

/**
 * Number of arguments of each named tracepoint of the running kernel, from its BTF; 0 where the kernel has none of
 * that name. Throws BpfError when the kernel has no BTF.
 */
export const tracepointArguments = (names: readonly string[]): Map<string, number> => {
  const lib = libbpf()
  const btf = lib.loadVmlinuxBtf() as Pointer
  if (!btf) throw new BpfError('read the kernel\'s type information (BTF)', koffi.errno())
  // struct btf_type is { u32 name, u32 info, u32 size_or_type }; typedef -> pointer -> function prototype
  const type = (id: number): number[] => koffi.decode(lib.btfType(btf, id), 'uint32_t', 3) as number[]
  try {
    return new Map(
      names.map((name) => {
        const id = lib.findBtf(btf, `btf_trace_${name}`, BTF_KIND_TYPEDEF) as number
        if (id < 0) return [name, 0]
        const prototype = type(type(type(id)[2]!)[2]!)
        return [name, (prototype[1]! & 0xffff) - 1] // the first is the tracepoint's private data
      }),
    )
  } finally {
    lib.freeBtf(btf)
  }
}
