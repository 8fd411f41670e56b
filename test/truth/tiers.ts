// Tiers beside one another: the scheduler, block I/O and TCP in full, sampled and counted at the same time, under a load whose
// amount is known, and what each says of it in all. What the kernel counts anyway is exact, or leaves something out, which is
// said; what is seen in windows is off by no more than it says itself.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { sum } from 'd3-array'
import { start as startBlockCounted } from '../../src/engine/probes/block/hookless.ts'
import { start as startSchedCounted } from '../../src/engine/probes/sched/hookless.ts'
import { start as sampledSched } from '../../src/engine/probes/sched/sampled.ts'
import type { BlockDisk } from '../../src/model/block.ts'
import type { HowGot } from '../../src/engine/base/probe.ts'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import { startBlock } from '../helpers/block.ts'
import { fio, withDisks, type Disk } from '../helpers/disks.ts'
import { startSched, type SchedReading } from '../helpers/sched.ts'
import { startTcp } from '../helpers/tcp.ts'
import { compiled, probeContext, sleepMs } from '../helpers/workload.ts'
import { atMost, exact, within, withinUnits } from './check.ts'
import type { Area, Finding, Scale } from './check.ts'

const run = promisify(execFile)

/** A name of its own, by which its processes are found. */
const LOAD = 'tiered'
const INTERVAL_MS = 1000
/** A second. */
const READS = 1500
/** The kernel lets go of a thread some milliseconds after its end. */
const LATE_MS = 300
/** Of switches and CPU time: what is counted at another instant of the same switch. */
const APART = 0.005
const CPU_APART = 0.03
/** The kernel notes a thread that just goes to sleep as waiting when it is moved to another CPU. */
const WAIT_MORE = 0.05
const SURELY = 2
/** What windows do not know of: what begins in one and ends outside. */
const UNSAID = 0.03
/** Others of the machine may connect between two readings. */
const CONNECTIONS_APART = 5

export const area: Area = {
  name: 'tiers',
  needs: ['clang', 'fio', 'losetup'],
  bpf: true,
  checks: (scale) => withDisks(1, ([disk]) => beside(disk!, scale)),
}

const probes = () => ({
  sched: startSched(probeContext),
  schedSampled: startSched(probeContext, sampledSched),
  schedCounted: startSched(probeContext, startSchedCounted),
  block: startBlock(probeContext),
  blockSampled: startBlock(probeContext),
  blockCounted: startBlock(probeContext, startBlockCounted),
  tcp: startTcp(probeContext),
  tcpCounted: startTcp(probeContext),
})

type Probes = ReturnType<typeof probes>
type BlockReadingOf = ReturnType<Probes['block']['read']>
type Readings = { [P in keyof Probes]: ReturnType<Probes[P]['read']>[] }

const beside = async (disk: Disk, scale: Scale): Promise<Finding[]> => {
  const all = probes()
  const server = createServer((socket) => socket.resume())
  const lasting: Socket[] = []
  try {
    all.blockSampled.thin!(true)
    all.tcpCounted.thin!(true)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const open = async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    }
    lasting.push(await open(), await open())
    // the first windows are of before
    await sleepMs(INTERVAL_MS)
    readAll(all)

    const seconds = scale === 'quick' ? 3 : 10
    const work = doWork(disk, seconds, open, lasting)
    const readings = readAll(all)
    let isDone = false
    void work.then(
      () => (isDone = true),
      () => (isDone = true),
    )
    while (!isDone) {
      await sleepMs(INTERVAL_MS)
      addTo(readings, readAll(all))
    }
    const done = await work
    await sleepMs(LATE_MS)
    addTo(readings, readAll(all))
    return [...scheduler(readings, done.switches), ...disks(readings, disk, done), ...sessions(readings, port, done)]
  } finally {
    for (const socket of lasting) socket.destroy()
    server.close()
    for (const probe of Object.values(all)) await probe.close()
  }
}

const readAll = (all: Probes): Readings =>
  Object.fromEntries(Object.entries(all).map(([name, probe]) => [name, [probe.read()]])) as unknown as Readings

const addTo = (all: Readings, more: Readings): void => {
  for (const [name, readings] of Object.entries(all) as [keyof Readings, unknown[]][]) readings.push(...more[name])
}

interface Done {
  /** As rusage of the processes has them. */
  switches: number
  reads: number
  bytes: number
  connections: number
  sent: number
}

