// Small ELF files made by tests.

const LAYOUT = { 64: { header: 64, segment: 56, section: 64 }, 32: { header: 52, segment: 32, section: 40 } } as const

/** One segment, the first 4 KB of which is at 0x401000 in memory and 0x1000 in the file, symbols (name, address, size)
 * and further sections. */
export const elfFile = (
  symbols: readonly (readonly [name: string, address: number, size: number])[],
  more: readonly (readonly [name: string, content: Buffer])[] = [],
  bits: 64 | 32 = 64,
): Buffer => {
  const wide = bits === 64
  const layout = LAYOUT[bits]
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(wide ? 8 : 4)
    if (wide) bytes.writeBigUInt64LE(BigInt(value))
    else bytes.writeUInt32LE(value)
    return bytes
  }
  const int = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer)
  const half = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer)
  const joined = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts)

  const names = tableOf(symbols.map(([name]) => name))
  const table = joined(
    ...symbols.map(([, address, size], i) => {
      const info = joined(Buffer.from([0x12, 0]), half(1)) // global function, in a section
      return wide
        ? joined(int(names.at[i]!), info, word(address), word(size))
        : joined(int(names.at[i]!), word(address), word(size), info)
    }),
  )
  const sectionNames = tableOf(['.symtab', '.strtab', '.shstrtab', ...more.map(([name]) => name)])
  const contents: readonly (readonly [type: number, content: Buffer, link: number])[] = [
    [2, table, 1],
    [3, names.bytes, 0],
    [3, sectionNames.bytes, 0],
    ...more.map(([, content]) => [1, content, 0] as const),
  ]
  const segment = wide
    ? joined(int(1), int(5), word(0x1000), word(0x401000), word(0), word(0x1000), word(0x1000), word(0x1000))
    : joined(int(1), word(0x1000), word(0x401000), word(0), word(0x1000), word(0x1000), int(5), word(0x1000))
  let offset = layout.header + layout.segment
  const sections = contents.map(([type, content, link], i) => {
    const entry = joined(
      int(sectionNames.at[i]!),
      int(type),
      word(0),
      word(0),
      word(offset),
      word(content.length),
      int(link),
      int(0),
      word(1),
      word(0),
    )
    offset += content.length
    return entry
  })
  const header = joined(
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    half(2),
    half(wide ? 62 : 3),
    int(1),
    word(0x401000),
    word(layout.header),
    word(offset),
    int(0),
    ...[layout.header, layout.segment, 1, layout.section, sections.length, 2].map(half),
  )
  return joined(header, segment, ...contents.map(([, content]) => content), ...sections)
}

const tableOf = (names: readonly string[]): { bytes: Buffer; at: number[] } => {
  const at: number[] = []
  let length = 1
  for (const name of names) {
    at.push(length)
    length += name.length + 1
  }
  return { bytes: Buffer.from(`\0${names.map((name) => `${name}\0`).join('')}`), at }
}
