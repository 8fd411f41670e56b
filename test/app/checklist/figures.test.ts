// The tables of the 60 seconds checklist on two intervals of made-up samples: each figure as the tool it is named after
// has it, worked out by hand.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import * as figures from '../../../src/app/checklist/figures.ts'
import type { Figures } from '../../../src/app/checklist-types.ts'
import { DISKS } from '../../../src/engine/probes/disks/spec.ts'
import { MACHINE } from '../../../src/engine/probes/machine/spec.ts'
import { storeWith, type Interval } from '../../helpers/spec-store.ts'

const MIB = 2 ** 20
const S = 1e9

/** One row's figures by their headings. */
const byTitle = (made: Figures | undefined, row = 0) =>
  Object.fromEntries(made!.columns.map(({ title }, i) => [title, made!.rows[row]![i]]))
const ofMachine = (...intervals: Interval[]) => storeWith(MACHINE, ...intervals)

test('uptime, with the CPUs of the machine', (t) => {
  t.deepEqual(byTitle(figures.uptimeFigures(viewOf(ofMachine({})))), {
    'up(s)': 100,
    load1: 3,
    load5: 2,
    load15: 1,
    CPUs: 2,
  })
})

test('the last ten lines of the kernel log, by age in seconds', (t) => {
  const log = Array.from({ length: 12 }, (_, i) => ({
    sequence: i,
    ageMs: 12_500 - 1000 * i,
    severity: 6,
    level: 'info',
    text: `line ${i}`,
  }))
  const made = figures.dmesgFigures(viewOf(ofMachine({ rows: { log } })))!
  t.is(made.rows.length, 10)
  t.deepEqual(made.rows[0], [10.5, 'info', 'line 2'])
})

test('vmstat has a line an interval, of that interval alone', (t) => {
  const totals = {
    ...{
      running: 3,
      blocked: 1,
      swapBytes: 8192,
      swapFreeBytes: 2048,
      freeBytes: 3072,
      buffersBytes: 4096,
      cacheBytes: 5120,
    },
    ...{ swapInBytes: 1024, swapOutBytes: 2048, pageInBytes: 3072, pageOutBytes: 4096, interrupts: 50, switches: 60 },
    ...{
      userNs: 10,
      niceNs: 5,
      guestNs: 3,
      guestNiceNs: 2,
      systemNs: 10,
      irqNs: 5,
      softirqNs: 5,
      idleNs: 30,
      iowaitNs: 20,
      stealNs: 10,
    },
  }
  const made = figures.vmstatFigures(viewOf(ofMachine({ totals: { running: 9, idleNs: 1 } }, { totals })))!
  t.is(made.rows.length, 2)
  t.like(byTitle(made, 0), { r: 9, id: 100, us: 0 })
  t.deepEqual(byTitle(made, 1), {
    ...{ r: 3, b: 1, swpd: 6, free: 3, buff: 4, cache: 5, si: 1, so: 2, bi: 3, bo: 4, in: 50, cs: 60 },
    ...{ us: 20, sy: 20, id: 30, wa: 20, st: 10 },
  })
})

test('mpstat has all CPUs together, then each, in shares of what the kernel counted', (t) => {
  const of = (cpu: number, userNs: number) => ({ cpu, userNs, idleNs: 8 - userNs, softirqNs: 2 })
  const interval = { rows: { cpus: [of(0, 6), of(1, 2)] }, totals: { userNs: 8, idleNs: 8, softirqNs: 4 } }
  const made = figures.mpstatFigures(viewOf(ofMachine(interval, interval)))!
  t.is(made.rows.length, 3)
  t.like(byTitle(made, 0), { CPU: 'all', '%usr': 40, '%idle': 40, '%soft': 20, '%sys': 0 })
  t.like(byTitle(made, 1), { CPU: '0', '%usr': 60, '%idle': 20 })
  t.like(byTitle(made, 2), { CPU: '1', '%usr': 20, '%idle': 60 })
})

test('pidstat has those that were busy, the busiest first, over all intervals', (t) => {
  const task = (pid: number, ms: number, more: object = {}) => ({
    ...{
      pid,
      comm: `p${pid}`,
      uid: 5,
      cpu: 1,
      userNs: ms * 5e5,
      systemNs: ms * 4e5,
      guestNs: ms * 1e5,
      busyNs: ms * 1e6,
      waitNs: 1e8,
    },
    ...more,
  })
  const tasks = [task(1, 100), task(2, 500, { waitNs: null }), task(3, 0)]
  const made = figures.pidstatFigures(viewOf(ofMachine({ rows: { tasks } }, { rows: { tasks } })))!
  t.is(made.rows.length, 2)
  const first = { UID: 5, PID: 2, '%usr': 25, '%system': 20, '%guest': 5, '%wait': null, Command: 'p2' }
  t.deepEqual(made.rows[0], [...Object.values(first).slice(0, 6), 50, 1, 'p2'])
  t.is(made.rows[1]![5], 10)
  t.deepEqual(
    made.columns.filter(({ digits }) => digits === 0).map(({ title }) => title),
    ['UID', 'PID', 'CPU'],
  )
  const many = Array.from({ length: 12 }, (_, i) => task(i + 1, i + 1))
  t.is(figures.pidstatFigures(viewOf(ofMachine({ rows: { tasks: many } })))!.rows.length, 10)
})

