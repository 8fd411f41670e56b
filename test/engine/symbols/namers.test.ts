// Which namers run, what is asked of them, and what is given up: with namers that are none; and real ones as processes.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createKnownNames } from '../../../src/engine/symbols/known-names.ts'
import type { KnownNames } from '../../../src/engine/symbols/known-names.ts'
import { startNamer } from '../../../src/engine/symbols/namer.ts'
import type { NamerEvents, StartNamer } from '../../../src/engine/symbols/namer.ts'
import { createNamers, MOST_LIVE, MOST_MEMORY_BYTES } from '../../../src/engine/symbols/namers.ts'
import { decodeAnswer, encodeAnswer } from '../../../src/namer/protocol.ts'
import type { Answer, Question } from '../../../src/namer/protocol.ts'
import { commandTest, skip } from '../../helpers/bpf.ts'
import { startEngine } from '../../helpers/engine.ts'
import { isAlive, until } from '../../helpers/programs.ts'
import { sleepMs } from '../../helpers/workload.ts'
import { AS_USER, testNames } from './names-test.ts'

interface Fake {
  uid: number
  hidden: boolean
  givenUp: readonly string[]
  asked: Question[]
  events: NamerEvents
  memoryBytes: number
  killed: boolean
}

/** Processes 1000 and up are of user 1, 2000 and up of user 2, and so on. */
const setUp = (t: ExecutionContext) => {
  const fakes: Fake[] = []
  const said: string[] = []
  let nowMs = 0
  const known = createKnownNames({
    identityOf: (pid) => `program ${pid}`,
    ownerOf: (pid) => ({ uid: Math.floor(pid / 1000), gid: 0, hidden: false }),
  })
  const start: StartNamer = ({ uid, hidden }, givenUp, events) => {
    const fake: Fake = { uid, hidden, givenUp, asked: [], events, memoryBytes: 0, killed: false }
    fakes.push(fake)
    return {
      ask: (question) => fake.asked.push(question),
      memoryBytes: () => fake.memoryBytes,
      waitedMs: () => 0,
      saidBytes: () => 0,
      kill: () => (fake.killed = true),
    }
  }
  const namers = createNamers({ known, log: (_, text) => said.push(text), start, nowMs: () => nowMs })
  t.teardown(namers.close)
  const answerAll = (fake: Fake, name = 'found'): void => {
    for (const { pid, identity, at } of fake.asked.splice(0)) {
      const frames = [{ name, kind: 'user' as const, module: 'program' }]
      fake.events.onAnswer({
        is: 'names',
        pid,
        identity,
        at: at.map((address) => ({ address, frames, changes: false })),
      })
    }
  }
  return {
    fakes,
    said,
    known,
    namers,
    answerAll,
    live: () => fakes.filter(({ killed }) => !killed),
    pass: (ms: number) => (nowMs += ms),
  }
}

const nameAt = (known: KnownNames): string => {
  const found = known.at(1001, 10)
  return typeof found === 'string' ? found : found[0]!.name
}

test('names come later, are asked for once, by the user whose they are', (t) => {
  const { known, namers, fakes, answerAll } = setUp(t)
  t.is(known.at(1001, 10), 'pending')
  t.is(known.at(1001, 10), 'pending')
  t.is(known.at(2001, 10), 'pending')
  namers.ask()
  namers.ask()
  t.deepEqual(
    fakes.map(({ uid, asked }) => [uid, asked.map(({ pid, at }) => [pid, ...at])]),
    [
      [1, [[1001, 10]]],
      [2, [[2001, 10]]],
    ],
  )
  answerAll(fakes[0]!)
  t.deepEqual(known.at(1001, 10), [{ name: 'found', kind: 'user', module: 'program' }])
  t.is(known.at(2001, 10), 'pending')
  fakes[1]!.events.onAnswer({
    is: 'names',
    pid: 1001,
    identity: 'program 1001',
    at: [{ address: 10, frames: [{ name: 'evil', kind: 'user' }], changes: false }],
  })
  t.is(nameAt(known), 'found', 'what was not asked is not taken')
})

