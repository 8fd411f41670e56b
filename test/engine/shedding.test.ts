// The loop when its programs cost too much, on a clock of our own: it measures now and then, sheds, says so, tries
// again; and holds the kernel's statistics no longer than that, or than the screen shows them.
import test from 'ava'
import { createLoop } from '../../src/engine/loop.ts'
import type { ProbeCommand, ProgramRuns, RunningProbe } from '../../src/engine/base/probe.ts'
import { supervise } from '../../src/engine/supervise.ts'
import type { Message, ProbeStatus } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import type { Pin } from '../../src/stream/want.ts'
import { SYSCALLS } from '../../src/stream/specs/syscalls.ts'

const PROBES = ['sched', 'syscalls'] as const
const DETAILED = { sched: {}, syscalls: { detail: true } }

interface Given {
  limitPercent?: number
  intervalMs?: number
  statistics?: () => () => void
  /** What getting to each program takes. */
  dispatchNs?: number
  /** It is in full whatever it costs. */
  stays?: boolean
  /** The probe has a cheaper tier; how many calls there are a second is known. */
  thins?: boolean
}

const setUp = (given: Given = {}) => {
  const { limitPercent = 3, intervalMs = 1000, statistics, dispatchNs = 0, thins = false, stays = false } = given
  let steadyMs = 1000
  let nextId = 1
  let held = 0
  let heldMs = 0
  const messages: Message[] = []
  const running = new Set<ProbeId>()
  const commands: ProbeCommand[] = []
  /** Percent of one CPU. */
  const load = { sched: 1, syscalls: 1, detail: 0, process: 0 }
  let processMs = 0
  let detail = false

  const probe = (id: (typeof PROBES)[number]): RunningProbe => {
    running.add(id)
    let isThin = false
    const programs = [
      { id: nextId++, iterator: false, detail: false, runs: 0, ns: 0 },
      { id: nextId++, iterator: id === 'sched', detail: id === 'syscalls', runs: 0, ns: 0 },
    ]
    programsOf.set(id, programs)
    return {
      read: () => ({
        data: { tables: {}, hists: {}, totals: {} },
        lost: 0,
        ...(isThin && { tier: { is: 'counted' } }),
      }),
      thin(level) {
        isThin = level > 0
        if (id === 'syscalls') thinned.push(isThin)
        if (held > 0) heldAtChanges++
      },
      command(command) {
        if (id !== 'syscalls') return
        commands.push(command)
        if (command.cmd === 'options') detail = command.options['detail'] === true
      },
      work: {
        source: 'CO-RE',
        programs: () => programs.filter((program) => detail || !program.detail).map((program) => ({ ...program })),
        fullest: () => ({ name: 'ended', entries: 3, maxEntries: 12 }),
        ...(id === 'syscalls' && load.process > 0 && { processNs: () => processMs * 1e6 }),
      },
      close: () => void running.delete(id),
    }
  }
  const thinned: boolean[] = []
  /** What is measured then would have the statistics in it. */
  let heldAtChanges = 0
  /** Calls a second. */
  const rate = { syscalls: 0 }
  let calls = 0
  let noted = { calls, atMs: steadyMs }
  const programsOf = new Map<ProbeId, ProgramRuns[]>()

  const loop = createLoop({
    hello: { schema: 1, version: '1', host: 'h', kernel: 'k', arch: 'x64', cpus: 2 },
    intervalMs,
    on: PROBES,
    specs: [SCHED, { ...SYSCALLS, cheaper: stays ? undefined : SYSCALLS.cheaper }],
    limitPercent,
    statistics:
      statistics ??
      (() => {
        held++
        return () => void held--
      }),
    ...(dispatchNs > 0 && {
      dispatch: {
        measureFirst() {},
        measureOthers() {},
        measureClock() {},
        now: () => ({ callNs: 0, aloneNs: 0, moreNs: dispatchNs, clockNs: 0 }),
      },
    }),
    ...(thins && {
      noteRates(rates, { probe }) {
        if (probe !== 'syscalls') return
        rates.set(probe, (1000 * (calls - noted.calls)) / (steadyMs - noted.atMs))
        noted = { calls, atMs: steadyMs }
      },
    }),
    host: () => ({ uptimeS: 1, load: [0, 0, 0], stolenMs: 0 }),
    follow: { group: () => undefined, startedMs: () => undefined },
    process: () => undefined,
    nowMs: () => Math.floor(steadyMs),
    wallMs: () => Math.floor(steadyMs),
    steadyMs: () => steadyMs,
    send: (message) => void messages.push(message),
    congested: () => false,
    probes: (hooks) =>
      PROBES.map((id) =>
        supervise({
          id,
          thins,
          start: () => probe(id) as never,
          explain: (error) => {
            throw error
          },
          steadyMs: () => steadyMs,
          ...hooks,
        }),
      ),
  })

  const elapse = (ms: number): void => {
    steadyMs += ms
    calls += (rate.syscalls * ms) / 1000
    if (running.has('syscalls')) processMs += (load.process / 100) * ms
    if (held === 0) return
    heldMs += ms
    for (const id of PROBES) {
      if (!running.has(id)) continue
      const [own, other] = programsOf.get(id)!
      own!.runs += ms
      const isCheap = id === 'syscalls' && thinned.at(-1) === true
      own!.ns += isCheap ? 0 : (load[id] / 100) * ms * 1e6
      if (id === 'syscalls' && detail) other!.ns += (load.detail / 100) * ms * 1e6
    }
  }
  const pass = (ms: number): void => {
    for (const endMs = steadyMs + ms; ;) {
      const delayMs = loop.step()
      if (steadyMs + delayMs > endMs) return elapse(endMs - steadyMs)
      elapse(delayMs)
    }
  }
  const statuses = (id: ProbeId): ProbeStatus[] =>
    messages.flatMap((message) => (message.type === 'status' && message.probe === id ? [message.status] : []))
  const last = (id: ProbeId) =>
    messages.findLast((message) => message.type === 'sample' && message.probe === id) as
      | Extract<Message, { type: 'sample' }>
      | undefined
  const costs = () => messages.flatMap((message) => (message.type === 'cost' ? [message] : []))
  loop.begin()
  return {
    loop,
    load,
    rate,
    thinned,
    pass,
    messages,
    statuses,
    running,
    commands,
    costs,
    last,
    heldMs: () => heldMs,
    heldAtChanges: () => heldAtChanges,
    isHeld: () => held > 0,
  }
}

