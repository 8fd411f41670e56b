// A script for which there is no memory waits until there is, however long.
import test from 'ava'
import { NoRoomError, ProbeError } from '../../src/engine/base/probe.ts'
import { RETRIES, supervise } from '../../src/engine/supervise.ts'
import type { ProbeStatus } from '../../src/stream/stream-types.ts'

const MINUTE_MS = 60_000

const triedFor = (ms: number, why: (nowMs: number) => ProbeError | undefined) => {
  const said: ProbeStatus[] = []
  let starts = 0
  let nowMs = 0
  const probe = supervise({
    id: 'sched',
    start: () => {
      starts++
      const error = why(nowMs)
      if (error) throw error
      return { read: () => ({ data: {} as never, lost: 0 }), close: () => {} }
    },
    explain: (error) => error as ProbeError,
    onStatus: (_, status) => void said.push(status),
    commands: () => [],
    steadyMs: () => nowMs,
  })
  probe.switchOn(nowMs)
  for (; nowMs <= ms; nowMs += 500) probe.startDue(nowMs)
  return { said, starts }
}

test('it starts when another has left, though that took ten minutes', (t) => {
  const full = new NoRoomError('2 scripts take 180 MB', 'leave another')
  const { said } = triedFor(11 * MINUTE_MS, (nowMs) => (nowMs < 10 * MINUTE_MS ? full : undefined))
  t.is(said.at(-1)!.is, 'live')
  t.true(
    said.slice(1, -1).every(({ is }) => is === 'failed'),
    'no attempts are counted',
  )
})

test('what fails is given up after some attempts, as ever', (t) => {
  const { starts, said } = triedFor(11 * MINUTE_MS, () => new ProbeError('failed', 'it was killed', 'wait'))
  t.is(starts, RETRIES + 1)
  t.like(said.at(-1), { is: 'failed', why: 'it was killed' })
})
