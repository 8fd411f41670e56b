// Recordings and snapshots: lines of anybody's, read, kept, drawn on several pages, printed and recorded again.
import type { FileHandle } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Area } from '../area.ts'
import { frame } from '../../../src/app/draw/frame.ts'
import { actionFor } from '../../../src/app/keys/keymap.ts'
import { panelText } from '../../../src/app/table/panel-text.ts'
import { reopened } from '../../../src/app/entering/reopen.ts'
import { snapshotData } from '../../../src/app/draw/snapshot.ts'
import { stacksExport } from '../../../src/app/stacks/export.ts'
import { initialState, viewIn } from '../../../src/app/state.ts'
import type { AppState } from '../../../src/app/state-types.ts'
import { frameText } from '../../../src/app/text.ts'
import { update } from '../../../src/app/update.ts'
import { createStore } from '../../../src/model/store.ts'
import { createSteady, messagesFrom } from '../../../src/source/recording.ts'
import { RecordingError } from '../../../src/source/recording-file.ts'
import { snapshotOf } from '../../../src/source/snapshot-file.ts'
import { encode } from '../../../src/stream/codec.ts'
import type { Message } from '../../../src/stream/stream-types.ts'
import { fakeScreen, keyOf } from '../../helpers/screen.ts'
import { fakeStackStream } from '../../helpers/stacks.ts'
import { fakeStream } from '../../helpers/stream.ts'

const WORDS = [
  '\\u001b]0;x\\u0007',
  '\\u009b2J',
  '\\u202e',
  '1e300',
  '-1',
  'null',
  '[[[[[[[[',
  '"atMs":0',
  '"pid":0',
  '"slots":[0,1]',
  '\n',
  '{"type":"host",',
  '"__proto__":',
]
const SIZE = { width: 100, height: 30 }
/** What is looked at, by a byte of the input: all would take too long. */
const WAYS = [
  [],
  ['3', '3'],
  ['2', 'down', 'enter'],
  ['5', '5', 'm'],
  ['s'],
  ['s', 'v', 'i'],
  ['6', '6'],
  ['4', 'd'],
  ['?'],
]

const OPTIONS = { ticks: 2, exec: true, hostile: true, target: 812 }

const text = (messages: readonly Message[]): Buffer => Buffer.from(messages.map(encode).join(''))

const seeds = (): Buffer[] => [text(fakeStream(OPTIONS as never)), text(fakeStackStream({ ticks: 2, hostile: true }))]

/** Nothing a terminal obeys gets out. */
const checkText = (shown: string): void => {
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u.test(shown.replaceAll('\n', ''))) throw new Error('a control character is shown')
}

const look = (messages: readonly Message[], choice: number, start: AppState): void => {
  const store = createStore()
  let state = start
  for (const message of messages) store.add(message)
  const context = { ...SIZE, nowMs: store.ticks().at(-1) ?? 0, unicode: choice % 2 === 0, colour: true }
  for (const key of WAYS[choice % WAYS.length]!) {
    const action = actionFor(state, keyOf(key))
    if (action) state = update(state, action, store).state
  }
  checkText(frameText(frame(state, store, context).grid))
  if (choice % 8 === 0)
    checkText(JSON.stringify(JSON.parse(JSON.stringify(snapshotData(state, store, context))).screen))
  if (choice % 8 === 1) checkText(panelText('runq', store, { rows: 5, only: [], unicode: true }).join('\n'))
  stacksExport(state, viewIn(state, store))
}

const choiceOf = (input: Buffer): number => input.reduce((sum, byte) => (sum * 31 + byte) % 8191, 7)

/** As much of a file as is read of one. */
const inMemory = (bytes: Buffer): FileHandle =>
  ({
    read: (into: Buffer, offset: number, length: number, at: number) => {
      const bytesRead = bytes.copy(into, offset, at, at + length)
      return Promise.resolve({ bytesRead, buffer: into })
    },
  }) as unknown as FileHandle

const takeFile = async (input: Buffer, gzipped: boolean): Promise<void> => {
  const messages: Message[] = []
  const steady = createSteady()
  try {
    for await (const part of messagesFrom(inMemory(input), gzipped)) messages.push(...part.map(steady))
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error
  }
  for (const message of messages) checkText(encode(message))
  look(messages, choiceOf(input), initialState({ replay: true, player: true, ...SIZE }))
}

export const recordings: Area = { name: 'recordings', seeds, words: WORDS, take: (input) => takeFile(input, false) }

export const gzipped: Area = {
  name: 'gzip',
  seeds: () => seeds().map((seed) => Buffer.concat([gzipSync(seed.subarray(0, 3000)), gzipSync(seed.subarray(3000))])),
  take: (input) => takeFile(input, true),
}

export const snapshots: Area = {
  name: 'snapshots',
  seeds: () =>
    [['5', '5', 'm'], ['2', 'down', 'enter'], ['s']].map((keys) => {
      const screen = fakeScreen(OPTIONS as never)
      screen.press(...keys)
      return Buffer.from(JSON.stringify(snapshotData(screen.state, screen.store, screen.context), undefined, 1))
    }),
  words: WORDS,
  take(input) {
    try {
      const { messages, view } = snapshotOf(input.toString('utf8'))
      look(messages, 0, reopened(initialState({ replay: true, ...SIZE }), view))
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error
    }
  },
}
