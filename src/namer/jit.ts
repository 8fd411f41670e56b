// Functions made at run time, as node --perf-basic-prof, java's agents and others write them down while they run: lines
// of start, size and name in /tmp/perf-PID.map. The file grows; code may take the place of other code, and then the
// later line holds; and the whole may be written anew. Names stay in the file until they are asked for.
import { pauses } from './dwarf/pause.ts'
import { lineAt, tableOfLines } from './jit-lines.ts'
import { readable } from './function-names.ts'
import { openPlain } from './plain-file.ts'
import type { PlainFile } from './plain-file.ts'

export interface JitMap {
  /** Reads what was added, or all when it was written anew. */
  refresh(): Promise<void>
  name(address: number): string | undefined
  close(): void
}

interface JitOptions {
  /** Whose file it must be, if not root's. */
  uid?: number
  /** Lines that may still be kept, of all maps together. */
  budget?: { lines: number }
  /** Told once of what is not read. */
  onLeftOut?(why: string): void
}

/** Of one process; what is behind is not read. */
const MOST_BYTES = 64 << 20
const MOST_LINES = 1_000_000
const CHUNK = 1 << 20
const MARK = 64
const LONGEST_NAME = 400
const BUDGET_MS = 10_000
/** Reading all anew may take this part of the time. */
const REREAD_SHARE = 10

export const openJitMap = (path: string, options: JitOptions = {}): JitMap => {
  const { uid, budget = { lines: MOST_LINES }, onLeftOut = () => {} } = options
  let table = tableOfLines(MOST_LINES, budget)
  let file: PlainFile | undefined
  /** The file as it was read: what its first and last bytes are tells whether it was written anew. */
  let known: { id: string; mtimeMs: number; head: Buffer; tail: Buffer } | undefined
  let read = 0
  let skipping = false
  let doubted = false
  let notBeforeMs = 0
  let told = false

  const leftOut = (why: string): void => {
    if (!told) onLeftOut(why)
    told = true
  }

  const wasWrittenAnew = (now: PlainFile): boolean => {
    if (!known) return false
    const { head, tail } = known
    return (
      doubted ||
      idOf(now) !== known.id ||
      now.size < read ||
      (now.size === read && now.mtimeMs !== known.mtimeMs) ||
      !now.bytes.readNow(0, MARK).subarray(0, head.length).equals(head) ||
      !now.bytes.readNow(read - tail.length, tail.length).equals(tail)
    )
  }

  const readOn = async (now: PlainFile): Promise<void> => {
    const pause = pauses({ leftMs: BUDGET_MS })
    while (read < Math.min(now.size, MOST_BYTES) && !table.full()) {
      const chunk = await now.bytes.read(read, CHUNK)
      const { bytes, inLine } = await table.add(chunk, read, skipping, chunk.length === CHUNK, pause)
      if (bytes === 0) break
      read += bytes
      skipping = inLine
    }
    table.sort()
    if (table.full()) leftOut('it has too many lines')
    else if (read >= MOST_BYTES) leftOut(`it is longer than ${MOST_BYTES >> 20} MB`)
  }

  return {
    async refresh() {
      const now = openPlain(path)
      if (!now || (uid !== undefined && now.uid !== uid && now.uid !== 0)) return now?.close()
      if (wasWrittenAnew(now)) {
        if (performance.now() < notBeforeMs) return now.close()
        table.clear()
        table = tableOfLines(MOST_LINES, budget)
        read = 0
        known = undefined
        skipping = doubted = false
      }
      file?.close()
      file = now
      const startedMs = performance.now()
      const isWhole = known === undefined
      try {
        await readOn(now)
      } catch (error) {
        leftOut((error as Error).message)
        read = Math.max(read, now.size)
      }
      if (isWhole) notBeforeMs = performance.now() + (performance.now() - startedMs) * REREAD_SHARE
      const tail = now.bytes.readNow(Math.max(0, read - MARK), Math.min(MARK, read))
      const head = now.bytes.readNow(0, Math.min(MARK, read))
      known = { id: idOf(now), mtimeMs: now.mtimeMs, head: Buffer.from(head), tail: Buffer.from(tail) }
    },
    name(address) {
      const found = table.lineOf(address)
      if (!found || !file) return undefined
      const line = file.bytes.readNow(found.at, LONGEST_NAME + MARK)
      const entry = lineAt(line, 0, line.length)
      if (entry?.start !== found.start) {
        doubted = true // something else is there now
        return undefined
      }
      const end = line.indexOf(10)
      return readable(line.toString('utf8', entry.nameAt, end < 0 ? line.length : end))
    },
    close() {
      file?.close()
      table.clear()
    },
  }
}

const idOf = ({ key }: PlainFile): string => key.split(' ').slice(0, 2).join(' ')
