// Functions made at run time, as node --perf-basic-prof, java's agents and others write them down while they run: lines
// of start, size and name in /tmp/perf-PID.map. The file grows; code may take the place of other code, and then the
// later line holds.
import { closeSync, readSync } from 'node:fs'
import { lastNotAbove } from './address.ts'
import { openPlain } from './bytes.ts'
import { readable } from './names.ts'

export interface JitMap {
  /** Reads what was added. */
  refresh(): void
  name(address: number): string | undefined
}

/** Of one process; what is behind is not read. */
const MOST_BYTES = 64 << 20
const LINE = /^(?:0x)?([0-9a-fA-F]+) (?:0x)?([0-9a-fA-F]+) (.+)$/gm

export const openJitMap = (path: string): JitMap => {
  let read = 0
  let rest = ''
  let sorted = true
  let entries: { start: number; end: number; name: string }[] = []
  let starts = new Float64Array(0)

  const sort = (): void => {
    const newest = new Map(entries.map((entry) => [entry.start, entry]))
    entries = [...newest.values()].sort((a, b) => a.start - b.start)
    starts = Float64Array.from(entries, ({ start }) => start)
    sorted = true
  }

  return {
    refresh() {
      const added = readFrom(path, read)
      if (added.length === 0) return
      read += added.length
      const text = rest + added.toString('utf8')
      const end = text.lastIndexOf('\n')
      rest = text.slice(end + 1)
      for (const [, start, size, name] of text.slice(0, end + 1).matchAll(LINE)) {
        const from = Number.parseInt(start!, 16)
        entries.push({ start: from, end: from + Number.parseInt(size!, 16), name: readable(name!) })
      }
      sorted = false
    },
    name(address) {
      if (!sorted) sort()
      // the nearest beginning need not be the one that reaches here, when older code lay across
      for (let index = lastNotAbove(starts, address), tries = 8; index >= 0 && tries > 0; index--, tries--) {
        if (address < entries[index]!.end) return entries[index]!.name
      }
      return undefined
    },
  }
}

const readFrom = (path: string, offset: number): Buffer => {
  const file = openPlain(path)
  if (!file) return NOTHING
  try {
    const wanted = Math.min(file.size, MOST_BYTES) - offset
    if (wanted <= 0) return NOTHING
    const buffer = Buffer.alloc(wanted)
    return buffer.subarray(0, readSync(file.fd, buffer, 0, wanted, offset))
  } catch {
    return NOTHING
  } finally {
    closeSync(file.fd)
  }
}

const NOTHING = Buffer.alloc(0)
