// The kernel's own work: packets through the loopback device and reads past the page cache, against what it counts of
// softirqs and interrupts itself, and its account of their time.
import { readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { start } from '../../src/engine/probes/kernel/probe.ts'
import { TICK_MS } from '../../src/source/proc-stat.ts'
import { rowsOf, sumOf } from '../helpers/described-probe.ts'
import { countsIn, flood, interruptTimes } from '../helpers/softirqs.ts'
import { probeContext } from '../helpers/workload.ts'
import { between, exact, skipped } from './check.ts'
import type { Area, Finding } from './check.ts'
import { perform } from './workload.ts'

const SOFTIRQS = ['TIMER', 'NET_RX', 'BLOCK', 'SCHED', 'RCU']
/** As we call them, by the kernel's abbreviations. */
const VECTORS = { 'local timer': 'LOC', reschedule: 'RES' }
/** Of what happens while a thread runs that is kept from being traced (run.ts). */
const LEFT_OUT = 0.02
/** Fewer say little. */
const FEW = 50

const read = () => ({ soft: countsIn('/proc/softirqs'), irqs: countsIn('/proc/interrupts'), ...interruptTimes() })

export const area: Area = {
  name: 'kernel',
  needs: ['clang', 'python3'],
  bpf: true,
  async checks(scale) {
    const probe = start({ ...probeContext, object: join(probeContext.objects, 'kernel.bpf.o') })
    try {
      const outer = read()
      probe.read()
      const inner = read()
      const file = join(tmpdir(), `probetop-truth-kernel-${process.pid}`)
      const [{ tickNs }] = await Promise.all([
        flood(scale === 'full' ? 8 : 2, { senders: availableParallelism(), listeners: 900 }),
        perform(-1, 1, 'direct', scale === 'full' ? 1000 : 200, file),
      ])
      const innerEnd = read()
      const data = probe.read()
      const outerEnd = read()
      const rows = rowsOf(data, 'kinds')
      const counted = (of: 'soft' | 'irqs', name: string): [number, number] => [
        (innerEnd[of].get(name) ?? 0) - (inner[of].get(name) ?? 0),
        (outerEnd[of].get(name) ?? 0) - (outer[of].get(name) ?? 0),
      ]
      const runs = (kind: string, names: (name: string) => boolean): number =>
        sumOf(
          rows.filter((row) => row.kind === kind && names(String(row.name))),
          'count',
        )
      const compared = (title: string, ours: number, [least, most]: [number, number], note: string): Finding =>
        least < FEW
          ? skipped(title, `only ${least} of them`)
          : between(LEFT_OUT + 5 / least)(title, ours, least, most, '', note)

      const devices = devicesIn(readFileSync('/proc/interrupts', 'utf8'))
      const ofDevices = devices.map((line) => counted('irqs', line))
      const both = ofDevices.reduce<[number, number]>((sum, each) => [sum[0] + each[0], sum[1] + each[1]], [0, 0])
      return [
        ...SOFTIRQS.map((name) =>
          compared(
            `softirqs, ${name}`,
            runs('softirq', (each) => each === name),
            counted('soft', name),
            '/proc/softirqs',
          ),
        ),
        ...Object.entries(VECTORS).map(([name, short]) =>
          process.arch === 'x64'
            ? compared(
                `interrupts, ${name}`,
                runs('irq', (each) => each === name),
                counted('irqs', short),
                '/proc/interrupts',
              )
            : skipped(`interrupts, ${name}`, 'seen on x86 only'),
        ),
        compared(
          'interrupts of devices',
          runs('irq', (each) => devices.includes(each.split(' ')[0]!)),
          both,
          '/proc/interrupts',
        ),
        softirqTime(data.totals.softirqNs!, innerEnd.softirqNs - inner.softirqNs, outerEnd, outer, tickNs),
        outerEnd.irqNs === 0
          ? skipped('time in interrupts', 'the kernel accounts it by ticks, of which none comes within one')
          : between(0.3)(
              'time in interrupts',
              data.totals.irqNs!,
              innerEnd.irqNs - inner.irqNs,
              outerEnd.irqNs - outer.irqNs,
              'ns',
              '/proc/stat, which has more around it',
            ),
        exact('lost', data.lost, 0),
      ]
    } finally {
      await probe.close()
    }
  },
}

/** Numbers of lines that are one device's alone. */
const devicesIn = (interrupts: string): string[] =>
  [...interrupts.matchAll(/^ *(\d+):[^,\n]*$/gm)].map(([, number]) => number!)

type Times = ReturnType<typeof interruptTimes>

/** Where the kernel looks at its ticks what runs, four standard deviations of so many are allowed. */
const softirqTime = (
  ours: number,
  least: number,
  { irqNs, softirqNs }: Times,
  outer: Times,
  tickNs: number,
): Finding => {
  const most = softirqNs - outer.softirqNs
  if (least < 20 * tickNs) return skipped('time in softirqs', `too little: ${least / 1e6} ms`)
  const sampled = irqNs === 0
  const ns = 2 * TICK_MS * 1e6 + (sampled ? 4 * Math.sqrt(most * tickNs) : availableParallelism() * tickNs)
  const note = `/proc/stat${sampled ? ', which is sampled at ticks' : ''}`
  return between(0.05 + ns / most)('time in softirqs', ours, least, most, 'ns', note)
}