test('below the limit nothing happens, and the statistics are on for one second in thirty', (t) => {
  const { pass, running, heldMs } = setUp()
  pass(300_000)
  t.is(running.size, 2)
  t.true(heldMs() > 8000 && heldMs() < 12_000, `${heldMs()} ms`)
})

test('a load that begins where nothing went on is answered soon, though what an event takes is not known', (t) => {
  const { load, rate, thinned, pass } = setUp({ thins: true })
  Object.assign(load, { sched: 0.1, syscalls: 0.1 })
  rate.syscalls = 50
  pass(600_000)
  load.syscalls = 20
  rate.syscalls = 200_000
  pass(5000)
  t.deepEqual(thinned, [true])
})

test('so is one where there was only a moment of many events before', (t) => {
  const { load, rate, thinned, pass } = setUp({ thins: true })
  Object.assign(load, { sched: 0.1, syscalls: 0.1 })
  for (const calls of [1000, 2500, 250, 130]) {
    rate.syscalls = calls
    pass(1000)
  }
  pass(3000)
  load.syscalls = 20
  rate.syscalls = 1_400_000
  pass(6000)
  t.deepEqual(thinned, [true])
})

test('a load that begins within a long interval does not make each event of the one before dear', (t) => {
  const { load, rate, thinned, pass } = setUp({ thins: true, intervalMs: 20_000 })
  Object.assign(load, { sched: 0.1, syscalls: 0.1 })
  rate.syscalls = 150
  // the next sample begins a second after a tick
  pass(114_000)
  load.syscalls = 20
  rate.syscalls = 200_000
  pass(90_000)
  t.deepEqual(thinned, [true])
  load.syscalls = 4
  rate.syscalls = 40_000
  pass(120_000)
  t.deepEqual(thinned, [true, false], 'it fits again')
})

test('what cannot be given up, as it is pinned, is not looked at all the time', (t) => {
  const { loop, load, rate, pass, heldMs, thinned } = setUp({ thins: true })
  load.syscalls = 20
  rate.syscalls = 200_000
  loop.want({ budget: { limitPercent: 3, pins: { syscalls: 'full', sched: 'full' } } })
  pass(10_000)
  const beforeMs = heldMs()
  pass(600_000)
  t.true(heldMs() - beforeMs < 45_000, `${heldMs() - beforeMs} ms`)
  t.deepEqual(thinned.filter(Boolean), [])
})

test('bursts are looked at once in some seconds at most', (t) => {
  const { rate, pass, heldMs } = setUp({ thins: true, intervalMs: 100 })
  for (let i = 0; i < 100; i++) {
    rate.syscalls = 5000
    pass(200)
    rate.syscalls = 0
    pass(2800)
  }
  t.true(heldMs() < 15_000, `${heldMs()} ms`)
})

test('a limit where there was none', (t) => {
  const { loop, load, rate, pass, thinned } = setUp({ thins: true, limitPercent: 0 })
  load.syscalls = 20
  rate.syscalls = 200_000
  pass(10_000)
  t.deepEqual(thinned, [])
  loop.want({ budget: { limitPercent: 3, pins: {} } })
  pass(6000)
  t.deepEqual(thinned, [true])
})

