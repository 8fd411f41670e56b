import { schedOf } from '../../src/model/sched.ts'
import { schedIn } from '../helpers/sched.ts'
import test from 'ava'
import { createStore } from '../../src/model/store.ts'
import { sizeOf } from '../../src/model/thin.ts'
import type { AnySample, Message } from '../../src/stream/stream-types.ts'
import { endMs, fakeStream, fakeTick, START_MS } from '../helpers/stream.ts'

const filled = (ticks: number, options: Parameters<typeof createStore>[0] = {}) => {
  const store = createStore(options)
  for (const message of fakeStream({ ticks })) store.add(message)
  return store
}

test('reads the last samples at or before an instant', (t) => {
  const store = filled(20)
  t.is(store.samples('sched', 5).length, 5)
  t.is(store.samples('sched', 5).at(-1)!.atMs, endMs({ ticks: 20 }))
  const past = store.samples('sched', 3, endMs({ ticks: 10 }) + 999)
  t.deepEqual(
    past.map((sample) => sample.atMs),
    [8, 9, 10].map((tick) => START_MS + tick * 1000),
  )
  t.is(store.latest('tcp', START_MS), undefined)
  t.is(store.latest('execsnoop'), undefined)
  t.is(store.ticks().length, 20)
  t.is(store.host()!.atMs, endMs({ ticks: 20 }))
})

test('drops tables first, then samples', (t) => {
  const store = filled(100, { keepMs: 60_000, keepRowsMs: 10_000 })
  t.is(store.samples('sched', 1000).length, 61)
  const old = store.latest('sched', endMs({ ticks: 70 }))!
  t.deepEqual(schedOf(old.data).procs, [])
  t.true(schedOf(old.data).runq.count > 0)
  t.false(store.hasRows(old))
  t.true(store.hasRows(store.latest('sched')!))
  t.is(store.ticks().length, 61)
})

test('a held instant keeps its tables while time goes on', (t) => {
  const store = filled(20, { keepMs: 60_000, keepRowsMs: 10_000 })
  const held = endMs({ ticks: 20 })
  store.hold([held])
  for (let tick = 21; tick <= 200; tick++) for (const message of fakeTick(tick)) store.add(message)
  t.true(schedIn(store, held).procs.length > 0)
  t.is(store.latest('sched', held)!.atMs, held)
  store.hold([])
  for (const message of fakeTick(201)) store.add(message)
  t.is(store.latest('sched', held), undefined)
})

test('stays within its budget', (t) => {
  const store = createStore({ maxBytes: 500_000 })
  for (const message of fakeStream({ ticks: 200, crowd: 200, detail: true })) store.add(message)
  t.true(store.bytes() <= 500_000, String(store.bytes()))
  t.true(schedIn(store).procs.length > 200)
})

test('when memory is short, the newest tables outlive old histograms', (t) => {
  const store = createStore({ maxBytes: 4_700_000 })
  for (const message of fakeStream({ ticks: 300, crowd: 100, detail: true })) store.add(message)
  const kept = store.samples('sched', 1000)
  t.true(kept.length < 300)
  t.true(kept.filter((sample) => schedOf(sample.data).procs.length > 0).length >= 30)
})

test('what a frozen screen shows stays even then', (t) => {
  const store = createStore({ maxBytes: 1_000_000 })
  for (const message of fakeStream({ ticks: 20, crowd: 100 })) store.add(message)
  store.hold([endMs({ ticks: 20 })])
  for (let tick = 21; tick < 400; tick++) for (const message of fakeTick(tick, { crowd: 100 })) store.add(message)
  t.true(schedIn(store, endMs({ ticks: 20 })).procs.length > 100)
  t.true(store.bytes() <= 1_000_000)
})

test('its size is what its samples add up to', (t) => {
  const store = filled(50, { keepMs: 20_000, keepRowsMs: 5000 })
  const sum = (['sched', 'block', 'tcp', 'syscalls'] as const)
    .flatMap((probe) => store.samples(probe, 1000) as AnySample[])
    .reduce((total, sample) => total + sizeOf(sample), 0)
  t.is(store.bytes(), sum)
})

