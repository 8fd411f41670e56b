// The one pass over a recording that finds its intervals, in the background. Of most lines only the beginning is looked
// at. A gzip member that holds much (written by gzip itself, or by older versions) cannot be entered in its middle: from
// there on what was read is packed anew, in members, into a file without a name.
import type { FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { decodeLine } from '../stream/codec.ts'
import type { HostFacts, Message } from '../stream/stream-types.ts'
import { piecesFrom, placeIn, type Piece, type Place } from './pieces.ts'
import { steadyShift, type Recording } from './recording.ts'
import { temporaryFile } from './recording-file.ts'
import type { Fact, TickIndex } from './tick-index.ts'

interface Pass {
  /** Resolves when all is found, or the file breaks off. */
  done: Promise<void>
  stop(): void
  /** Of the file, 0 to 1. */
  progress(): number
  /** The copy, as far as it was written. */
  copy(): FileHandle | undefined
}

/** Text of one member beyond which a copy is made, and of each member of the copy. */
const MOST_MEMBER_BYTES = 4 * 1024 * 1024
const COPY_MEMBER_BYTES = 1024 * 1024
/** On disk. */
const MOST_COPY_BYTES = 4 * 1024 ** 3
const MOST_FACTS = 5000
/** What is short enough to be host facts, a status or a probe's description. */
const MOST_HEAD = 64 * 1024
const TURN_MS = 20

const pack = promisify(gzip) as (text: Buffer, options: { level: number }) => Promise<Buffer>

export const startPass = ({ file, gzipped }: Recording, index: TickIndex): Pass => {
  let stopped = false
  let readTo = 0
  let size = 1
  let copy: FileHandle | undefined
  let isDone = false

  const pass = async (): Promise<void> => {
    size = Math.max(1, (await file.stat()).size)
    const lines = createLines((head, place, textAt) => noteLine(head, place, textAt))
    const waiting: (() => void)[] = []
    const packer = createPacker(() => waiting.splice(0).forEach((add) => add()))
    let shiftMs = 0
    let lastMs = -Infinity
    let turnAt = performance.now() + TURN_MS

    const noteLine = (head: Buffer, place: Place & { copied: boolean }, textAt: number): void => {
      const message = shortMessage(head)
      if (message?.type === 'host') {
        shiftMs = steadyShift(message, shiftMs, lastMs)
        lastMs = message.atMs + shiftMs
        const [atMs, rawMs] = [lastMs, message.atMs]
        const add = (): void => index.add(atMs, rawMs, { ...place, key: message.key === true }, textAt)
        // It can be jumped to once it is in the copy
        if (place.copied) waiting.push(add)
        else add()
      } else if (message) {
        if (index.facts.length >= MOST_FACTS) index.facts.splice(0, MOST_FACTS / 10)
        index.facts.push({ ...message, atMs: message.atMs + shiftMs })
      }
    }

    for await (const piece of piecesFrom(file, gzipped)) {
      if (stopped) return
      readTo = piece.place.at
      const isDeep = packer.isOpen() || piece.place.skip > MOST_MEMBER_BYTES
      if (packer.isFull()) break
      lines.push(piece, isDeep ? await packer.add(piece.bytes) : undefined)
      if (performance.now() > turnAt) {
        await nextTurn()
        turnAt = performance.now() + TURN_MS
      }
    }
    await packer.end()
  }

  /** Packs what it is given; answers with the place that its first byte has in the copy. */
  const createPacker = (onWritten: () => void) => {
    let parts: Buffer[] = []
    let bytes = 0
    let written = 0
    const flush = async (): Promise<void> => {
      if (bytes === 0 || !copy) return
      const packed = await pack(Buffer.concat(parts), { level: 1 })
      await copy.write(packed, 0, packed.length, written)
      written += packed.length
      parts = []
      bytes = 0
      onWritten()
    }
    return {
      isOpen: () => copy !== undefined,
      /** What is beyond can be played, but not jumped to. */
      isFull: () => written > MOST_COPY_BYTES,
      add: async (piece: Buffer): Promise<Place> => {
        copy ??= await temporaryFile()
        if (bytes >= COPY_MEMBER_BYTES) await flush()
        const place = { at: written, skip: bytes }
        parts.push(piece)
        bytes += piece.length
        return place
      },
      end: flush,
    }
  }

  const done = pass()
    .catch(() => {
      // damaged from there on, which whoever plays it will say
    })
    .then(() => {
      isDone = true
    })
  return {
    done,
    stop: () => {
      stopped = true
    },
    progress: () => (isDone ? 1 : Math.min(0.99, readTo / size)),
    copy: () => copy,
  }
}

/** Calls back with the beginning of each line that is short, and its place. */
const createLines = (onLine: (head: Buffer, place: Place & { copied: boolean }, textAt: number) => void) => {
  let parts: Buffer[] = []
  let bytes = 0
  let place: (Place & { copied: boolean }) | undefined
  let startsAt = 0
  let textAt = 0
  return {
    push: (piece: Piece, inCopy: Place | undefined): void => {
      const placeOf = (offset: number): Place & { copied: boolean } =>
        inCopy
          ? { at: inCopy.at, skip: inCopy.skip + offset, copied: true }
          : { ...placeIn(piece, offset), copied: false }
      for (let from = 0; from < piece.bytes.length;) {
        if (!place) {
          place = placeOf(from)
          startsAt = textAt + from
        }
        const end = piece.bytes.indexOf(10, from)
        const to = end < 0 ? piece.bytes.length : end
        if (bytes <= MOST_HEAD) parts.push(piece.bytes.subarray(from, to))
        bytes += to - from
        if (end < 0) break
        if (bytes <= MOST_HEAD) onLine(parts.length === 1 ? parts[0]! : Buffer.concat(parts), place, startsAt)
        parts = []
        bytes = 0
        place = undefined
        from = end + 1
      }
      textAt += piece.bytes.length
    },
  }
}

const TYPES = /"type"\s*:\s*"(?:host|status|gap|probe)"/
/** The type comes first in what we write. */
const PREFIX = 200

/** Whatever else is undefined. */
const shortMessage = (line: Buffer): HostFacts | Fact | undefined => {
  if (!TYPES.test(line.toString('latin1', 0, PREFIX))) return undefined
  const message: Message | undefined = decodeLine(line.toString('utf8'), 0)
  switch (message?.type) {
    case 'host':
    case 'status':
    case 'gap':
    case 'probe':
      return message
  }
  return undefined
}