test('without a limit nothing is measured', (t) => {
  const { pass, running, heldMs, load } = setUp({ limitPercent: 0 })
  load.sched = 99
  pass(300_000)
  t.is(running.size, 2)
  t.is(heldMs(), 0)
})

test("the hooks' own dispatch counts, in the budget and in what is shown", (t) => {
  const little = setUp({ thins: true, dispatchNs: 10_000 })
  little.pass(10_000)
  t.deepEqual(little.thinned, [], '2 % of a CPU each')
  // a thousand runs a second of each
  const much = setUp({ thins: true, dispatchNs: 40_000 })
  much.loop.want({ cost: true })
  much.pass(1500)
  t.like(much.costs().at(-1)!.probes[1], { runs: 1000, runNs: 50e6, hookNs: 50e6, dispatchNs: 40e6 })
  much.pass(8500)
  t.true(much.thinned.includes(true))
})

test('the costliest goes within some seconds, says why and when, and comes back', (t) => {
  const { loop, pass, running, load, statuses } = setUp()
  load.syscalls = 12
  pass(10_000)
  t.deepEqual([...running], ['sched'])
  t.deepEqual(statuses('syscalls').at(-1), {
    is: 'shed',
    why: 'probes took 6.5 % of 2 CPUs, more than 3 %',
    retryMs: 30_000,
    hint: 'allow more with the key b, or with --max-overhead PERCENT (0: any)',
  })
  loop.want({ probes: { sched: {}, syscalls: {} } })
  t.is(statuses('syscalls').filter(({ is }) => is === 'shed').length, 1, 'said once')
  t.is(statuses('sched').at(-1)!.is, 'live')
  load.syscalls = 1
  pass(35_000)
  t.deepEqual(
    statuses('syscalls')
      .slice(-3)
      .map(({ is }) => is),
    ['shed', 'starting', 'live'],
  )
  pass(300_000)
  t.is(statuses('syscalls').at(-1)!.is, 'live')
})

test('one that has no cheaper way goes on, and the others make what room they can', (t) => {
  const { pass, load, running, heldMs } = setUp({ stays: true })
  load.syscalls = 8
  pass(60_000)
  t.deepEqual([...running], ['syscalls'])
  t.true(heldMs() < 12_000, `${heldMs()} ms`)
})

test('what is looked at goes last', (t) => {
  const { loop, pass, load, running } = setUp()
  loop.want({ last: ['syscalls'] })
  Object.assign(load, { syscalls: 5.5, sched: 2 })
  pass(60_000)
  t.deepEqual([...running], ['syscalls'])
})

test('what a process of its own takes counts as well', (t) => {
  const { pass, load, statuses, running } = setUp()
  load.process = 80
  pass(10_000)
  t.deepEqual([...running], ['sched'])
  t.like(statuses('syscalls').at(-1), { is: 'shed', why: 'probes took 41 % of 2 CPUs, more than 3 %' })
})

test('still too much: away for twice as long', (t) => {
  const { pass, load, statuses } = setUp()
  load.syscalls = 12
  pass(200_000)
  t.deepEqual(
    statuses('syscalls').flatMap((status) => (status.is === 'shed' ? [status.retryMs] : [])),
    [30_000, 60_000, 120_000],
  )
})

test('detail goes first; its probe stays and its samples say so while detail is wanted', (t) => {
  const { loop, pass, load, last, commands, running } = setUp()
  load.detail = 8
  pass(0)
  loop.want({ probes: DETAILED })
  pass(10_500)
  t.is(running.size, 2)
  t.deepEqual(
    commands.flatMap((command) => (command.cmd === 'options' ? [command.options] : [])),
    [{}, { detail: true }, {}],
  )
  t.like(last('syscalls'), { shed: { why: 'probes took 5 % of 2 CPUs, more than 3 %' } })
  t.true(last('syscalls')!.shed!.retryMs < 30_000)
  t.is(last('sched')!.shed, undefined)
  loop.want({})
  pass(1000)
  t.is(last('syscalls')!.shed, undefined)
  loop.want({ probes: DETAILED })
  load.detail = 1
  pass(35_000)
  t.is(last('syscalls')!.shed, undefined)
  t.deepEqual(commands.at(-1), { cmd: 'options', options: { detail: true } })
})

test('a probe nobody wants meanwhile is off, and wanted again it is still shed', (t) => {
  const { loop, pass, load, statuses } = setUp()
  load.syscalls = 12
  pass(10_000)
  loop.want({ probes: { sched: {} } })
  t.is(statuses('syscalls').at(-1)!.is, 'off')
  loop.want({ probes: { sched: {}, syscalls: {} } })
  t.is(statuses('syscalls').at(-1)!.is, 'shed')
})

