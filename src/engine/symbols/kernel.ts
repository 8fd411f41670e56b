// The kernel's symbols, from /proc/kallsyms. Read piece by piece, so that the engine goes on meanwhile, and kept in typed
// arrays: text symbols sorted by address, their names in one buffer.
import { closeSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { StackFrame } from '../../stream/stack-types.ts'
import { lastNotAbove } from '../../namer/base/address.ts'
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
  const text = textOf()
  const moduleNames: (string | undefined)[] = [undefined]
  const moduleIndexes = new Map<string | undefined, number>([[undefined, 0]])
  let addresses = new Float64Array(FIRST)
  let nameAt = new Uint32Array(FIRST)
  let modules = new Uint16Array(FIRST)
  let count = 0
  let lines = 0
  let rest = ''
  for await (const piece of piecesOf(path)) {
    const read: string = rest + piece
    const end = read.lastIndexOf('\n')
    rest = read.slice(end + 1)
    for (const [, digits, name, module] of read.slice(0, end + 1).matchAll(LINE)) {
      lines++
      const address = Number.parseInt(digits!, 16)
      if (address === 0) continue
      if (count === addresses.length) {
        addresses = grown(addresses, new Float64Array(count * 2))
        nameAt = grown(nameAt, new Uint32Array(count * 2))
        modules = grown(modules, new Uint16Array(count * 2))
      }
      if (!moduleIndexes.has(module)) moduleIndexes.set(module, moduleNames.push(copied(module!)) - 1)
      addresses[count] = address
      nameAt[count] = text.add(name!)
      modules[count++] = moduleIndexes.get(module)!
    }
  }
  // of several names of one address the first stays the first
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => addresses[a]! - addresses[b]! || a - b)
  return table({
    addresses: Float64Array.from(order, (i) => addresses[i]!),
    nameOf: (index) => text.at(nameAt[order[index]!]!),
    moduleOf: (index) => moduleNames[modules[order[index]!]!],
    hidden: lines > 0 && count === 0,
  })
}

let once: Promise<KernelSymbols> | undefined

/** Read once for all who look at stacks: modules seldom change. */
export const sharedKernelSymbols = (): Promise<KernelSymbols> => (once ??= readKernelSymbols())

/** Read anew, as modules may be new; there once that is done. `onFailure`: they never will be. */
export const kernelSymbolsLater = (onFailure: (error: Error) => void): (() => KernelSymbols | undefined) => {
  let symbols: KernelSymbols | undefined
  readKernelSymbols().then((read) => void (symbols = read), onFailure)
  return () => symbols
}

/** The kernel hands over a page a read, of thousands. Each asked of another thread would wait for a CPU twice, which on a
 * busy machine takes many seconds in all; a piece of them at once takes a millisecond or two. */
export async function* piecesOf(path: string): AsyncGenerator<string> {
  const fd = openSync(path, 'r')
  const buffer = Buffer.alloc(PIECE_BYTES)
  try {
    for (let got = 1; got > 0; await setImmediate()) {
      let length = 0
      for (; length < buffer.length && got > 0; length += got)
        got = readSync(fd, buffer, length, buffer.length - length, null)
      yield buffer.toString('latin1', 0, length)
    }
  } finally {
    closeSync(fd)
  }
}

const PIECE_BYTES = 1 << 16

/** Address without its constant upper 16 bits, name, module, of functions only. */
const LINE = /^[0-9a-f]{4}([0-9a-f]{12}) [tTwW] (\S+)(?:\t\[(\S+)\])?$/gm
const FIRST = 1 << 16
const LONGEST_NAME = 0xffff

/** Not a part of all that was read. */
const copied = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/** Texts behind each other in one buffer, each with its length in front. */
const textOf = () => {
  let bytes = Buffer.alloc(FIRST * 16)
  let length = 0
  return {
    add(text: string): number {
      if (length + text.length + 2 > bytes.length) {
        const larger = Buffer.alloc(bytes.length * 2 + text.length)
        bytes.copy(larger)
        bytes = larger
      }
      const at = length
      const size = Math.min(text.length, LONGEST_NAME)
      bytes.writeUInt16LE(size, at)
      length += 2 + bytes.write(text, at + 2, size, 'latin1')
      return at
    },
    at: (at: number): string => bytes.toString('latin1', at + 2, at + 2 + bytes.readUInt16LE(at)),
  }
}

const grown = <T extends Float64Array | Uint32Array | Uint16Array>(from: T, to: T): T => {
  to.set(from)
  return to
}

interface Table {
  /** Ascending. */
  addresses: Float64Array
  nameOf(index: number): string
  moduleOf(index: number): string | undefined
  hidden: boolean
}

const table = ({ addresses, nameOf, moduleOf, hidden }: Table): KernelSymbols => {
  const made = new Map<number, StackFrame>()

  const frame = (address: number): StackFrame => {
    let index = lastNotAbove(addresses, address)
    if (index < 0 || address - addresses[index]! > LONGEST_BYTES) return unknown(hidden)
    while (index > 0 && addresses[index - 1] === addresses[index]) index-- // of several names the first
    const known = made.get(index)
    if (known) return known
    const name = harmless(nameOf(index))
    const module = moduleOf(index)
    const found: StackFrame = { name, kind: 'kernel', ...(module !== undefined && { module: harmless(module) }) }
    made.set(index, found)
    return found
  }
  return { frame, count: addresses.length, hidden }
}

const unknown = (hidden: boolean): StackFrame => ({
  name: '[unknown]',
  kind: 'unknown',
  module: hidden ? 'kernel, names hidden by kptr_restrict' : 'kernel',
})
