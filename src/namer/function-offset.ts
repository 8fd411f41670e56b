// Where in a file a function begins that it offers to others: for the engine, which attaches programs to files of others and
// reads none of them.
import type { Bytes } from './base/bytes.ts'
import { dynamicSymbol } from './dynamic-symbol.ts'
import { openElf } from './base/elf.ts'

/** In bytes from the file's begin; undefined where there is none of that name. */
export const functionOffset = async (bytes: Bytes, name: string): Promise<number | undefined> => {
  const elf = await openElf(bytes)
  const address = elf && dynamicSymbol(elf, name)
  return address === undefined ? undefined : elf!.offsetOf(address)
}