test('iostat has disks that did something, and no partitions', (t) => {
  const busy = {
    ...{ disk: 'sda', kind: 'disk', requests: 30, discards: 4, flushes: 2 },
    ...{
      reads: 10,
      readBytes: 40_960,
      readMerged: 30,
      readNs: 20e6,
      writes: 20,
      writeBytes: 40_960,
      writeMerged: 0,
      writeNs: 20e6,
    },
    ...{ discardBytes: 8192, discardNs: 8e6, flushNs: 2e6, busyNs: 250e6 },
  }
  const rows = {
    disks: [busy, { disk: 'sda1', kind: 'part', requests: 30 }, { disk: 'sdb', kind: 'disk', requests: 0 }],
  }
  const made = figures.iostatFigures(viewOf(storeWith(DISKS, { rows }, { rows })))!
  t.is(made.rows.length, 1)
  t.deepEqual(byTitle(made), {
    ...{ Device: 'sda', 'r/s': 10, 'rkB/s': 40, 'rrqm/s': 30, '%rrqm': 75, r_await: 2, 'rareq-sz': 4 },
    ...{ 'w/s': 20, 'wkB/s': 40, 'wrqm/s': 0, '%wrqm': 0, w_await: 1, 'wareq-sz': 2 },
    ...{ 'd/s': 4, 'dkB/s': 8, d_await: 2, 'f/s': 2, f_await: 1, 'aqu-sz': 0.05, '%util': 25 },
  })
  for (const one of ['discards', 'flushes', 'requests'])
    t.is(
      figures.iostatFigures(viewOf(storeWith(DISKS, { rows: { disks: [{ disk: 'sda', [one]: 1 }] } })))!.rows.length,
      1,
    )
})

test('free is in MiB, and used is what is not available', (t) => {
  const totals = {
    ...{ memoryBytes: 100 * MIB, availableBytes: 60 * MIB, freeBytes: 20 * MIB, sharedBytes: 5 * MIB },
    ...{ buffersBytes: 10 * MIB, cacheBytes: 30 * MIB, swapBytes: 50 * MIB, swapFreeBytes: 40 * MIB },
  }
  t.deepEqual(figures.freeFigures(viewOf(ofMachine({ totals })))!.rows, [
    ['Mem', 100, 40, 20, 5, 40, 60],
    ['Swap', 50, 10, 40, null, null, null],
  ])
})

test('sar: packets as they are, bytes in KiB, and how full the link is', (t) => {
  const nic = {
    name: 'eth0',
    rxPackets: 10,
    txPackets: 20,
    rxBytes: 1024,
    txBytes: 3072,
    rxCompressed: 1,
    txCompressed: 2,
    rxMulticast: 3,
  }
  const used = (more: object) =>
    byTitle(figures.devFigures(viewOf(ofMachine({ rows: { nics: [{ ...nic, ...more }] } }))))['%ifutil']
  const rows = { nics: [nic] }
  t.deepEqual(Object.values(byTitle(figures.devFigures(viewOf(ofMachine({ rows }, { rows }))))), [
    'eth0',
    10,
    20,
    1,
    3,
    1,
    2,
    3,
    0,
  ])
  t.is(used({ linkBytes: 6144, isFullDuplex: 1 }), 50, 'the busier direction')
  t.is(used({ linkBytes: 8192, isFullDuplex: 0 }), 50, 'both')
})

test('top: who has most of the CPUs, then most memory', (t) => {
  const task = (pid: number, busyNs: number, residentBytes: number) => ({
    pid,
    comm: `p${pid}`,
    state: 'S',
    busyNs,
    totalNs: 90 * S,
    residentBytes,
  })
  const tasks = [task(1, 0, 10 * MIB), task(2, S / 2, MIB), task(3, 0, 20 * MIB)]
  const interval = { rows: { tasks }, totals: { memoryBytes: 40 * MIB } }
  const made = figures.topFigures(viewOf(ofMachine(interval, interval)))!
  t.deepEqual(made.rows, [
    [2, 1, 'S', 50, 2.5, 90, 'p2'],
    [3, 20, 'S', 0, 50, 90, 'p3'],
    [1, 10, 'S', 0, 25, 90, 'p1'],
  ])
  t.is(made.columns[0]!.digits, 0)
  t.is(made.columns[2]!.digits, undefined)
})

test('figures are over the last five seconds', (t) => {
  const second = (outSegments: number) => ({ totals: { outSegments } })
  const made = figures.tcpFigures(viewOf(ofMachine(...[100, 1, 2, 3, 4, 5].map(second))))
  t.is(byTitle(made)['oseg/s'], 3)
  t.is(byTitle(figures.tcpFigures(viewOf(ofMachine(...[100, 1, 2].map(second)), [], 2000)))['oseg/s'], 50.5)
  t.is(figures.tcpFigures(viewOf(storeWith(DISKS))), undefined)
})