test('the cost is sent after the samples while it is shown, and measured only then', (t) => {
  const { loop, pass, costs, messages, load, isHeld } = setUp({ limitPercent: 0 })
  pass(2500)
  t.is(costs().length, 0)
  loop.want({ cost: true })
  t.true(isHeld())
  load.sched = 5
  pass(3000)
  t.deepEqual(
    costs().map(({ intervalMs }) => intervalMs),
    [530, 1000, 1000],
  )
  t.is(messages.at(-1)!.type, 'cost')
  t.is(costs().at(-1)!.atMs, last(messages).atMs)
  t.deepEqual(costs().at(-1)!.probes, [
    {
      probe: 'sched',
      source: 'CO-RE',
      programs: 1,
      iterators: 1,
      runs: 1000,
      runNs: 50e6,
      hookNs: 50e6,
      map: { name: 'ended', entries: 3, maxEntries: 12 },
    },
    {
      probe: 'syscalls',
      source: 'CO-RE',
      programs: 1,
      iterators: 0,
      runs: 1000,
      runNs: 10e6,
      hookNs: 10e6,
      map: { name: 'ended', entries: 3, maxEntries: 12 },
    },
  ])
  loop.want({ cost: false })
  t.false(isHeld())
  pass(2000)
  t.is(costs().length, 3)
})

const last = (messages: readonly Message[]) => messages.findLast((message) => message.type === 'sample')!

test('no right to the statistics: said once, and the rest of the cost is sent', (t) => {
  const { loop, pass, costs, messages } = setUp({
    statistics: () => {
      throw new Error('EPERM')
    },
  })
  loop.want({ cost: true })
  pass(60_000)
  t.is(messages.filter((message) => message.type === 'log' && /EPERM/.test(message.text)).length, 1)
  t.is(costs().at(-1)!.why, 'EPERM')
  t.like(costs().at(-1)!.probes[0], { programs: 1, map: { entries: 3 } })
  t.false('runs' in costs().at(-1)!.probes[0]!)
})

test('what it takes an event is known: a load that begins is answered within three seconds, one that goes on is not tried', (t) => {
  const { load, rate, thinned, pass, last, heldMs, heldAtChanges } = setUp({ thins: true })
  Object.assign(load, { syscalls: 1 })
  rate.syscalls = 10_000
  pass(20_000)
  t.deepEqual(thinned, [])
  Object.assign(load, { syscalls: 20 })
  rate.syscalls = 200_000
  pass(3000)
  t.deepEqual(thinned, [true])
  pass(1000)
  t.like(last('syscalls')!.tier, { is: 'counted', retryMs: 0, fullPercent: 10 })
  const beforeMs = heldMs()
  pass(20 * 60_000)
  t.deepEqual(thinned, [true], 'no trial: it would be too much')
  t.true(
    heldMs() - beforeMs <= 41_000,
    `statistics were on for ${heldMs() - beforeMs} ms: none of them would tell more`,
  )
  load.syscalls = 1
  rate.syscalls = 10_000
  pass(5000)
  t.deepEqual(thinned, [true, false])
  t.is(heldAtChanges(), 0)
})

test('a change of tier does not wait for the end of a long interval', (t) => {
  const { load, rate, thinned, pass, messages } = setUp({ thins: true, intervalMs: 60_000 })
  rate.syscalls = 100_000
  load.syscalls = 20
  pass(6000)
  t.deepEqual(thinned, [true])
  pass(120_000)
  const intervals = messages.flatMap((message) => (message.type === 'host' ? [message.intervalMs] : []))
  t.is(
    intervals.reduce((sum, ms) => sum + ms, 0),
    120_030,
    'all of the time',
  )
  t.is(intervals.filter((ms) => ms === 60_000).length, 1, 'on the grid again')
})

test('pinned: in full whatever it costs, cheaper whatever it may; and another limit at once', (t) => {
  const { loop, load, rate, thinned, pass, last } = setUp({ thins: true })
  const budget = (limitPercent: number, pins: Record<string, Pin> = {}) => loop.want({ budget: { limitPercent, pins } })
  load.syscalls = 20
  rate.syscalls = 200_000
  budget(3, { syscalls: 'full' })
  pass(60_000)
  t.true(!thinned.includes(true))
  budget(3)
  pass(4000)
  t.is(thinned.at(-1), true)
  budget(50)
  pass(6000)
  t.is(thinned.at(-1), false)
  budget(0, { syscalls: 'sampled' })
  pass(2000)
  t.is(thinned.at(-1), true)
  t.like(last('syscalls')!.tier, { is: 'counted', why: 'it is pinned there' })
  budget(0)
  pass(2000)
  t.is(thinned.at(-1), false)
})
