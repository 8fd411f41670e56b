// The engine as a process, without probes, so that it runs anywhere: its stream, its commands, and all ways out.
import { readFileSync } from 'node:fs'
import test from 'ava'
import { SCHEMA } from '../../src/stream/stream-types.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { start } from '../helpers/engine-process.ts'

test.serial('hello, then a host message each interval, evenly; the end of its input ends it with 0', async (t) => {
  const { child, messages, ticks } = start(t)
  await until(() => ticks().length >= 6)
  child.stdin!.end()
  t.is((await child).exitCode, 0)
  t.like(messages[0], { type: 'hello', schema: SCHEMA, intervalMs: 100 })
  const intervals = ticks()
    .slice(1)
    .map(({ intervalMs }) => intervalMs)
  t.true(Math.abs(intervals.reduce((a, b) => a + b) / intervals.length - 100) < 10, intervals.join(' '))
})

test.serial('commands among junk', async (t) => {
  const { child, ticks } = start(t, '--interval', '60000')
  await until(() => ticks().length === 1)
  child.stdin!.write('junk\n{"cmd":"nonesuch"}\n\u0000\n{"cmd":"want","int')
  child.stdin!.write('ervalMs":100}\n')
  await until(() => ticks().length >= 3)
  child.stdin!.write('{"cmd":"stop"}\n')
  t.is((await child).exitCode, 0)
})

test.serial('nobody reads: it ends quietly though its input is open', async (t) => {
  const { child, ticks } = start(t)
  await until(() => ticks().length >= 1)
  child.stdout!.destroy()
  const { exitCode, stderr } = await child
  t.is(exitCode, 0)
  t.is(stderr, '')
})

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  test.serial(`${signal} ends it by that signal though its input is open`, async (t) => {
    const { child, ticks } = start(t)
    await until(() => ticks().length >= 1)
    child.kill(signal)
    t.is((await child).signal, signal)
  })
}

test.serial('a bad option is named on stderr, exit code 2', async (t) => {
  const { child } = start(t, '--probes', 'sched,nonesuch')
  const { exitCode, stderr } = await child
  t.is(exitCode, 2)
  t.regex(stderr, /^probetop engine: --probes nonesuch: none of/)
})

test.serial('its input stays blocking for those it shares it with, also once programs were started', async (t) => {
  const { child, messages } = start(t, '--probes', 'execsnoop', '--scripts', '/nonesuch')
  await until(() => messages.some((message) => message.type === 'status' && message.status.is !== 'starting'))
  const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/fdinfo/0`, 'utf8'))![1]!
  t.is(Number.parseInt(flags, 8) & 0o4000, 0)
  child.kill('SIGKILL')
  await child
  await until(() => !isAlive(child.pid!))
})
