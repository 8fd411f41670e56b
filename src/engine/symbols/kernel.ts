// The kernel's symbols, from /proc/kallsyms. Read as a stream, so that the engine goes on meanwhile, and kept in typed
// arrays: text symbols sorted by address, their names in one buffer.
import { createReadStream } from 'node:fs'
import type { StackFrame } from '../../stream/stacks.ts'
import { lastNotAbove } from '../../namer/address.ts'
import { harmless } from '../../namer/harmless.ts'

export interface KernelSymbols {
  frame(address: number): StackFrame
  count: number
  /** The kernel hides its addresses (kptr_restrict). */
  hidden: boolean
}

/** No function is longer: an address far behind a symbol belongs to something else, such as a module loaded later. */
const LONGEST_BYTES = 1 << 20

export const readKernelSymbols = async (path = '/proc/kallsyms'): Promise<KernelSymbols> => {
  const symbols: { address: number; name: string; module?: string }[] = []
  const modules = new Map<string, string>()
  let lines = 0
  let rest = ''
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 16 })) {
    const text: string = rest + chunk
    const end = text.lastIndexOf('\n')
    rest = text.slice(end + 1)
    for (const [, digits, name, module] of text.slice(0, end + 1).matchAll(LINE)) {
      lines++
      const address = Number.parseInt(digits!, 16)
      if (address === 0) continue
      if (module !== undefined && !modules.has(module)) modules.set(module, module)
      symbols.push({ address, name: name!, ...(module !== undefined && { module: modules.get(module)! }) })
    }
  }
  symbols.sort((a, b) => a.address - b.address)
  return table(symbols, lines > 0 && symbols.length === 0)
}

/** Address without its constant upper 16 bits, name, module, of functions only. */
const LINE = /^[0-9a-f]{4}([0-9a-f]{12}) [tTwW] (\S+)(?:\t\[(\S+)\])?$/gm

const table = (
  symbols: readonly { address: number; name: string; module?: string }[],
  hidden: boolean,
): KernelSymbols => {
  const addresses = Float64Array.from(symbols, ({ address }) => address)
  const nameEnds = new Uint32Array(symbols.length + 1)
  const names = Buffer.from(symbols.map(({ name }) => name).join(''), 'latin1')
  const moduleNames = [...new Set(symbols.map(({ module }) => module))]
  const moduleIndexes = new Map(moduleNames.map((name, index) => [name, index]))
  const modules = Uint16Array.from(symbols, ({ module }) => moduleIndexes.get(module)!)
  for (let i = 0; i < symbols.length; i++) nameEnds[i + 1] = nameEnds[i]! + symbols[i]!.name.length
  const made = new Map<number, StackFrame>()

  const frame = (address: number): StackFrame => {
    let index = lastNotAbove(addresses, address)
    if (index < 0 || address - addresses[index]! > LONGEST_BYTES) return unknown(hidden)
    while (index > 0 && addresses[index - 1] === addresses[index]) index-- // of several names the first
    const known = made.get(index)
    if (known) return known
    const name = harmless(names.toString('latin1', nameEnds[index]!, nameEnds[index + 1]!))
    const module = moduleNames[modules[index]!]
    const found: StackFrame = { name, kind: 'kernel', ...(module !== undefined && { module: harmless(module) }) }
    made.set(index, found)
    return found
  }
  return { frame, count: symbols.length, hidden }
}

const unknown = (hidden: boolean): StackFrame => ({
  name: '[unknown]',
  kind: 'unknown',
  module: hidden ? 'kernel, names hidden by kptr_restrict' : 'kernel',
})
