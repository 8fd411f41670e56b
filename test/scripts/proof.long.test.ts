// Scripts under strain: ten panels at once, recorded and played, show the same; a bpftrace that is killed at any moment
// gives no wrong number and leaves no panel hanging.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { panelText } from '../../src/app/table/panel-text.ts'
import { startScript } from '../../src/engine/bpftrace/script/probe.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import { recordTo } from '../../src/source/record-to.ts'
import { messagesFrom, openRecording } from '../../src/source/recording.ts'
import { encode } from '../../src/stream/codec.ts'
import type { Message, Source } from '../../src/stream/stream-types.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'
import { skip } from '../helpers/bpf.ts'
import { startEngine } from '../helpers/engine.ts'
import { until } from '../helpers/programs.ts'
import { descendantsOf } from '../helpers/pty.ts'
import { bpfReason, missingCommand } from '../helpers/rights.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { ownPath } from './own.ts'
import { planFor } from './run.ts'

const TEN = [
  'biosnoop',
  'bitesize',
  'cpudist',
  'cpuwalk',
  'faults',
  'migrations',
  'newtasks',
  'profile',
  'timers',
  'wakeups',
]
const INTERVALS = 6
const START_MS = 240_000

test.serial('ten at once, recorded and played: every panel is equal at every instant', async (t) => {
  t.timeout(2 * START_MS)
  const reason = bpfReason() ?? missingCommand(['bpftrace'])
  if (reason !== undefined) return skip(t, reason)
  const { child, messages } = startEngine(t, '')
  const plans = TEN.map((name) => planFor(ownPath(name)))
  for (const plan of plans) child.stdin!.write(encode({ cmd: 'script', plan }))
  const probes = Object.fromEntries(plans.map(({ id }) => [id, {}]))
  child.stdin!.write(encode({ cmd: 'want', intervalMs: 1000, probes }))
  const samples = (id: string): number =>
    messages.filter((message) => message.type === 'sample' && message.probe === id).length
  await until(() => plans.every(({ id }) => samples(id) >= INTERVALS), START_MS)
  child.kill('SIGTERM')
  const path = join(temporaryFolder(t), 'ten.ndjson.gz')
  await record(messages, path)
  const live = storeOf(messages)
  const played = createStore()
  const opened = await openRecording(path)
  for await (const some of messagesFrom(opened.file, opened.gzipped)) for (const message of some) played.add(message)
  await opened.file.close()
  t.deepEqual(played.specs(), live.specs())
  t.deepEqual(played.ticks(), live.ticks())
  for (const { id } of plans) {
    const probe = id as DescribedId
    t.deepEqual(played.samples(probe, Infinity), live.samples(probe, Infinity), id)
    t.true(live.samples(probe, Infinity).length >= INTERVALS)
    for (const atMs of live.ticks().slice(-INTERVALS)) t.deepEqual(shown(played, id, atMs), shown(live, id, atMs), id)
  }
})

const storeOf = (messages: readonly Message[]): Store => {
  const store = createStore()
  for (const message of messages) store.add(message)
  return store
}

const shown = (store: Store, id: string, instantMs: number): string[] => panelText(id, store, { atMs: instantMs })

const record = async (messages: readonly Message[], path: string): Promise<void> => {
  const source: Source = {
    start: (onMessage) => messages.forEach(onMessage),
    send: () => {},
    stop: () => Promise.resolve(),
  }
  const recording = await recordTo(path, source, Date.now)
  recording.start(() => {})
  await recording.stop()
}

const KILLS = 100
/** Each with its own work. */
const AT_ONCE = 4
const INTERVAL_MS = 250
const TOLD_MS = 20_000

test.serial('killed at any moment under load: no number above the truth, and the end is told', async (t) => {
  t.timeout(600_000)
  const reason = bpfReason() ?? missingCommand(['bpftrace', 'perl'])
  if (reason !== undefined) return skip(t, reason)
  let left = KILLS
  let counted = 0
  const lane = async (): Promise<void> => {
    const calls = startCalls(t)
    while (left-- > 0) counted += await killOne(t, calls)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  t.true(counted > 0)
  t.log(`${KILLS} times killed, ${counted} calls counted`)
})

/** How many calls it has told of until its end. */
const killOne = async (t: ExecutionContext, calls: Calls): Promise<number> => {
  const plan = planOf({
    name: 'killed',
    // what nobody else does: this thread asks for its parent
    text: 'tracepoint:syscalls:sys_enter_getppid /pid == $1/ { @n[pid] = count(); @all = count(); }',
    args: [String(calls.pid)],
    taken: () => false,
  })
  const before = calls.made()
  const probe = startScript(
    plan,
    { objects: '', scripts: '', intervalMs: INTERVAL_MS, nowMs: () => performance.now(), log: () => {} },
    { unsafe: false },
  )
  try {
    await until(() => probe.ready!() || probe.failure!(), START_MS)
    t.is(probe.failure!()?.message, undefined)
    let counted = 0
    let isKilled = false
    const killAtMs = performance.now() + Math.random() * 6 * INTERVAL_MS
    const isOurs = (pid: number): boolean =>
      wordsOf(pid)[0]?.endsWith('bpftrace') === true && wordsOf(pid).includes(plan.args[0]!)
    const [bpftrace] = descendantsOf(process.pid).filter(isOurs)
    t.truthy(bpftrace)
    while (!probe.failure!()) {
      await sleep(20)
      if (!isKilled && performance.now() > killAtMs) isKilled = process.kill(bpftrace!, 'SIGKILL')
      if (isKilled && performance.now() - killAtMs > TOLD_MS) throw new Error('its end is not told')
      if (probe.isLate!()) continue
      const one = Number(probe.read().data.tables.m0?.rows[0]?.[1] ?? 0)
      t.true(one >= 0 && Number.isInteger(one))
      counted += one
    }
    t.regex(probe.failure!()!.message, /killed by SIGKILL/)
    // all that was made up to now, and what is on its way to us
    await sleep(300)
    t.true(counted <= calls.made() - before, `${counted} of ${calls.made() - before}`)
    return counted
  } finally {
    await probe.close()
  }
}

const wordsOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

interface Calls {
  pid: number
  made(): number
}

/** Says what it has done each hundredth of a second, and burns a CPU beside. */
const startCalls = (t: ExecutionContext): Calls => {
  const child = spawn('perl', [
    '-e',
    '$| = 1; while (1) { for (1 .. 500) { getppid() } $n += 500; print "$n\\n"; select(undef, undef, undef, 0.01) }',
  ])
  t.teardown(() => child.kill('SIGKILL'))
  let made = 0
  child.stdout.on('data', (chunk: Buffer) => {
    made = Number(String(chunk).trimEnd().split('\n').at(-1)) || made
  })
  return { pid: child.pid!, made: () => made }
}
