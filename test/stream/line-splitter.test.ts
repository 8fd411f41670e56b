// Bytes cut into lines: of chunks of any size, also where the sender reads into one buffer again and again.
import test from 'ava'
import { splitLines } from '../../src/stream/line-splitter.ts'

/** As a reader does that has one buffer. */
const readThrough = (text: string, bufferBytes: number, maxBytes?: number): { lines: string[]; tooLong: number[] } => {
  const lines: string[] = []
  const tooLong: number[] = []
  const splitter = splitLines({
    onLine: (line) => lines.push(line),
    onTooLong: (bytes) => tooLong.push(bytes),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  })
  const buffer = Buffer.alloc(bufferBytes)
  const all = Buffer.from(text)
  for (let at = 0; at < all.length; at += bufferBytes) {
    const got = all.copy(buffer, 0, at, at + bufferBytes)
    splitter.push(buffer.subarray(0, got))
  }
  splitter.end()
  return { lines, tooLong }
}

for (const bufferBytes of [1, 3, 7, 4096])
  test(`lines longer than the buffer are whole: ${bufferBytes} bytes`, (t) => {
    const lines = [
      'short',
      'a'.repeat(5000) + 'é' + 'b'.repeat(5000),
      '',
      'x'.repeat(4096),
      'the end without a newline',
    ]
    t.deepEqual(readThrough(lines.join('\n'), bufferBytes).lines, lines)
  })

test('a line that is too long is thrown away as a whole, and told once', (t) => {
  const { lines, tooLong } = readThrough(`before\n${'x'.repeat(10_000)}\nafter\n`, 4096, 9000)
  t.deepEqual(lines, ['before', 'after'])
  t.deepEqual(tooLong, [10_000])
  const bound = readThrough(`${'x'.repeat(9000)}\n${'x'.repeat(9001)}\n`, 4096, 9000)
  t.deepEqual([bound.lines, bound.tooLong], [['x'.repeat(9000)], [9001]])
})
