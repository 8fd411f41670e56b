// A probe that something is waited for before it starts.
import test from 'ava'
import { deferred } from '../../src/engine/deferred.ts'
import { ProbeError, type ProbeCommand, type RunningProbe } from '../../src/engine/base/probe.ts'
import { execTables } from '../helpers/exec.ts'

const fake = () => {
  const told: (ProbeCommand | number)[] = []
  const did: string[] = []
  const probe: RunningProbe<'execsnoop'> = {
    read: () => ({ data: execTables(), lost: 0 }),
    command: (command) => void told.push(command),
    thin: (level) => void told.push(level),
    close: () => void did.push('close'),
  }
  const start = (): RunningProbe<'execsnoop'> => {
    did.push('start')
    return probe
  }
  return { told, did, prepared: { start, drop: () => void did.push('drop') } }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what was said meanwhile is heard when it starts, the last of each kind', async (t) => {
  const { told, did, prepared } = fake()
  const probe = deferred(async () => prepared)
  t.false(probe.ready!())
  probe.command!({ cmd: 'interval', ms: 1000 })
  probe.command!({ cmd: 'interval', ms: 500 })
  probe.thin!(1)
  await turn()
  t.not(probe.ready?.(), false)
  t.deepEqual(told, [1, { cmd: 'interval', ms: 500 }])
  await probe.close()
  t.deepEqual(did, ['start', 'close'])
})

test('for how long it counts is known, however late it is noticed', async (t) => {
  const { prepared } = fake()
  const probe = deferred(async () => prepared)
  await turn()
  const first = probe.begunForMs!()
  t.true(first < 1000)
  await new Promise((resolve) => setTimeout(resolve, 30))
  t.true(probe.begunForMs!() - first >= 29)
})

test('one that is ready only later counts from then on, not from its start', async (t) => {
  const { prepared } = fake()
  let isReady = false
  const slow = { ...prepared, start: () => ({ ...prepared.start(), ready: () => isReady }) }
  const probe = deferred(async () => slow)
  await turn()
  t.false(probe.ready!())
  await new Promise((resolve) => setTimeout(resolve, 30))
  isReady = true
  t.true(probe.ready!())
  t.is(probe.begunForMs!(), 0)
})

test('closed meanwhile it never starts, and what was prepared is let go of', async (t) => {
  const { did, prepared } = fake()
  const probe = deferred(async () => prepared)
  await probe.close()
  await turn()
  t.deepEqual(did, ['drop'])
})

test('once one runs that is ready and cannot die, nobody need ask whether it is or has', async (t) => {
  const { prepared } = fake()
  const sure = deferred(async () => prepared)
  let died: ProbeError | undefined
  const other = deferred(async () => ({ start: () => ({ ...prepared.start(), failure: () => died }) }))
  for (const probe of [sure, other]) t.false(probe.ready!())
  await turn()
  for (const probe of [sure, other]) t.is(probe.ready, undefined)
  t.is(sure.failure, undefined)
  t.is(other.failure!(), undefined)
  died = new ProbeError('failed', 'killed', '')
  t.is(other.failure!(), died)
})

test('why it cannot start is its failure', async (t) => {
  const probe = deferred<'execsnoop'>(async () => {
    throw new Error('no luck')
  })
  await turn()
  t.like(probe.failure!(), { kind: 'failed', message: 'no luck' })
  t.false(probe.ready!())
})
