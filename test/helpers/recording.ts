// Recordings for tests, made of the made-up stream.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode } from '../../src/stream/codec.ts'
import { fakeStream, type FakeOptions } from './stream.ts'

/** Writes a recording and gives its path. */
export const fakeRecording = (folder: string, options: FakeOptions = {}, name = 'fake.ndjson'): string => {
  const path = join(folder, name)
  const text = fakeStream(options).map(encode).join('')
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}
