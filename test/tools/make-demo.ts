// Makes the bundled recording out of one of real work on a real machine:
//   npm start -- -w raw.gz 1 60 --panels runq,offcpu,block,tcp,syscalls,exec
//   node --import tsx test/tools/make-demo.ts raw.gz src/cli/demo.ndjson.gz
import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { openRecording, replay } from '../../src/source/recording.ts'
import { encode } from '../../src/stream/codec.ts'
import { scrubber } from './scrub.ts'

const [from, into] = process.argv.slice(2)
if (!from || !into) throw new Error('usage: make-demo.ts RAW DEMO')

const scrub = scrubber()
const lines: string[] = []
const recording = await openRecording(from)
await new Promise<void>((resolve) => {
  replay(recording, resolve).start((message) => {
    const scrubbed = scrub(message)
    if (scrubbed) lines.push(encode(scrubbed))
  })
})
const packed = gzipSync(lines.join(''), { level: 9 })
writeFileSync(into, packed)
console.log(`${into}: ${lines.length} lines, ${packed.length} bytes`)
