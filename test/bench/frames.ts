// How long a frame takes, from the messages of a new interval to the last byte for the terminal, and how many bytes that
// is; with a real run's data, warm, as frames follow each other without a pause. `all cells` also swaps the colours of the
// whole screen at every frame, so that every cell is compared, found different and written.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { median, quantile } from 'd3-array'
import { frame } from '../../src/app/draw/frame.ts'
import { ROOT, THEMES } from '../../src/paths.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import type { TerminalStreams } from '../../src/screen/terminal.ts'
import { attributesOf, loadTheme } from '../../src/screen/theme.ts'
import { decodeLine } from '../../src/stream/codec.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { SIZES } from '../helpers/sizes.ts'
import type { Figure } from './figures.ts'

const WARM_UP = 60
/** In blessed's attributes. */
const REVERSE = 8 << 18

export const frameFigures = (rounds: number, quick: boolean): Figure[] => {
  const figures = new Map<string, Figure>()
  for (let round = 0; round < rounds; round++) {
    for (const [width, height] of SIZES) {
      for (const all of [true, false]) {
        const row = `${width}x${height}, ${all ? 'all cells' : 'what changed'}`
        const { times, bytes } = frames(width, height, all, quick ? 60 : 240)
        const values = {
          'p50 ms': quantile(times, 0.5)!,
          'p99 ms': quantile(times, 0.99)!,
          'KB a frame': median(bytes)! / 1024,
        }
        for (const [name, value] of Object.entries(values)) {
          const figure = figures.get(row + name) ?? { part: 'frames', row, name, values: [] }
          figures.set(row + name, figure)
          figure.values.push(value)
        }
      }
    }
  }
  return [...figures.values()]
}

const frames = (width: number, height: number, all: boolean, count: number): { times: number[]; bytes: number[] } => {
  const sink = countingTerminal(width, height)
  const recorded = recording()
  const screen = fakeScreen({ width, height, messages: recorded })
  const terminal = openTerminal(sink.streams)
  const plain = attributesOf(loadTheme(THEMES, 'dark'), 256)
  const swapped = plain.map((attribute) => attribute ^ REVERSE)
  const times: number[] = []
  const bytes: number[] = []
  const next = intervals(recorded)
  try {
    for (let i = 0; i < WARM_UP + count; i++) {
      const messages = next()
      const before = sink.bytes()
      const began = performance.now()
      screen.receive(...messages)
      const now = { ...screen.context, nowMs: messages[0]!.atMs + 20 }
      terminal.draw(frame(screen.state, screen.store, now), all && i % 2 === 1 ? swapped : plain)
      if (i < WARM_UP) continue
      times.push(performance.now() - began)
      bytes.push(sink.bytes() - before)
    }
  } finally {
    terminal.restore()
  }
  return { times, bytes }
}

const recording = (): Message[] =>
  gunzipSync(readFileSync(join(ROOT, 'src/cli/demo.ndjson.gz')))
    .toString()
    .split('\n')
    .flatMap((line) => decodeLine(line, 0) ?? [])

/** Interval after interval of the recording, over and over, each later than the one before. */
const intervals = (recorded: readonly Message[]): (() => Message[]) => {
  const ticks = new Map<number, Message[]>()
  for (const message of recorded) {
    if (message.type !== 'sample' && message.type !== 'host') continue
    ticks.set(message.atMs, [...(ticks.get(message.atMs) ?? []), message])
  }
  const all = [...ticks.values()].filter((messages) => messages.length > 1)
  let atMs = all.at(-1)![0]!.atMs
  let i = 0
  return () => {
    atMs += 1000
    return all[i++ % all.length]!.map((message) => ({ ...message, atMs }))
  }
}

const countingTerminal = (columns: number, rows: number): { streams: TerminalStreams; bytes(): number } => {
  let bytes = 0
  const output = Object.assign(
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length
        done()
      },
    }),
    { isTTY: true, columns, rows },
  )
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  return { streams: { input, output } as unknown as TerminalStreams, bytes: () => bytes }
}
