// What the rules of the 60 seconds checklist measure, worked out by hand on two intervals of made-up samples, and where
// each leads.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import * as measures from '../../../src/app/checklist/measures.ts'
import type { Measured, Window } from '../../../src/app/rule.ts'
import { DISKS } from '../../../src/engine/probes/disks/spec.ts'
import { MACHINE } from '../../../src/engine/probes/machine/spec.ts'
import type { ProbeSpec } from '../../../src/stream/spec.ts'
import type { DescribedId } from '../../../src/stream/probe-ids.ts'
import { storeWith, type Interval } from '../../helpers/spec-store.ts'

const windowOf = (interval: Interval, spec: ProbeSpec = MACHINE): Window => {
  const store = storeWith(spec, interval, interval)
  const samples = store.samples(spec.id as DescribedId, 9)
  return { samples, last: samples.at(-1)!, elapsedMs: 2000, view: viewOf(store) }
}
const said = (measured: readonly Measured[]) => measured.map(({ key, value, says }) => [key, value, says('V')])
const totals = (values: Record<string, number>) => windowOf({ totals: values })

test('load and runnable threads are for each CPU', (t) => {
  t.deepEqual(said(measures.load(totals({}))), [['load', 1.5, 'load average 3.00, V for each of 2 CPUs']])
  t.deepEqual(said(measures.runnable(totals({ running: 5 }))), [
    ['runnable', 2.5, '5.0 threads runnable on average, V for each of 2 CPUs'],
  ])
  t.deepEqual(said(measures.blocked(totals({ blocked: 3 }))), [['blocked', 3, 'V threads blocked in I/O on average']])
})

test('of the kernel log what is an error or known to be bad, of the last hour', (t) => {
  const line = (sequence: number, more: object = {}) => ({
    ...{ sequence, ageMs: 60_000, severity: 6, level: 'info', text: 'x' },
    ...more,
  })
  const of = (...log: ReturnType<typeof line>[]) => measures.kernelLog(windowOf({ rows: { log } }))
  t.is(of(line(1), line(2, { severity: 4 }))[0]!.value, 0)
  t.is(of(line(1, { severity: 3 }), line(2, { severity: 0 }))[0]!.value, 2)
  t.is(of(line(1, { text: 'Out of memory: Killed process 7' }))[0]!.value, 1)
  t.is(of(line(1, { severity: 4, text: 'WARNING: CPU: 1 PID: 7 at fs/a.c:1 f+0x1/0x2' }))[0]!.value, 1)
  t.is(of(line(1, { severity: 4, text: '---[ end trace 0000000000000000 ]---' }))[0]!.value, 1)
  t.is(of(line(1, { severity: 3, ageMs: 3_600_000 }))[0]!.value, 1)
  t.is(of(line(1, { severity: 3, ageMs: 3_600_001 }))[0]!.value, 0)
  const [found] = of(
    line(8, { severity: 3, text: 'old' }),
    line(9, { severity: 3, ageMs: 30_000, text: 'I/O error' }),
    line(10),
  )
  t.is(found!.says('2'), '2 in the kernel log, 30s ago: I/O error')
  t.deepEqual(found!.to, { panel: 'machine', mode: 'log', row: { key: '9' } })
  t.deepEqual(of(line(1))[0]!.to, { panel: 'machine', mode: 'log' })
  t.is(of(line(1))[0]!.says('0'), '')
})

test('a log that is not there says why', (t) => {
  t.is(measures.noLog(windowOf({ rows: { log: [] } })), undefined)
  t.is(measures.noLog(windowOf({ notes: ['for root only'] })), 'for root only')
  t.is(measures.noLog(windowOf({})), 'the kernel log is not there')
})

test('swapping is both ways', (t) => {
  t.is(measures.swapping(totals({ swapInBytes: 100, swapOutBytes: 50 }))[0]!.value, 150)
})

test('busy is what is neither idle nor waits for I/O', (t) => {
  const window = totals({ userNs: 20, niceNs: 10, systemNs: 10, idleNs: 50, iowaitNs: 10 })
  t.deepEqual(said(measures.cpusBusy(window)), [['cpus', 40, 'CPUs V% busy: 30% in programs, 10% in the kernel']])
  t.is(measures.ioWait(window)[0]!.value, 10)
})

