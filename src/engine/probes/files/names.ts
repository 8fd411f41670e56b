// Names of a file as the kernel programs read them (`name_file` in probes/files.h): of a record with `parts`, `depth` and
// `deleted`.
import type { RecordReader } from '../../native/record.ts'
import type { Named } from './paths.ts'

/** Mirror PARTS and PART_BYTES of probes/files.h. */
const PARTS = 10
const PART_BYTES = 40

export const namesIn = (
  record: RecordReader,
): ((bytes: Buffer, from: number) => Pick<Named, 'parts' | 'isCut' | 'isDeleted'>) => {
  const at = { parts: record.offset('parts'), depth: record.number('depth'), deleted: record.number('deleted') }

  const textAt = (bytes: Buffer, from: number): string => {
    const end = bytes.indexOf(0, from)
    return bytes.toString('utf8', from, end < 0 || end > from + PART_BYTES ? from + PART_BYTES : end)
  }
  return (bytes, from) => {
    const depth = Math.min(at.depth(bytes, from), PARTS)
    return {
      parts: Array.from({ length: depth }, (_, part) => textAt(bytes, from + at.parts + part * PART_BYTES)),
      isCut: depth === PARTS,
      isDeleted: at.deleted(bytes, from) !== 0,
    }
  }
}
