// Reads records of a compiled object by the names of their members, as its types say (btf-types.ts): so a record is written
// down once, in C. A member that is not there is an error when the probe starts.
import type { Place, Types } from './btf-types.ts'

export interface RecordReader {
  size: number
  place(member: string): Place
  /** Where a member is, in bytes. */
  offset(member: string): number
  /** Reads a number, of an array its element `index`. */
  number(member: string): (bytes: Buffer, at: number, index?: number) => number
  /** Reads characters up to the first zero. */
  text(member: string): (bytes: Buffer, at: number) => string
}

const HIGH = 2 ** 32

export const recordIn = (types: Types, struct: string): RecordReader => ({
  size: types.place(struct, '').bytes,
  place: (name) => types.place(struct, name),
  offset: (name) => types.place(struct, name).offset,
  number(name) {
    const { offset, bytes } = types.place(struct, name)
    if (bytes === 8)
      return (from, at, index = 0) => {
        const where = at + offset + index * 8
        return from.readUInt32LE(where) + from.readUInt32LE(where + 4) * HIGH
      }
    // by its own method each: the one for any length takes several times as long
    if (bytes === 4) return (from, at, index = 0) => from.readUInt32LE(at + offset + index * 4)
    if (bytes === 2) return (from, at, index = 0) => from.readUInt16LE(at + offset + index * 2)
    if (bytes === 1) return (from, at, index = 0) => from.readUInt8(at + offset + index)
    throw new Error(`${struct}.${name} is no number`)
  },
  text(name) {
    const { offset, bytes, elements } = types.place(struct, name)
    return (from, at) => {
      const start = at + offset
      const most = start + bytes * elements
      const end = from.indexOf(0, start)
      return from.toString('utf8', start, end < 0 || end > most ? most : end)
    }
  },
})
