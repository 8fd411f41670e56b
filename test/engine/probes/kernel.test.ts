// The kernel probe against the kernel's own counts of softirqs and interrupts, and perf's of work; names and arithmetic.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import test from 'ava'
import { kindsOf, NO_WAIT, runsBetween } from '../../../src/engine/probes/kernel/decode.ts'
import { irqNames, namesIn, softirqName } from '../../../src/engine/probes/kernel/interrupt-names.ts'
import { start } from '../../../src/engine/probes/kernel/probe.ts'
import { start as startWithout } from '../../../src/engine/probes/kernel/without-bpf.ts'
import { percentileOf } from '../../../src/model/tables/histograms.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { countsIn } from '../../helpers/softirqs.ts'
import { probeContext } from '../../helpers/workload.ts'

const INTERRUPTS = `           CPU0       CPU1
 36:          0     251080 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0
  9:          1          0 IO-APIC   9-fasteoi   acpi, ahci[0000:00:1f.2]
LOC:    1408440    1399795   Local timer interrupts
`

test('interrupts by their names; what is no device by ours', (t) => {
  t.deepEqual(
    [...namesIn(INTERRUPTS)],
    [
      [36, 'virtio1-req.0'],
      [9, 'acpi, ahci[0000:00:1f.2]'],
    ],
  )
  const nameOf = irqNames(new Map([[1 << 20, 'local timer']]), '/nowhere')([36, 1 << 20])
  t.is(nameOf(36), '36')
  t.is(nameOf(1 << 20), 'local timer')
  t.is(softirqName(3), 'NET_RX')
  t.is(softirqName(11), 'softirq 11')
})

test('what happened between readings; all CPUs together', (t) => {
  const between = runsBetween()
  t.deepEqual(between('a', { count: 5, ns: 50, maxNs: 9 }), { count: 5, ns: 50, maxNs: 9 })
  t.deepEqual(between('a', { count: 7, ns: 80, maxNs: 20 }), { count: 2, ns: 30, maxNs: 20 })
  t.is(between('a', { count: 8, ns: 90, maxNs: 20 }).maxNs, 10)
  const rows = [
    { cpu: 0, kind: 'softirq', name: 'RCU', count: 2, ns: 5, maxNs: 4, ...NO_WAIT },
    { cpu: 1, kind: 'softirq', name: 'RCU', count: 1, ns: 7, maxNs: 7, ...NO_WAIT },
  ]
  t.deepEqual(
    kindsOf(rows, ({ name }) => name),
    [{ kind: 'softirq', name: 'RCU', count: 3, ns: 12, maxNs: 7, latency: 'RCU' }],
  )
})

/** Packets through the loopback device, so that softirqs have something to do. */
const packets = async (): Promise<void> => {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as { port: number }).port, '127.0.0.1')
  const endMs = performance.now() + 700
  await once(client, 'connect')
  // as many as are asked for below, however busy the machine is
  for (let sent = 0; performance.now() < endMs || sent < 200; sent++) {
    client.write('x')
    await once(client, 'data')
  }
  client.destroy()
  server.close()
}

bpfTest('softirqs and timer interrupts are as many as the kernel counts', async (t) => {
  const probe = startHere(t, start, 'kernel')
  const both = (): [Map<string, number>, Map<string, number>] => [
    countsIn('/proc/softirqs'),
    countsIn('/proc/interrupts'),
  ]
  // what the kernel counted is between the inner and the outer readings
  const outer = both()
  probe.read()
  const inner = both()
  await packets()
  const innerEnd = both()
  const data = probe.read()
  const outerEnd = both()
  const rows = rowsOf(data, 'kinds')
  const compare = (ours: number, of: 0 | 1, name: string): void => {
    const least = innerEnd[of].get(name)! - inner[of].get(name)!
    const most = outerEnd[of].get(name)! - outer[of].get(name)!
    // nothing is told of what happens while a thread runs that is kept from being traced
    t.true(ours >= least * 0.99 - 4 && ours <= most + 4, `${name}: ${ours}, between ${least} and ${most}`)
  }
  for (const name of ['TIMER', 'NET_RX', 'SCHED', 'RCU']) {
    compare(
      sumOf(
        rows.filter((row) => row.kind === 'softirq' && row.name === name),
        'count',
      ),
      0,
      name,
    )
  }
  t.true(
    sumOf(
      rows.filter((row) => row.name === 'NET_RX'),
      'count',
    ) > 100,
  )
  const timer = rows.filter((row) => row.name === 'local timer')
  if (inner[1].has('LOC') && timer.length > 0) compare(sumOf(timer, 'count'), 1, 'LOC')

  const cpus = rowsOf(data, 'cpus')
  t.is(sumOf(cpus, 'ns'), sumOf(rows, 'ns'))
  t.is(sumOf(rows, 'ns'), data.totals.softirqNs! + data.totals.irqNs!)
  for (const row of rows) t.true(Number(row.maxNs) <= Number(row.ns) && Number(row.ns) > 0, String(row.name))
  const { softirq } = data.hists
  t.true(softirq!.count > 0 && percentileOf(softirq!, 0.5)! < 50e6 && softirq!.max! > 0)
})

test('without programs: as many softirqs and interrupts as /proc has, not how long they took', async (t) => {
  const probe = startWithout({ ...probeContext, object: '' })
  const outer = countsIn('/proc/softirqs')
  probe.read()
  const inner = countsIn('/proc/softirqs')
  await packets()
  const innerEnd = countsIn('/proc/softirqs')
  const reading = probe.read()
  const outerEnd = countsIn('/proc/softirqs')
  t.is(reading.tier?.is, 'counted')
  const count = (name: string): number =>
    sumOf(
      rowsOf(reading, 'kinds').filter((row) => row.name === name),
      'count',
    )
  for (const name of ['NET_RX', 'TIMER', 'RCU']) {
    t.true(count(name) >= innerEnd.get(name)! - inner.get(name)!, name)
    t.true(count(name) <= outerEnd.get(name)! - outer.get(name)!, name)
  }
  t.true(rowsOf(reading, 'kinds').every(({ ns }) => ns === null))
  t.true(rowsOf(reading, 'cpus').some(({ kind }) => kind === 'irq'))
})
