// Snapshots read back: the instant as messages of the stream, each checked like those of a recording, and where the
// screen was, as it is written (app/entering/reopen.ts checks that).
import type { FileHandle } from 'node:fs/promises'
import { decodeLine } from '../stream/codec.ts'
import { isObject } from '../stream/shape.ts'
import { tableOf } from '../stream/spec.ts'
import { EXECSNOOP, type ExecEvent } from '../stream/specs/execsnoop.ts'
import type { Hello, Message, Source } from '../stream/stream-types.ts'
import { checkSchema, RecordingError } from './recording-file.ts'

export interface Snapshot {
  messages: Message[]
  /** When it was taken, and the instant it shows. */
  takenMs: number
  shownMs: number
  /** Not checked. */
  view: unknown
}

const MOST_BYTES = 64 * 1024 * 1024
const HEAD_BYTES = 4096
const KIND = /^\s*\{\s*"schema":\s*\d+,\s*"kind":\s*"probetop snapshot"/

/** Whether a file begins like a snapshot. */
export const isSnapshot = async (file: FileHandle): Promise<boolean> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return KIND.test(buffer.toString('utf8', 0, bytesRead))
}

/** Throws RecordingError. */
export const readSnapshot = async (file: FileHandle): Promise<Snapshot> => {
  const { size } = await file.stat()
  if (size > MOST_BYTES) throw new RecordingError(`a snapshot of more than ${MOST_BYTES / 1024 ** 2} MB`)
  return snapshotOf((await file.readFile()).toString('utf8'))
}

/** Throws RecordingError. */
export const snapshotOf = (text: string): Snapshot => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new RecordingError('the snapshot is cut off or damaged: it is not JSON')
  }
  const data = (isObject(value) ? value : {}) as Record<string, unknown>
  const hello = checked(data.hello, 'hello')
  if (hello?.type !== 'hello') throw new RecordingError('the snapshot does not say where it was taken')
  checkSchema(hello.schema, hello.version)
  const shownMs = instant(data.shownMs) ?? hello.atMs
  const statuses = isObject(data.statuses) ? Object.entries(data.statuses) : []
  const samples = isObject(data.samples) ? Object.values(data.samples) : []
  const messages = [
    ...listOf(data.specs).map((spec) => checked({ type: 'probe', atMs: hello.atMs, spec }, 'probe')),
    ...statuses.map(([probe, status]) => checked({ type: 'status', atMs: hello.atMs, probe, status }, 'status')),
    ...listOf(data.gaps).map((gap) => checked(gap, 'gap')),
    ...listOf(data.logs).map((log) => checked(log, 'log')),
    checked(data.host, 'host'),
    ...samples.map((sample) => checked(wholeSample(sample, data), 'sample')),
    checked(data.facts, 'process'),
  ].flatMap((message) => (message ? [message] : []))
  const atMs = Math.max(0, ...messages.flatMap((message) => (message.type === 'sample' ? [message.atMs] : [])))
  return {
    messages: [hello satisfies Hello, ...messages],
    takenMs: instant(data.takenMs) ?? shownMs,
    shownMs: atMs || shownMs,
    view: data.view,
  }
}

/** All there is at once; what is shown is its end. */
export const snapshotSource = ({ messages }: Snapshot): Source => ({
  start: (onMessage) => messages.forEach(onMessage),
  send: () => {},
  stop: async () => {},
})

/** Stacks of all intervals that were shown as one, and all events of the list, are kept beside the samples. */
const wholeSample = (sample: unknown, { stacks, events }: Record<string, unknown>): unknown => {
  if (!isObject(sample) || !isObject(sample.data)) return sample
  if (sample.probe === 'execsnoop' && Array.isArray(events)) {
    const tables = { events: tableOf(EXECSNOOP.tables.events, events.filter(isObject) as unknown as ExecEvent[]) }
    return { ...sample, data: { ...sample.data, tables } }
  }
  if (sample.probe !== 'stacks' || !isObject(stacks) || !isObject(stacks.data)) return sample
  const [fromMs, toMs] = [instant(stacks.fromMs), instant(stacks.toMs)]
  return fromMs === undefined || toMs === undefined || toMs <= fromMs
    ? sample
    : { ...sample, intervalMs: toMs - fromMs, data: stacks.data }
}

const checked = (value: unknown, type: Message['type']): Message | undefined => {
  if (!isObject(value) || value.type !== type) return undefined
  const message = decodeLine(JSON.stringify(value), 0)
  return message?.type === type ? message : undefined
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const instant = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 && value < 8e15 ? value : undefined
