// The live source with fake engines: what it says when they die, hang or talk nonsense, and what it leaves behind.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { EPOCH_MS } from '../../src/source/clock.ts'
import { liveSource } from '../../src/source/live.ts'
import type { Command, Message } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { isAlive, programs, until } from '../helpers/programs.ts'

const HELLO =
  '{"type":"hello","schema":7,"version":"1","host":"h","kernel":"k","arch":"x64","cpus":1,"atMs":1,"intervalMs":100}'
const HOST = '{"type":"host","atMs":2,"intervalMs":100,"uptimeS":1,"load":[0,0,0]}'
const LIVE = '{"type":"status","atMs":2,"probe":"sched","status":{"is":"live"}}'
const SAMPLE =
  '{"type":"sample","probe":"execsnoop","atMs":2,"intervalMs":100,"lost":0,"data":{"tables":{},"hists":{},"totals":{}}}'
const say = (...lines: string[]): string => lines.map((line) => `printf '%s\\n' '${line}'`).join('\n')
/** Notes its pid and arguments, and every command it gets. */
const NOTE = 'cd "$(dirname "$0")"; echo $$ >> pids; echo "$@" >> arguments'
const LISTEN = 'while read -r line; do printf "%s\\n" "$line" >> commands; done'

const start = (
  t: ExecutionContext,
  body: string,
  { intervalMs = 100, probes = ['sched', 'tcp'] as ProbeId[], maxOverheadPercent = 0 } = {},
) => {
  const folder = programs(t, { engine: `${NOTE}\n${body}` })
  const source = liveSource({ intervalMs, probes, maxOverheadPercent, engine: [join(folder, 'engine')] })
  const messages: (Message & { seenMs: number })[] = []
  source.start((message) => messages.push({ ...message, seenMs: performance.now() }))
  t.teardown(() => source.stop())
  const noted = (name: string): string[] => {
    try {
      return readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
    } catch {
      return []
    }
  }
  const types = (): string[] => messages.map((message) => message.type)
  const statuses = () => messages.flatMap((message) => (message.type === 'status' ? [message] : []))
  return { source, messages, noted, types, statuses, pids: () => noted('pids').map(Number) }
}

test.serial('the limit of what probing may cost reaches the engine', async (t) => {
  const { noted } = start(t, LISTEN, { maxOverheadPercent: 2.5 })
  await until(() => noted('arguments').length === 1)
  t.deepEqual(noted('arguments'), [`--interval 100 --probes sched,tcp --epoch ${EPOCH_MS} --max-overhead 2.5`])
})

test.serial('messages arrive in order; commands and options reach the engine; stop ends it', async (t) => {
  const { source, types, noted, pids } = start(t, `${say(HELLO, LIVE, HOST, SAMPLE)}\n${LISTEN}`)
  await until(() => types().length === 4)
  t.deepEqual(types(), ['hello', 'status', 'host', 'sample'])
  t.deepEqual(noted('arguments'), [`--interval 100 --probes sched,tcp --epoch ${EPOCH_MS}`])
  source.send({ cmd: 'want', target: { is: 'process', pid: 7 } })
  source.send({ cmd: 'stop' })
  await until(() => noted('commands').length === 1)
  t.deepEqual(noted('commands'), ['{"cmd":"want","target":{"is":"process","pid":7}}'])
  const startMs = performance.now()
  await source.stop()
  t.true(performance.now() - startMs < 1000)
  t.false(isAlive(pids()[0]!))
  t.is(types().length, 4)
})

test.serial('killed: a gap and the statuses within two seconds, then again with all that was wanted', async (t) => {
  const { source, messages, statuses, types, noted, pids } = start(t, `${say(HELLO, LIVE, HOST)}\n${LISTEN}`)
  await until(() => types().length === 3)
  source.send({ cmd: 'want', intervalMs: 500, probes: { sched: {} } })
  source.send({ cmd: 'want', intervalMs: 200, probes: { sched: { cpus: true }, execsnoop: {} } })
  await until(() => noted('commands').length === 2)
  const killedMs = performance.now()
  process.kill(pids()[0]!, 'SIGKILL')
  await until(() => types().includes('gap'))
  const gap = messages.find((message) => message.type === 'gap')!
  t.like(gap, { why: 'the engine was killed by SIGKILL' })
  t.true(gap.seenMs - killedMs < 2000)
  const failed = statuses().filter(({ status }) => status.is === 'failed')
  t.deepEqual(
    failed.map(({ probe }) => probe),
    ['sched', 'execsnoop'],
  )
  t.like(failed[0]!.status, { retryMs: 1000 })
  await until(() => pids().length === 2)
  t.true(performance.now() - killedMs >= 1000)
  await until(() => noted('commands').length === 3)
  t.is(noted('commands')[2], '{"cmd":"want","intervalMs":200,"probes":{"sched":{"cpus":true},"execsnoop":{}}}')
  await until(() => statuses().at(-1)?.status.is === 'live')
  t.is(types().filter((type) => type === 'hello').length, 1)
})

test.serial('half a line of a killed engine is reported, and spoils nothing', async (t) => {
  const { messages, types } = start(t, `${say(HELLO)}\nprintf '{"type":"host","atMs"'\nkill -9 $$`)
  await until(() => types().includes('gap'))
  t.true(messages.some((message) => message.type === 'log' && /not JSON/.test(message.text)))
})

test.serial('garbage is skipped, what is whole gets through', async (t) => {
  const { types, messages } = start(
    t,
    `${say(HELLO, '\u001b[2J garbage', '{"type":"sample","probe":"sched"}', LIVE)}\n${LISTEN}`,
  )
  await until(() => types().includes('status'))
  t.deepEqual(types(), ['hello', 'log', 'log', 'status'])
  t.regex((messages[2] as { text: string }).text, /sample\.atMs is not a number/)
})