test('one CPU is busier than the mean of the others', (t) => {
  const cpu = (number: number, busy: number) => ({ cpu: number, userNs: busy, idleNs: 100 - busy })
  const of = (...cpus: object[]) => measures.oneCpu(windowOf({ rows: { cpus: cpus as never } }))
  t.deepEqual(said(of(cpu(0, 10), cpu(1, 90), cpu(2, 20))), [
    ['one', 75, 'CPU 1 is 90% busy, the others 15%: one thread, or interrupts that all go there'],
  ])
  t.deepEqual(of(cpu(0, 10), cpu(1, 90))[0]!.to, { panel: 'machine', mode: 'cpus', row: { key: '1' } })
  t.deepEqual(of(cpu(0, 90)), [])
})

test('interrupts of each CPU, hard and soft', (t) => {
  const cpus = [{ cpu: 0, softirqNs: 20, irqNs: 10, idleNs: 70 }]
  t.deepEqual(said(measures.cpuInterrupts(windowOf({ rows: { cpus } }))), [
    ['0', 30, 'CPU 0: V% in softirqs and interrupts'],
  ])
})

test('processes: of a CPU, waiting for one, and of all memory', (t) => {
  const window = windowOf({
    rows: { tasks: [{ pid: 7, comm: 'loop', busyNs: 5e8, waitNs: 25e7, residentBytes: 30 }] },
    totals: { memoryBytes: 120, zombies: 4 },
  })
  t.deepEqual(said(measures.processCpu(window)), [['7', 50, 'loop 7 takes V% of a CPU']])
  t.deepEqual(said(measures.processWait(window)), [['7', 25, 'loop 7 waits for a CPU V% of the time']])
  t.deepEqual(said(measures.processMemory(window)), [['7', 25, 'loop 7 has V% of all memory']])
  t.is(measures.zombies(window)[0]!.value, 4)
})

test('a disk: how busy, how many requests in it, and how long each way takes where there are ten', (t) => {
  const disk = {
    disk: 'sda',
    kind: 'disk',
    busyNs: 25e7,
    queuedNs: 15e8,
    reads: 5,
    readNs: 10e6,
    writes: 4,
    writeNs: 10e6,
  }
  const window = windowOf({ rows: { disks: [disk, { disk: 'sda1', kind: 'part', reads: 99 }] } }, DISKS)
  t.deepEqual(said(measures.diskBusy(window)), [['sda', 25, 'sda V% busy with 1.5 requests in it']])
  t.deepEqual(said(measures.diskWait(window)), [['sda read', 2e6, 'sda: reads take V on average, at 5.0/s']])
  t.deepEqual(measures.diskBusy(window)[0]!.to, { panel: 'disks', row: { key: 'sda' } })
})

test('memory and swap that are in use; without any there is nothing to say', (t) => {
  const MIB = 2 ** 20
  t.deepEqual(said(measures.memoryUsed(totals({ memoryBytes: 80 * MIB, availableBytes: 20 * MIB }))), [
    ['memory', 75, 'memory V% in use, 20 MiB available'],
  ])
  t.deepEqual(said(measures.swapUsed(totals({ swapBytes: 80, swapFreeBytes: 20 }))), [['swap', 75, 'swap V% in use']])
  t.deepEqual([measures.memoryUsed(totals({})), measures.swapUsed(totals({}))], [[], []])
})

test('interfaces: of the link where it is known, and what was broken or dropped', (t) => {
  const nics = [
    { name: 'eth0', rxBytes: 500, txBytes: 250, linkBytes: 1000, isFullDuplex: 1, errors: 1, drops: 2 },
    { name: 'lo', rxBytes: 500 },
  ]
  const window = windowOf({ rows: { nics } })
  t.deepEqual(said(measures.linksUsed(window)), [['eth0', 50, 'eth0: V% of its link used']])
  t.deepEqual(said(measures.nicErrors(window))[0], ['eth0', 3, 'eth0: 1.0 errors/s, 2.0 drops/s'])
  t.deepEqual(measures.nicErrors(window)[1]!.to, { panel: 'machine', mode: 'nics', row: { key: 'lo' } })
})

test('TCP: of few segments sent again no share is said', (t) => {
  const again = (retransmits: number, outSegments = 100) =>
    measures.segmentsAgain(totals({ retransmits, outSegments }))[0]!
  t.is(again(10).value, 10)
  t.is(again(9).value, 0)
  t.is(again(10, 0).value, 0)
  t.is(again(10).says('10'), '10% of TCP segments sent again, 10/s')
  t.is(measures.connectsFailed(totals({ attemptFails: 6 }))[0]!.value, 6)
  t.is(measures.tcpErrors(totals({ inErrors: 6 }))[0]!.value, 6)
})