test('a clock set back does not hide what comes after', (t) => {
  const store = filled(20)
  for (const message of fakeTick(5)) store.add(message)
  t.is(store.latest('sched')!.atMs, START_MS + 5000)
  t.deepEqual(
    [...store.ticks()],
    [1, 2, 3, 4, 5].map((tick) => START_MS + tick * 1000),
  )
})

test('the cost is that of the interval shown, or of the one before until it comes', (t) => {
  const store = createStore()
  const [start, ...rest] = fakeStream({ ticks: 5, cost: true })
  store.add(start!)
  for (const message of rest) if (message.type !== 'cost' || message.atMs <= endMs({ ticks: 3 })) store.add(message)
  t.is(store.cost(endMs({ ticks: 2 }))!.atMs, endMs({ ticks: 2 }))
  t.is(store.cost(endMs({ ticks: 2 }) + 999)!.atMs, endMs({ ticks: 2 }))
  t.is(store.cost(endMs({ ticks: 4 }))!.atMs, endMs({ ticks: 3 }))
  t.is(store.cost(), undefined, 'not measured any more')
  t.is(store.cost(START_MS), undefined)
})

test('statuses, gaps and log lines by time', (t) => {
  const store = createStore()
  const at = (atMs: number, message: object) => store.add({ ...message, atMs } as Message)
  at(10, { type: 'status', probe: 'tcp', status: { is: 'starting' } })
  at(20, { type: 'status', probe: 'tcp', status: { is: 'live' } })
  at(15, { type: 'gap', why: 'killed' })
  at(12, { type: 'log', level: 'warn', text: 'slow' })
  t.is(store.status('tcp').is, 'live')
  t.is(store.status('tcp', 19).is, 'starting')
  t.is(store.status('block').is, 'off')
  t.is(store.gaps(0, 14).length, 0)
  t.is(store.gaps()[0]!.why, 'killed')
  t.is(store.logs(5)[0]!.text, 'slow')
  t.is(store.logs(5, 11).length, 0)
})

test('a probe that comes and goes a thousand times leaves the others what they are', (t) => {
  const store = createStore()
  store.add({ type: 'status', atMs: 1, probe: 'sched', status: { is: 'live' } })
  for (let i = 0; i < 1000; i++)
    store.add({ type: 'status', atMs: 2 + i, probe: 'stacks', status: { is: i % 2 ? 'off' : 'live' } })
  t.is(store.status('sched').is, 'live')
  t.is(store.status('stacks').is, 'off')
  t.is(store.status('stacks', 1000).is, 'live')
})

test('many lines of log do not grow without end', (t) => {
  const store = createStore()
  for (let i = 0; i < 5000; i++) store.add({ type: 'log', atMs: i, level: 'info', text: String(i) })
  t.true(store.logs(10_000).length <= 200)
  t.is(store.logs(1)[0]!.text, '4999')
})

test('what the machine said before there is anything to show stays, whatever comes that cannot be shown', (t) => {
  const store = createStore()
  for (const atMs of [1000, 2000]) store.add({ type: 'host', atMs, intervalMs: 1000, uptimeS: 1, load: [0, 0, 0] })
  const [sample] = fakeTick(1).filter(({ type }) => type === 'sample')
  store.add({ ...sample, probe: 'nobody described it', atMs: 3000 } as unknown as AnySample)
  t.is(store.host(1500)?.atMs, 1000)
  store.add({ ...sample, atMs: 1500 } as AnySample)
  t.is(store.host(1500)?.atMs, 1000, 'that of the oldest sample')
})

test('its version rises with every message, and when it is wound back', (t) => {
  const store = createStore()
  const seen = fakeStream({ ticks: 2 }).map((message) => {
    store.add(message)
    return store.version()
  })
  t.deepEqual(
    seen,
    seen.map((_, i) => i + 1),
  )
  store.rewind(0)
  t.is(store.version(), seen.length + 1)
})