test('a stack is unwound once, under the program that it is of', (t) => {
  const unwound: [pid: number, id: number, end: string, rules: number][] = []
  let identity = 'one'
  const known = createKnownNames({
    identityOf: () => identity,
    ownerOf: () => ({ uid: 1, gid: 0, hidden: false }),
    onUnwound: (pid, { stacks, rules }) => {
      for (const { id, end } of stacks) unwound.push([pid, id, end, rules.length])
    },
  })
  const stack = (id: number) => ({ id, ip: 1, exact: true, registers: [], stack: '' })
  const rule = { at: 1, flags: 0, cfa: 0, more: 0, returns: 0, pointer: 0 }
  const answer = (...ids: number[]) => ({
    is: 'stacks' as const,
    pid: 1001,
    identity: 'one',
    stacks: ids.map((id) => ({ id, end: 'whole' as const, callers: [2] })),
    rules: [rule],
  })
  for (const id of [5, 6, 7]) t.true(known.unwind(1001, stack(id)))
  const [program] = known.wanting()
  t.deepEqual(
    known.question(program!)!.stacks!.map(({ id }) => id),
    [5, 6, 7],
  )
  t.is(known.take(answer(5, 9)), 1, 'what was not asked is not taken')
  t.is(known.take(answer(5)), 0)
  t.deepEqual(unwound.splice(0), [[1001, 5, 'whole', 1]])
  known.askAgain(program!)
  t.is(known.question(program!)!.stacks!.length, 2)
  identity = 'two'
  t.is(known.take(answer(6)), 1)
  t.deepEqual(unwound.splice(0), [[1001, 6, 'stuck', 0]], 'what was read may have been the other one')
  known.giveUp(program!)
  t.deepEqual(unwound, [[1001, 7, 'stuck', 0]])
  t.true(known.unwind(1001, stack(8)))
  t.is(known.question(known.wanting()[0]!)!.identity, 'two', 'though no interval is over')
})

test('what takes too much is given up, said once, and another goes on with the rest', async (t) => {
  const { known, namers, fakes, said } = setUp(t)
  known.at(1001, 10)
  namers.ask()
  fakes[0]!.events.onAnswer({ is: 'doing', what: '/tmp/huge (1:2 3)' })
  fakes[0]!.memoryBytes = MOST_MEMORY_BYTES + 1
  await until(() => fakes.length === 2)
  t.true(fakes[0]!.killed)
  t.deepEqual(fakes[1]!.givenUp, ['/tmp/huge (1:2 3)'])
  t.deepEqual(fakes[1]!.asked[0]!.at, [10], 'asked again')
  t.deepEqual(said, ['names of /tmp/huge (1:2 3) are given up: reading it takes more than 256 MB'])
})

test('what does not end is given up, too; one that ends by itself comes again after a while', async (t) => {
  const { known, namers, fakes, said, pass } = setUp(t)
  known.at(1001, 10)
  namers.ask()
  fakes[0]!.events.onAnswer({ is: 'doing', what: 'fifo' })
  for (let i = 0; i < 200 && fakes.length === 1; i++) {
    pass(1000)
    await sleepMs(20)
  }
  t.deepEqual(fakes[1]?.givenUp, ['fifo'])
  fakes[1]!.events.onEnd('SIGKILL')
  namers.ask()
  t.is(fakes.length, 2, 'not at once')
  pass(1000)
  namers.ask()
  t.is(fakes.length, 3)
  t.is(said.length, 2)
})

test('so many at once; idle ones give way, and busy ones in their turn', (t) => {
  const { known, namers, fakes, live, answerAll, pass } = setUp(t)
  for (let user = 1; user <= MOST_LIVE + 2; user++) known.at(user * 1000, 10)
  namers.ask()
  t.is(live().length, MOST_LIVE)
  answerAll(fakes[1]!)
  namers.ask()
  t.true(fakes[1]!.killed)
  t.is(live().length, MOST_LIVE)
  t.is(live().at(-1)!.uid, MOST_LIVE + 1)
  pass(4000)
  namers.ask()
  t.true(fakes[0]!.killed)
  t.is(live().at(-1)!.uid, MOST_LIVE + 2)
})

test('a process that its own user may not look at is asked about by root, without what it could make up', (t) => {
  const { known, namers, fakes } = setUp(t)
  known.at(1001, 10)
  namers.ask()
  fakes[0]!.events.onAnswer({ is: 'denied', pid: 1001, identity: 'program 1001' })
  t.true(fakes[1]!.hidden)
  t.deepEqual(fakes[1]!.asked[0]!.at, [10])
  fakes[1]!.events.onAnswer({ is: 'denied', pid: 1001, identity: 'program 1001' })
  t.is(known.at(1001, 10), 'garbage')
})

