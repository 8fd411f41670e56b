// The engine's encoder writes what JSON.stringify would, also where it keeps the text of idle sessions.
import test from 'ava'
import { createEncoder } from '../../src/engine/encoder.ts'
import { encode } from '../../src/stream/codec.ts'
import type { Sample, TcpSession } from '../../src/stream/types.ts'
import { fakeStream } from '../helpers/stream.ts'

const session = (changes: Partial<TcpSession> = {}): TcpSession => ({
  id: '1',
  pid: 7,
  comm: 'a"b\\\n"sessions":[]$&',
  family: 4,
  local: '10.0.0.1',
  localPort: 80,
  remote: '10.0.0.2',
  remotePort: 4000,
  state: 'ESTABLISHED',
  inBytes: 0,
  outBytes: 0,
  inTotal: 5,
  outTotal: 6,
  rttUs: 90,
  retransmits: 0,
  retransmitsTotal: 0,
  cwnd: 10,
  direction: 'in',
  ...changes,
})

const sample = (...sessions: TcpSession[]): Sample<'tcp'> => ({
  type: 'sample',
  probe: 'tcp',
  atMs: 1,
  intervalMs: 1000,
  lost: 0,
  data: {
    sessions,
    listeners: [],
    opened: 0,
    accepted: 0,
    closed: 0,
    refused: 0,
    resetIn: 0,
    resetOut: 0,
    retransmits: 0,
    timeWait: 0,
  },
})

/** Each in turn, by one encoder. */
const encodes = (t: { deepEqual(a: unknown, b: unknown): void }, ...samples: Sample<'tcp'>[]): void => {
  const quick = createEncoder()
  t.deepEqual(
    samples.map((one) => inOrder(quick(one))),
    samples.map((one) => inOrder(encode(one))),
  )
}

/** Idle sessions come first. */
const inOrder = (line: string): unknown => {
  const message = JSON.parse(line) as { data?: { sessions?: TcpSession[] } }
  message.data?.sessions?.sort((a, b) => `${a.id} ${a.closed}`.localeCompare(`${b.id} ${b.closed}`))
  return message
}

test('every message reads the same, whatever was sent before', (t) => {
  const quick = createEncoder()
  const messages = fakeStream({ ticks: 10, exec: true })
  t.deepEqual(
    messages.map((one) => inOrder(quick(one))),
    messages.map((one) => inOrder(encode(one))),
  )
  t.true(messages.every((one) => quick(one).indexOf('\n') === quick(one).length - 1))
})

test('sessions that only grow older, with and without an age, none, several', (t) => {
  encodes(
    t,
    sample(),
    ...[1, 2, 3].map((ageMs) => sample(session({ ageMs }), session({ id: '2' }))),
    sample(session()),
    sample(),
    sample(session({ ageMs: 9 })),
  )
})

test('whatever else changes of a session is sent', (t) => {
  const all: Required<Omit<TcpSession, 'id'>> = {
    pid: 8,
    comm: 'c',
    family: 6,
    local: '::1',
    localPort: 81,
    remote: '::2',
    remotePort: 4001,
    state: 'CLOSE_WAIT',
    direction: 'out',
    ageMs: 4,
    inBytes: 1,
    outBytes: 2,
    inTotal: 7,
    outTotal: 8,
    rttUs: 91,
    retransmits: 1,
    retransmitsTotal: 2,
    cwnd: 11,
    closed: 'reset',
  }
  for (const [field, value] of Object.entries(all)) {
    encodes(
      t,
      sample(session({ ageMs: 1 })),
      sample(session({ ageMs: 2 })),
      sample(session({ ageMs: 3, [field]: value })),
      sample(session({ ageMs: 4 })),
    )
  }
})

test('an ended session and the one that its socket began next', (t) => {
  encodes(
    t,
    sample(session()),
    sample(session({ closed: 'closed' }), session({ inTotal: 0 })),
    sample(session({ inTotal: 0 })),
  )
})