test.serial('what the engine says on stderr is told and explains its end', async (t) => {
  const { messages, types } = start(t, 'echo "Error: Cannot find package koffi" >&2\necho "    at x (y)" >&2\nexit 1')
  await until(() => types().includes('gap'))
  t.true(messages.some((message) => message.type === 'log' && /koffi/.test(message.text)))
  await until(() => messages.some((message) => message.type === 'status'))
  t.like(
    messages.find((message) => message.type === 'gap'),
    { why: 'the engine ended with code 1: Error: Cannot find package koffi' },
  )
})

test.serial('an engine that ends by itself without fault is started again all the same', async (t) => {
  const { pids, messages } = start(t, `${say(HELLO)}\nexit 0`)
  await until(() => pids().length === 2)
  t.like(
    messages.find((message) => message.type === 'gap'),
    { why: 'the engine ended with code 0' },
  )
})

test.serial('back again, it says for how long nothing was measured', async (t) => {
  const later = SAMPLE.replace('"atMs":2', '"atMs":3502')
  const { messages, pids } = start(
    t,
    `${say(HELLO)}\n[ -f again ] && ${say(later)} || ${say(SAMPLE)}\n: > again\n${LISTEN}`,
    { probes: ['execsnoop'] },
  )
  await until(() => messages.some(({ type }) => type === 'sample'))
  process.kill(pids()[0]!, 'SIGKILL')
  await until(() => messages.filter(({ type }) => type === 'sample').length === 2)
  t.true(messages.some((message) => message.type === 'log' && /back: 3\.5 s without a figure/.test(message.text)))
})

test.serial('silence is told, and the end of it', async (t) => {
  const { pids, statuses, types, source } = start(
    t,
    `${say(HELLO, LIVE, HOST)}\nwhile :; do sleep 0.1; ${say(HOST)}\ndone`,
  )
  await until(() => types().length >= 5)
  process.kill(pids()[0]!, 'SIGSTOP')
  t.teardown(() => isAlive(pids()[0]!) && process.kill(pids()[0]!, 'SIGCONT'))
  const stoppedMs = performance.now()
  await until(() => types().includes('gap'))
  t.true(performance.now() - stoppedMs < 3000)
  t.like(statuses().at(-1)!.status, { is: 'failed', why: 'the engine does not answer', silent: true })
  process.kill(pids()[0]!, 'SIGCONT')
  await until(() => statuses().at(-1)?.status.is === 'live')
  t.is(pids().length, 1)
  await source.stop()
})

test.serial('one that will not stop is killed after two seconds', async (t) => {
  const { source, types, pids } = start(t, `trap '' TERM INT HUP\n${say(HELLO)}\nwhile :; do sleep 0.2; done`)
  await until(() => types().length === 1)
  const startMs = performance.now()
  await source.stop()
  t.true(performance.now() - startMs < 3000)
  await until(() => !isAlive(pids()[0]!))
})

test.serial('stopped while it waits to start the engine again', async (t) => {
  const { source, types, pids } = start(t, `${say(HELLO)}\nexit 3`)
  await until(() => types().includes('gap'))
  await source.stop()
  await new Promise((resolve) => setTimeout(resolve, 1300))
  t.is(pids().length, 1)
})

const parentOf = (pid: number): number => Number(/PPid:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])

const testKilled = test.macro(async (t, killed: (engine: number) => number) => {
  const { types, pids } = start(t, `${say(HELLO)}\n${LISTEN}`)
  await until(() => types().length === 1)
  const [engine] = pids()
  process.kill(killed(engine!), 'SIGKILL')
  await until(() => types().includes('gap'))
  await until(() => pids().length === 2)
  await until(() => !isAlive(engine!))
  t.pass()
})
test.serial('a keeper that is killed is started again as well', testKilled, (engine) => parentOf(parentOf(engine)))
test.serial('a killed runner, too', testKilled, parentOf)

const LONG = 'x'.repeat(100)
/** Each 150 bytes, more than a pipe holds. */
const flood = (source: { send(command: Command): void }): void => {
  for (let i = 0; i <= 1000; i++) source.send({ cmd: 'want', target: { is: 'comm', comm: `${LONG}${i}` } })
}

test.serial('an engine that does not read cannot be flooded: what is wanted is told when it speaks', async (t) => {
  const { source, types, noted } = start(t, `${say(HELLO)}\nsleep 0.5\n${say(HOST)}\n${LISTEN}`)
  await until(() => types().length === 1)
  flood(source)
  await until(() => noted('commands').at(-1)?.endsWith('x1000"}}'))
  t.true(noted('commands').length < 200)
})

test.serial('nor does a flood keep one that is stuck from being ended', async (t) => {
  const { source, types, pids } = start(t, `${say(HELLO)}\nkill -STOP $$`)
  await until(() => types().length === 1)
  flood(source)
  const startMs = performance.now()
  await source.stop()
  await until(() => !isAlive(pids()[0]!))
  t.true(performance.now() - startMs < 3500)
})

test.serial('without a program to start it says so', async (t) => {
  const source = liveSource({ intervalMs: 100, probes: ['sched'], engine: ['/nonesuch/engine'] })
  const messages: Message[] = []
  source.start((message) => messages.push(message))
  await until(() => messages.some((message) => message.type === 'status'))
  t.true(messages.some((message) => message.type === 'gap' && /code 127/.test(message.why)))
  await source.stop()
})
