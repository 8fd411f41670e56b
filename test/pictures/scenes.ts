// The pictures that are made: of which run, after which keys. Of the bundled recording where it has what is shown, else
// of the made-up stream of the tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { panelsIn } from '../../src/app/state.ts'
import { ROOT } from '../../src/paths.ts'
import { decodeLine } from '../../src/stream/codec.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { Refused } from '../helpers/tool.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, type FakeStackOptions } from '../helpers/stacks.ts'
import { fakeStream, type FakeOptions } from '../helpers/stream.ts'

export interface Scene {
  name: string
  screen(options: ScreenOptions): FakeScreen
}

/** Intervals of the bundled recording that have passed: a disk is busy. */
const PASSED = 30

const unzipped = (file: string): string => {
  const bytes = readFileSync(file)
  try {
    return gunzipSync(bytes).toString()
  } catch (error) {
    throw new Refused(`${file}: ${(error as Error).message}; it has to be written by probetop -w FILE.gz`)
  }
}

/** All that came before an interval of the recording ended. */
export const recorded = (intervals: number, file = join(ROOT, 'src/cli/demo.ndjson.gz')): Message[] => {
  const messages = unzipped(file)
    .split('\n')
    .flatMap((line) => decodeLine(line, 0) ?? [])
  const ends = [...new Set(messages.flatMap((message) => (message.type === 'host' ? message.atMs : [])))]
  if (ends.length === 0) throw new Refused(`${file} has no interval`)
  const endMs = ends[Math.min(intervals, ends.length) - 1]!
  return messages.filter((message) => !('atMs' in message) || message.atMs <= endMs)
}

const pressed = (screen: FakeScreen, keys: readonly string[]): FakeScreen => {
  screen.press(...keys)
  return screen
}

/** As it is at the end of these messages, once somebody has done something. */
const played = (
  messages: readonly Message[],
  options: ScreenOptions,
  then: (screen: FakeScreen) => void,
): FakeScreen => {
  const screen = fakeScreen({ messages, ...options, initial: { replay: true } })
  const nowMs = messages.reduce((last, message) => ('atMs' in message ? Math.max(last, message.atMs) : last), 0)
  screen.context = { ...screen.context, nowMs: nowMs + 20 }
  then(screen)
  return screen
}

const ofRecording = (name: string, keys: readonly string[] = []): Scene => ({
  name,
  screen: (options) => played(recorded(PASSED), options, (screen) => screen.press(...keys)),
})

/** Each panel of a recording (`probetop -w FILE.gz`, of all that shall be seen) in each of its modes. */
export const scenesOf = (file: string): Scene[] => {
  const messages = recorded(Infinity, file)
  const { state } = played(messages, {}, () => {})
  return panelsIn(state).flatMap(({ id, modes }) =>
    modes.map((mode, at): Scene => ({
      name: modes.length === 1 ? id : `${id}-${mode.id}`,
      screen: (options) =>
        played(messages, options, (screen) => {
          screen.act({ do: 'open', panel: id })
          screen.press(...new Array<string>(at).fill('m'), 'down')
        }),
    })),
  )
}

const madeUp = (name: string, keys: readonly string[], made: FakeOptions): Scene => ({
  name,
  screen: (options) =>
    pressed(fakeScreen({ messages: fakeStream({ ticks: 90, ...made }), ticks: 90, ...options }), keys),
})

const NODE = ['/', 'n', 'o', 'd', 'e', 'enter', 'down', 's']

const ofStacks = (name: string, keys: readonly string[], made: FakeStackOptions = {}): Scene => ({
  name: `stacks-${name}`,
  screen: (options) =>
    pressed(
      fakeScreen({
        messages: fakeStackStream({ ticks: 40, ...made }),
        ticks: 40,
        ...options,
        initial: { replay: true },
      }),
      [...NODE, ...keys],
    ),
})

export const SCENES: readonly Scene[] = [
  ofRecording('overview'),
  ofRecording('selected', ['down', 'down']),
  ofRecording('runq', ['1', 'down']),
  ofRecording('offcpu', ['2', 'down', 'down']),
  ofRecording('block', ['3', 'down']),
  ofRecording('disks', ['3', 'm']),
  ofRecording('tcp', ['4', 'down']),
  ofRecording('syscalls', ['5', 'down']),
  ofRecording('exec', ['6', 'down']),
  ofRecording('grouped', ['1', 'u', 'down']),
  ofRecording('time', ['a', 'down']),
  ofRecording('columns', ['1', 'o', 'down']),
  ofRecording('compared', ['{', 'D', 'end', 'down']),
  ofRecording('panels', ['0']),
  ofRecording('verdict', ['!']),
  ofRecording('checklist', ['C']),
  ofRecording('palette', ['C-p']),
  ofRecording('frozen', ['[', '[', 'down']),
  ofRecording('filter', ['/', 'p', 'y']),
  madeUp('process', ['down', 'enter'], { targetPid: 812, detail: true }),
  madeUp('threads', ['down', 'enter', '7'], { targetPid: 812 }),
  madeUp('cpus', ['1', 'm'], { cpus: true }),
  madeUp('choice', ['4', 'down', 'd'], {}),
  madeUp('cost', ['c'], { cost: true }),
  madeUp('help', ['?'], {}),
  madeUp('hostile', ['1', 'end'], { hostile: true }),
  ofStacks('tree', []),
  ofStacks('icicle', ['v']),
  ofStacks('flame', ['v', 'v']),
  ofStacks('search', ['v', '/', 'f', 's', 'y', 'n', 'c', 'enter', 'n']),
  ofStacks('tree-search', ['/', 'f', 's', 'y', 'n', 'c', 'enter', 'n']),
  ofStacks('wakers', ['W', 'end']),
  ofStacks('oncpu', ['m'], { mode: 'oncpu' }),
  ofStacks('now', ['m', 'm', 'down'], { mode: 'now' }),
]
