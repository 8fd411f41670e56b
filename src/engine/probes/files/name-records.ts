// Names of a file as the kernel programs read them (`name_file` in probes/files.h): of a record with `parts`, `depth` and
// `deleted`.
import type { RecordReader } from '../../native/record-reader.ts'
import type { Named } from './file-paths.ts'

export const namesIn = (
  record: RecordReader,
): ((bytes: Buffer, from: number) => Pick<Named, 'parts' | 'isCut' | 'isDeleted'>) => {
  const { elements: mostParts, bytes: partBytes } = record.place('parts')
  const at = { parts: record.offset('parts'), depth: record.number('depth'), deleted: record.number('deleted') }

  const textAt = (bytes: Buffer, from: number): string => {
    const end = bytes.indexOf(0, from)
    return bytes.toString('utf8', from, end < 0 || end > from + partBytes ? from + partBytes : end)
  }
  return (bytes, from) => {
    const depth = Math.min(at.depth(bytes, from), mostParts)
    return {
      parts: Array.from({ length: depth }, (_, part) => textAt(bytes, from + at.parts + part * partBytes)),
      isCut: depth === mostParts,
      isDeleted: at.deleted(bytes, from) !== 0,
    }
  }
}
