// What type information (BTF) says: that of the running kernel, of its hooks. Structs of an object are in record-reader.ts.
import { existsSync } from 'node:fs'
import koffi from 'koffi'
import { BpfError, libbpf } from './libbpf.ts'
import type { Pointer } from './libbpf.ts'
import { keepForNext } from './trim.ts'

const BTF_KIND_TYPEDEF = 8
const BTF_KIND_FUNC = 12

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

/** Of the two programs for sched_switch in an object, the one that the running kernel cannot run, or need not: from 5.18
 * on the state of the thread that leaves is an argument. */
export const unfitForSwitch = (): string =>
  tracepointArguments(['sched_switch']).get('sched_switch')! >= 4 ? 'switch_plain' : 'switch_state'

/** The program that is only needed where a thread that sleeps may still be in its queue, and be moved with it. */
export const needlessForMoves = (): string[] => (kernelHasMember('sched_entity', 'sched_delayed') ? [] : ['moved'])

/** Those of these hooks that the running kernel and its modules lack: tracepoints by name, iterators as `iter/task`. */
export const absentHooks = (hooks: readonly string[]): string[] =>
  withBtf((btf) =>
    hooks.filter((hook) => {
      const iterator = /^iter\/(.*)/.exec(hook)?.[1]
      const [name, kind] = iterator ? [`bpf_iter_${iterator}`, BTF_KIND_FUNC] : [`btf_trace_${hook}`, BTF_KIND_TYPEDEF]
      return libbpf().findBtf(btf, name, kind) < 0 && !(!iterator && isOfModule(btf, hook, name))
    }),
  )

/** Probes that start together ask one after the other: what was read stays for a moment. */
const KEPT_MS = 500
let kept: { btf: Pointer; timer: NodeJS.Timeout } | undefined

/** Of a loaded module, whose name its tracepoints begin with, as is the custom. */
const isOfModule = (kernel: Pointer, hook: string, name: string): boolean => {
  const lib = libbpf()
  const module = hook.slice(0, hook.indexOf('_'))
  if (!existsSync(`/sys/kernel/btf/${module}`)) return false
  const btf = lib.loadModuleBtf(module, kernel) as Pointer
  if (!btf) return false
  try {
    return lib.findBtf(btf, name, BTF_KIND_TYPEDEF) >= 0
  } finally {
    lib.freeBtf(btf)
  }
}

const withBtf = <T>(use: (btf: Pointer) => T): T => {
  const lib = libbpf()
  if (!kept) {
    keepForNext()
    const btf = lib.loadVmlinuxBtf() as Pointer
    if (!btf) throw new BpfError("read the kernel's type information (BTF)", koffi.errno())
    const timer = setTimeout(() => {
      kept = undefined
      lib.freeBtf(btf)
    }, KEPT_MS)
    timer.unref()
    kept = { btf, timer }
  }
  kept.timer.refresh()
  return use(kept.btf)
}

const readArguments = (names: readonly string[]): void =>
  withBtf((btf) => {
    const lib = libbpf()
    // struct btf_type is { u32 name, u32 info, u32 size_or_type }; typedef -> pointer -> function prototype
    const type = (id: number): number[] => koffi.decode(lib.btfType(btf, id), 'uint32_t', 3) as number[]
    for (const name of names) {
      const id = lib.findBtf(btf, `btf_trace_${name}`, BTF_KIND_TYPEDEF) as number
      const prototype = id < 0 ? undefined : type(type(type(id)[2]!)[2]!)
      known.set(name, prototype ? (prototype[1]! & 0xffff) - 1 : 0) // the first is the tracepoint's private data
    }
  })

const BTF_KIND_STRUCT = 4

/** Whether the running kernel's struct has this member. */
export const kernelHasMember = (struct: string, member: string): boolean =>
  withBtf((btf) => {
    const lib = libbpf()
    const id = lib.findBtf(btf, struct, BTF_KIND_STRUCT) as number
    if (id < 0) return false
    const [, info] = koffi.decode(lib.btfType(btf, id), 'uint32_t', 3) as number[]
    const count = info! & 0xffff
    const words = koffi.decode(lib.btfType(btf, id), 'uint32_t', 3 + count * 3) as number[]
    return Array.from({ length: count }, (_, i) => lib.btfName(btf, words[3 + i * 3]!) as string).includes(member)
  })

const BTF_KIND_ENUM = 6

/** Names of an enum of the running kernel by their values; empty where it has none of that name. */
export const kernelEnum = (name: string): Map<number, string> =>
  withBtf((btf) => {
    const lib = libbpf()
    const id = lib.findBtf(btf, name, BTF_KIND_ENUM) as number
    if (id < 0) return new Map()
    const [, info] = koffi.decode(lib.btfType(btf, id), 'uint32_t', 3) as number[]
    const count = info! & 0xffff
    const words = koffi.decode(lib.btfType(btf, id), 'uint32_t', 3 + count * 2) as number[]
    return new Map(
      Array.from({ length: count }, (_, i): [number, string] => [
        words[4 + i * 2]!,
        lib.btfName(btf, words[3 + i * 2]!) as string,
      ]),
    )
  })