/** All at the same time. */
const doWork = async (
  disk: Disk,
  seconds: number,
  open: () => Promise<Socket>,
  lasting: readonly Socket[],
): Promise<Done> => {
  const trips = String(30_000 * seconds)
  const connections = 200 * seconds
  const piece = Buffer.alloc(10_000)
  const [pingpong, jobs] = await Promise.all([
    run(compiled('loops', 'test/bench', ['-pthread'], LOAD), ['pingpong', trips]),
    fio(
      ['--ioengine=psync', `--rate_iops=${READS}`],
      [[`--filename=${disk.path}`, '--rw=randread', '--bs=4k', '--norandommap', `--number_ios=${READS * seconds}`]],
    ),
    (async () => {
      for (let i = 0; i < connections; i++) {
        const socket = await open()
        socket.end()
        await once(socket, 'close')
      }
    })(),
    ...lasting.map(async (socket) => {
      for (let i = 0; i < 10 * seconds; i++) {
        socket.write(piece)
        await sleepMs(50)
      }
    }),
  ])
  return {
    switches: Number(pingpong.stderr),
    reads: jobs[0]!.read.total_ios,
    bytes: jobs[0]!.read.io_bytes,
    connections,
    sent: lasting.length * 10 * seconds * piece.length,
  }
}

/** How far the sum of all readings may be off by what each says of itself: what it says is true of 95 of 100, each for
 * itself; twice of it of nearly all. */
const said = <R extends { tier?: HowGot }>(readings: readonly R[], count: (reading: R) => number): number =>
  (SURELY * Math.hypot(...readings.map((reading) => count(reading) * (reading.tier?.error ?? 0)))) /
  sum(readings, count)

const scheduler = ({ sched, schedSampled, schedCounted }: Readings, switches: number): Finding[] => {
  const of = (readings: readonly SchedReading[], figure: (proc: SchedProc) => number): number =>
    sum(
      readings.flatMap(({ data }) => data.procs.filter(({ comm }) => comm === LOAD)),
      figure,
    )
  const waits = ({ data }: SchedReading): number => data.runq.count
  const [full, sampled, counted] = [sched, schedSampled, schedCounted].map((readings) => ({
    switches: of(readings, (proc) => proc.switches),
    cpuNs: of(readings, (proc) => proc.onCpuNs),
    waitNs: of(readings, (proc) => proc.waitNs),
  }))
  return [
    within(APART)('switches, in full', full!.switches, switches, '', 'rusage'),
    within(APART)('switches, sampled', sampled!.switches, full!.switches),
    within(APART)('switches, counted', counted!.switches, full!.switches),
    within(CPU_APART)('CPU time, sampled', sampled!.cpuNs, full!.cpuNs, 'ns'),
    within(CPU_APART)('CPU time, counted', counted!.cpuNs, full!.cpuNs, 'ns'),
    within(said(schedSampled, waits) + UNSAID)(
      'waits of the machine, sampled',
      sum(schedSampled, waits),
      sum(sched, waits),
      '',
      'by what it says itself',
    ),
    atMost(
      'waited, counted',
      counted!.waitNs,
      full!.waitNs * (1 + WAIT_MORE),
      'ns',
      'at most what full has and 5 %: its clock leaves out short waits',
    ),
  ]
}

const disks = ({ block, blockSampled, blockCounted }: Readings, { name }: Disk, done: Done): Finding[] => {
  const reads = ({ data }: BlockReadingOf): BlockDisk | undefined =>
    data.disks.find((disk) => disk.name === name && disk.op === 'read')
  const ops = (reading: BlockReadingOf): number => reads(reading)?.ops ?? 0
  const bytes = (reading: BlockReadingOf): number => reads(reading)?.bytes ?? 0
  const [full, sampled, counted] = [block, blockSampled, blockCounted].map((readings) => ({
    ops: sum(readings, ops),
    bytes: sum(readings, bytes),
  }))
  const near = within(said(blockSampled, ops) + UNSAID)
  return [
    exact('reads, in full', full!.ops, done.reads, '', 'fio'),
    exact('bytes read, in full', full!.bytes, done.bytes, 'bytes', 'fio'),
    exact('reads, counted', counted!.ops, full!.ops),
    exact('bytes read, counted', counted!.bytes, full!.bytes, 'bytes'),
    near('reads, sampled', sampled!.ops, full!.ops, '', 'by what it says itself'),
    near('bytes read, sampled', sampled!.bytes, full!.bytes, 'bytes'),
  ]
}

const sessions = ({ tcp, tcpCounted }: Readings, port: number, done: Done): Finding[] => {
  const [full, counted] = [tcp, tcpCounted].map((readings) => ({
    opened: sum(readings, ({ data }) => data.opened),
    sent: sum(
      readings.flatMap(({ data }) => data.sessions.filter(({ remotePort }) => remotePort === port)),
      ({ outBytes }) => outBytes ?? 0,
    ),
  }))
  return [
    withinUnits(CONNECTIONS_APART)('connections, in full', full!.opened, done.connections, '', 'of who connected'),
    withinUnits(CONNECTIONS_APART)('connections, counted', counted!.opened, full!.opened),
    exact('sent by lasting sessions, in full', full!.sent, done.sent, 'bytes', 'of who sent'),
    exact('sent by lasting sessions, counted', counted!.sent, full!.sent, 'bytes'),
  ]
}
