// The engine as a process whose reader stops.
import test from 'ava'
import { until } from '../helpers/programs.ts'
import { start } from '../helpers/engine-process.ts'

test.serial('a reader that has stopped makes intervals longer, not memory larger', async (t) => {
  const { child, messages, ticks } = start(t, '--objects', '/nonesuch')
  await until(() => ticks().length >= 2)
  // the statuses of a probe that cannot start are more than the pipe holds
  child.stdout!.pause()
  for (let i = 0; i < 8000; i++) child.stdin!.write(`{"cmd":"want","probes":${i % 2 === 0 ? '{"sched":{}}' : '{}'}}\n`)
  await new Promise((resolve) => setTimeout(resolve, 11_500))
  child.stdout!.resume()
  await until(() => messages.some((message) => message.type === 'log' && /intervals became one/.test(message.text)))
  t.true(ticks().some(({ intervalMs }) => intervalMs > 500))
  child.stdin!.end()
  t.is((await child).exitCode, 0)
})
