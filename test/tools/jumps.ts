// How long jumps in a recording take, and what it takes to find its intervals:
//   node --import tsx test/tools/jumps.ts FILE
import { createPlayer } from '../../src/source/player.ts'
import { openRecording } from '../../src/source/recording.ts'
import { createStore } from '../../src/model/store.ts'

const [path] = process.argv.slice(2)
if (!path) throw new Error('usage: jumps.ts FILE')

const started = performance.now()
const player = createPlayer(await openRecording(path))
let longestMs = 0
let last = performance.now()
let mostBytes = 0
const watch = setInterval(() => {
  longestMs = Math.max(longestMs, performance.now() - last - 10)
  last = performance.now()
  mostBytes = Math.max(mostBytes, process.memoryUsage().rss)
}, 10)
while (player.playback().progress < 1) await new Promise((resolve) => setTimeout(resolve, 20))
const { fromMs, toMs } = player.playback()
console.log(`found in ${Math.round(performance.now() - started)} ms: ${(toMs - fromMs) / 1000} s of it`)
const store = createStore()
for (const part of [0.5, 0.99, 0.01, 0.77, 0.25, 1]) {
  const atMs = player.target(fromMs, { ms: Math.round((toMs - fromMs) * part) })!
  const before = performance.now()
  const window = (await player.around(atMs))!
  const readMs = performance.now() - before
  store.rewind(-Infinity)
  for (const message of window.messages) store.add(message)
  console.log(
    `to ${(atMs - fromMs) / 1000} s: read ${Math.round(readMs)} ms, ${window.messages.length} messages, kept ${Math.round(performance.now() - before - readMs)} ms`,
  )
}
clearInterval(watch)
console.log(`longest block ${Math.round(longestMs)} ms, most memory ${Math.round(mostBytes / 1e6)} MB`)
await player.stop()
