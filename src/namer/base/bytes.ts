// Bytes to be read here and there: of an open file, or of what is in memory already. Where there are no more, fewer come.

export interface Bytes {
  read(position: number, length: number): Promise<Buffer>
  /** For a few bytes that are likely at hand. */
  readNow(position: number, length: number): Buffer
}

/** More than that nobody reads at once. */
export const MOST_AT_ONCE = 64 << 20
export const NONE = Buffer.alloc(0)

export const bytesOfMemory = (memory: Buffer): Bytes => {
  const part = (position: number, length: number): Buffer =>
    Number.isSafeInteger(position) && position >= 0 && length > 0 && length <= MOST_AT_ONCE
      ? memory.subarray(position, position + length)
      : NONE
  return { read: async (position, length) => part(position, length), readNow: part }
}

/** What lies between two places. */
export const within = (bytes: Bytes, start: number, size: number): Bytes => {
  const fitting = (position: number, length: number): number =>
    position < 0 ? 0 : Math.max(0, Math.min(length, size - position))
  return {
    read: (position, length) => bytes.read(start + position, fitting(position, length)),
    readNow: (position, length) => bytes.readNow(start + position, fitting(position, length)),
  }
}

/** Text up to the next NUL. */
export const textAt = (bytes: Bytes, position: number): string => textIn(bytes.readNow(position, LONGEST_TEXT))

export const textIn = (found: Buffer): string => {
  const end = found.indexOf(0)
  return found.toString('latin1', 0, end < 0 ? found.length : end)
}

const LONGEST_TEXT = 1024