test('what may have another name later is asked again each interval, and keeps what it has meanwhile', (t) => {
  const { known, namers, fakes } = setUp(t)
  const answer = (name: string): void =>
    fakes[0]!.events.onAnswer({
      is: 'names',
      pid: 1001,
      identity: 'program 1001',
      at: [{ address: 10, frames: [{ name, kind: 'jit' }], changes: true }],
    })
  known.at(1001, 10)
  namers.ask()
  answer('old')
  known.at(1001, 10)
  namers.ask()
  t.is(fakes[0]!.asked.length, 1)
  known.renew()
  known.at(1001, 10)
  namers.ask()
  t.is(fakes[0]!.asked.length, 2)
  t.is(nameAt(known), 'old')
  answer('new')
  t.is(nameAt(known), 'new')
})

test('answers are checked: whatever a namer says', (t) => {
  const answer: Answer = {
    is: 'names',
    pid: 1,
    identity: 'a',
    at: [
      { address: 5, changes: true, frames: [{ name: 'f', kind: 'jit', module: 'm' }] },
      { address: 6, changes: false, frames: [] },
    ],
  }
  t.deepEqual(decodeAnswer(encodeAnswer(answer)), answer)
  const evil = decodeAnswer('{"is":"names","pid":1,"identity":"a","texts":["\\u001b]0;x\\u0007"],"at":[[5,0,0,0,0]]}')
  t.is((evil as Extract<Answer, { is: 'names' }>).at[0]!.frames[0]!.name, '?]0;x?')
  for (const line of ['', '[]', 'null', '7', '{"is":"names"}', '{"is":"doing","what":7}'])
    t.is(decodeAnswer(line), undefined)
  for (const at of ['[[5]]', '[[5,0,9,0,0]]', '[[5,0,0,9,0]]', '[[5,0,"x",0,0]]', '7', '[7]'])
    t.is(decodeAnswer(`{"is":"names","pid":1,"identity":"a","texts":["f"],"at":${at}}`), undefined, at)
})

testNames('root')

testNames('another user', ...AS_USER)

commandTest('a namer has given up what it does not need, and ends with the engine', ['setpriv'], async (t) => {
  if (process.getuid!() !== 0) return skip(t, 'only root becomes others')
  const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  t.teardown(() => parent.kill('SIGKILL'))
  const rightsOf = async (uid: number): Promise<Record<string, string>> => {
    let pid: number | undefined
    const namer = startNamer({ uid, gid: uid, hidden: false }, [], {
      onAnswer: () => (pid = childNamed('probetop-namer')),
      onEnd: () => {},
    })
    try {
      namer.ask({ pid: parent.pid!, identity: 'any', at: [1] })
      await until(() => pid !== undefined)
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)![1]!.trim()
      return {
        uid: field('Uid'),
        groups: field('Groups'),
        capabilities: field('CapPrm'),
        news: field('NoNewPrivs'),
        nice: readFileSync(`/proc/${pid}/stat`, 'latin1')
          .replace(/^.*\) /s, '')
          .split(' ')[16]!,
        oom: readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1').trim(),
      }
    } finally {
      namer.kill()
    }
  }
  const common = { groups: '', news: '1', nice: '0', oom: '900' }
  const capability = (bits: readonly number[]): string =>
    bits
      .reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
      .toString(16)
      .padStart(16, '0')
  t.deepEqual(await rightsOf(4004), { ...common, uid: '4004\t4004\t4004\t4004', capabilities: capability([40]) })
  t.deepEqual(await rightsOf(0), { ...common, uid: '0\t0\t0\t0', capabilities: capability([2, 19, 40]) })
})

const childNamed = (name: string): number | undefined =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .map(Number)
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(name))

commandTest('however the engine ends, its namers do', ['setpriv'], async (t) => {
  if (process.getuid!() !== 0) return skip(t, 'only root has an engine')
  const { child, statuses } = startEngine(t, 'stacks')
  child.stdin!.write('{"cmd":"want","probes":{"stacks":{"mode":"offcpu","thresholdNs":0,"wakers":false}}}\n')
  const namers = (): number[] =>
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number)
  await until(() => namers().length > 0 || statuses('stacks').some(({ is }) => is === 'unsupported' || is === 'failed'))
  const running = namers()
  if (running.length === 0) return skip(t, 'no stacks here')
  child.kill('SIGKILL')
  await until(() => !running.some(isAlive))
  t.pass()
})
