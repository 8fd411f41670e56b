// The text of a recording in pieces, each with the place it can be read from again. A plain file can be entered at any
// byte, a gzipped one at each of its members: recordings are written as many (gzip allows that), so that a day can be
// entered anywhere without reading what was before.
import type { FileHandle } from 'node:fs/promises'
import { constants, crc32, createInflateRaw } from 'node:zlib'
import { RecordingError } from './recording-file.ts'

/** Where to begin reading: a byte of the file, and so much text after it. */
export interface Place {
  at: number
  skip: number
}

export interface Piece {
  bytes: Buffer
  /** Of its first byte. */
  place: Place
  /** False: a place within is found by `skip`. */
  plain: boolean
}

const CHUNK_BYTES = 64 * 1024

export const isGzip = async (file: FileHandle): Promise<boolean> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
}

export const placeIn = ({ place, plain }: Piece, offset: number): Place =>
  plain ? { at: place.at + offset, skip: 0 } : { at: place.at, skip: place.skip + offset }

/** From a place on. Throws RecordingError where the file is damaged; a torn end is the end. */
export const piecesFrom = async function* (
  file: FileHandle,
  gzipped: boolean,
  { at, skip }: Place = { at: 0, skip: 0 },
): AsyncGenerator<Piece> {
  if (!gzipped) {
    yield* plainPieces(file, at)
    return
  }
  let left = skip
  for await (const piece of gzipPieces(file, at)) {
    if (left >= piece.bytes.length) left -= piece.bytes.length
    else {
      yield left > 0 ? { ...piece, bytes: piece.bytes.subarray(left), place: placeIn(piece, left) } : piece
      left = 0
    }
  }
}

const plainPieces = async function* (file: FileHandle, from: number): AsyncGenerator<Piece> {
  for (let at = from; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at)
    if (bytesRead === 0) return
    yield { bytes: buffer.subarray(0, bytesRead), place: { at, skip: 0 }, plain: true }
    at += bytesRead
  }
}

const TRAILER_BYTES = 8

const gzipPieces = async function* (file: FileHandle, from: number): AsyncGenerator<Piece> {
  for (let at = from; ;) {
    const headerBytes = await headerLength(file, at)
    if (headerBytes === undefined) return
    const member = { at, read: 0 }
    let skip = 0
    let sum = 0
    for await (const bytes of inflated(file, at + headerBytes, member)) {
      sum = crc32(bytes, sum)
      yield { bytes, place: { at, skip }, plain: false }
      skip += bytes.length
    }
    at += headerBytes + member.read
    const trailer = await bytesAt(file, at, TRAILER_BYTES)
    if (trailer.length < TRAILER_BYTES) return
    if (trailer.readUInt32LE(0) !== sum) throw damaged(at, 'the checksum is wrong')
    at += TRAILER_BYTES
  }
}

/** The text of one member; `member.read` is how many bytes it took. */
const inflated = async function* (file: FileHandle, from: number, member: { read: number }): AsyncGenerator<Buffer> {
  // A sync flush at the end makes zlib hand over what there is of a torn file instead of failing.
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH })
  let over = false
  let wake = (): void => {}
  let failure: Error | undefined
  inflate.on('end', () => (over = true))
  inflate.on('error', (error) => {
    // Once it has its end it is only told that what follows was not wanted
    if (!over) failure ??= error
    over = true
  })
  const feed = async (): Promise<void> => {
    for (let at = from; !over;) {
      const bytes = await bytesAt(file, at, CHUNK_BYTES)
      if (over) return
      if (bytes.length === 0) return void inflate.end()
      at += bytes.length
      if (!inflate.write(bytes)) await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  for (const event of ['drain', 'end', 'error', 'close']) inflate.on(event, () => wake())
  const feeding = feed().catch((error: Error) => void inflate.destroy(error))
  try {
    for await (const bytes of inflate) yield bytes as Buffer
  } catch {
    // told by its event
  } finally {
    over = true
    member.read = inflate.bytesWritten
    inflate.destroy()
    await feeding
  }
  if (failure) throw damaged(from + member.read, failure.message, true)
}

const damaged = (at: number, why: string, near = false): RecordingError =>
  new RecordingError(`the gzip data is damaged ${near ? 'near' : 'at'} byte ${at}: ${why}`)

const FLAGS = { crc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const
const MOST_HEADER = 256 * 1024

/** Length of a member's header (RFC 1952); undefined where the file ends. Throws with the byte that is wrong. */
const headerLength = async (file: FileHandle, at: number): Promise<number | undefined> => {
  const fixed = await bytesAt(file, at, 10)
  // Zeros may follow as padding; what follows the first member and begins otherwise is none, as gunzip has it
  if (fixed.length === 0 || (at > 0 && fixed.every((byte) => byte === 0))) return undefined
  const expected = [0x1f, 0x8b, 8]
  const wrong = expected.findIndex((byte, i) => i < fixed.length && fixed[i] !== byte)
  if (wrong >= 0)
    throw damaged(at + wrong, wrong === 2 ? `compression method ${fixed[2]}, which nobody knows` : 'no gzip header')
  // A torn first member has nothing
  if (fixed.length < 10 && at === 0) throw damaged(fixed.length, 'the header ends there')
  if (fixed.length < 10) return undefined
  const flags = fixed[3]!
  if (flags & FLAGS.reserved) throw damaged(at + 3, 'flags of the header that nobody knows')
  if ((flags & ~1) === 0) return 10
  const header = await bytesAt(file, at, MOST_HEADER)
  let length = 10
  if (flags & FLAGS.extra) length += header.length < 12 ? Infinity : 2 + header.readUInt16LE(10)
  for (const flag of [FLAGS.name, FLAGS.comment]) {
    if (!(flags & flag) || length > header.length) continue
    const end = header.indexOf(0, length)
    if (end < 0 && header.length === MOST_HEADER) throw damaged(at + length, 'a text in the header without end')
    length = end < 0 ? Infinity : end + 1
  }
  if (flags & FLAGS.crc) {
    const own = header.subarray(length, length + 2)
    if (own.length === 2 && own.readUInt16LE(0) !== (crc32(header.subarray(0, length)) & 0xffff))
      throw damaged(at + length, "the header's checksum is wrong")
    length += 2
  }
  return length > header.length ? undefined : length
}

const bytesAt = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
