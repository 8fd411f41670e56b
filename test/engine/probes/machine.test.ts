// The machine probe beside the tools whose figures it has: uptime, dmesg, vmstat, mpstat, pidstat, iostat, free, sar and top
// over the very same seconds, each compared by its own headings. Tools that are not installed are skipped with a word.
import { execFile } from 'node:child_process'
import { viewOf } from '../../../src/model/view.ts'
import { promisify } from 'node:util'
import { startEndless } from '../../helpers/workload.ts'
import test from 'ava'
import { CHECKLISTS } from '../../../src/app/checklist/steps.ts'
import type { Figures } from '../../../src/app/checklist-types.ts'
import { statFile, netDevice, taskStat } from '../../../src/engine/probes/machine/proc-lines.ts'
import { logLine, openKernelLog } from '../../../src/engine/probes/machine/kernel-log.ts'
import { start } from '../../../src/engine/probes/machine/probe.ts'
import { MACHINE } from '../../../src/engine/probes/machine/spec.ts'
import { start as startDisks } from '../../../src/engine/probes/disks/probe.ts'
import { DISKS } from '../../../src/engine/probes/disks/spec.ts'
import { hostReader } from '../../../src/engine/proc/host-facts.ts'
import { findProgram } from '../../../src/engine/proc/find-program.ts'
import { createStore, type Store } from '../../../src/model/store.ts'
import type { Message } from '../../../src/stream/stream-types.ts'
import type { DescribedId } from '../../../src/stream/probe-ids.ts'
import { skip } from '../../helpers/bpf.ts'
import { startHere } from '../../helpers/described-probe.ts'

const run = promisify(execFile)
const SECONDS = 4

/** Rows of the last table whose heading has all of these. */
const toolRows = (text: string, ...headings: string[]): Record<string, string>[] => {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/^Average:|^\d\d:\d\d:\d\d( [AP]M)?/, ' ')
      .trim()
      .split(/\s+/),
  )
  const at = lines.findLastIndex((words) => headings.every((heading) => words.includes(heading)))
  const end = lines.findIndex((words, index) => index > at && words[0] === '')
  return lines
    .slice(at + 1, end < 0 ? undefined : end)
    .filter((words) => words.length >= lines[at]!.length)
    .map((words) => Object.fromEntries(lines[at]!.map((heading, index) => [heading, words[index]!])))
}

const ownRows = (store: Store, command: string): Record<string, string | number | null>[] => {
  const step = CHECKLISTS[0]!.steps.find((each) => each.command === command)!
  const { columns, rows } = step.figures!(viewOf(store)) as Figures
  return rows.map((row) => Object.fromEntries(columns.map(({ title }, index) => [title, row[index]!])))
}

test('the same figures as sysstat and procps have', async (t) => {
  t.timeout(60_000)
  const tools = {
    vmstat: ['-n', String(SECONDS), '2'],
    mpstat: ['-P', 'ALL', String(SECONDS), '1'],
    pidstat: [String(SECONDS), '1'],
    iostat: ['-xy', String(SECONDS), '1'],
    sar: ['-n', 'DEV', '-n', 'TCP,ETCP', String(SECONDS), '1'],
    top: ['-b', '-n', '2', '-d', String(SECONDS), '-w', '300'],
  }
  const absent = [...Object.keys(tools), 'free', 'uptime', 'dmesg'].filter((name) => findProgram(name) === undefined)
  if (absent.length > 0) return skip(t, `${absent.join(' and ')} not installed (sysstat, procps)`)
  const busy = startEndless('sh', ['-c', 'while :; do :; done'])
  const writer = startEndless('sh', [
    '-c',
    'while :; do dd if=/dev/zero of=/var/tmp/probetop-machine bs=64k count=64 conv=fsync; sleep 0.05; done',
  ])
  t.teardown(() => {
    busy.kill('SIGKILL')
    writer.kill('SIGKILL')
    return run('rm', ['-f', '/var/tmp/probetop-machine'])
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  // what is read from disk to start them is in the kernel's cache then
  await Promise.all(Object.keys(tools).map((name) => run(name, ['-V']).catch(() => undefined)))
  const said = Promise.all(
    Object.entries(tools).map(async ([name, args]) => {
      const { stdout } = await run(name, args, { env: { PATH: process.env.PATH, LC_ALL: 'C', S_TIME_FORMAT: 'ISO' } })
      return [name, stdout] as const
    }),
  )
  // what it takes to start them is in nobody's seconds
  await new Promise((resolve) => setTimeout(resolve, 150))
  const probe = startHere(t, start, 'machine')
  const disks = startHere(t, startDisks, 'disks')
  const begin = performance.now()
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))
  const intervalMs = performance.now() - begin
  const [machineRead, disksRead, hostRead] = [probe.read(), disks.read(), hostReader()()]
  const at = Object.fromEntries(
    await Promise.all(
      [['free', '-m'], ['uptime'], ['dmesg']].map(async ([name, ...args]) => {
        const { stdout } = await run(name!, args, { env: { PATH: process.env.PATH, LC_ALL: 'C' }, maxBuffer: 1 << 26 })
        return [name, stdout] as const
      }),
    ),
  ) as Record<'free' | 'uptime' | 'dmesg', string>
  const out = Object.fromEntries(await said) as Record<keyof typeof tools, string>
  const store = createStore()
  const sample = (probeId: string, data: object): Message =>
    ({ type: 'sample', probe: probeId as DescribedId, atMs: 10_000, intervalMs, lost: 0, data }) as unknown as Message
  for (const spec of [MACHINE, DISKS]) store.add({ type: 'probe', atMs: 1, spec })
  store.add({ type: 'host', atMs: 10_000, intervalMs, ...hostRead })
  store.add(sample('machine', machineRead))
  store.add(sample('disks', disksRead))

  const near = (what: string, ours: unknown, theirs: string | undefined, share: number, least: number): void => {
    const [a, b] = [Number(ours), Number(theirs)]
    t.true(Math.abs(a - b) <= Math.max(least, share * Math.abs(b)), `${what}: ${a} here, ${b} there`)
  }
  const each = (
    what: string,
    ours: Record<string, unknown>,
    theirs: Record<string, string>,
    titles: string,
    share: number,
    least: number,
  ): void => {
    for (const title of titles.split(' ')) near(`${what} ${title}`, ours[title], theirs[title], share, least)
  }

  const cpus = toolRows(out.mpstat, 'CPU', '%usr')
  const own = ownRows(store, 'mpstat -P ALL 1')
  t.is(own.length, cpus.length)
  own.forEach((row, index) => {
    t.is(String(row.CPU), cpus[index]!.CPU!)
    each(`CPU ${row.CPU}`, row, cpus[index]!, '%usr %nice %sys %iowait %irq %soft %steal %guest %gnice %idle', 0.1, 4)
  })
  const [up] = ownRows(store, 'uptime')
  const loads = /load averages?: ([\d.]+), ([\d.]+), ([\d.]+)/.exec(at.uptime)!
  // the kernel reckons them anew every five seconds
  for (const [i, title] of ['load1', 'load5', 'load15'].entries()) near(title, up![title], loads[i + 1], 0.15, 0.1)
  t.is(up!.CPUs, cpus.length - 1)
  const log = ownRows(store, 'dmesg | tail').map(({ text }) => String(text).split('\n')[0]!)
  const theirs = at.dmesg.split('\n').map((line) => line.replace(/^\[[^\]]*\] /, ''))
  const lastAt = theirs.lastIndexOf(log.at(-1)!)
  t.true(lastAt >= 0, `${log.at(-1)} is a line of dmesg`)
  t.true(log.every((line) => theirs.slice(0, lastAt + 1).includes(line)))
  const listed = toolRows(out.top, 'PID', 'RES', '%CPU').find(({ PID }) => Number(PID) === busy.pid)!
  const ownListed = ownRows(store, 'top').find(({ PID }) => PID === busy.pid)!
  near('top %CPU', ownListed['%CPU'], listed['%CPU'], 0.1, 5)
  near('top RES', ownListed['RES(MiB)'], String(Number(listed.RES) / 1024), 0.05, 0.5)
  t.is(ownListed.COMMAND, listed.COMMAND!)
  const task = toolRows(out.pidstat, 'UID', 'PID', '%usr').find(({ PID }) => Number(PID) === busy.pid)!
  const ownTask = ownRows(store, 'pidstat 1').find(({ PID }) => PID === busy.pid)!
  t.truthy(task)
  each('the loop', ownTask, task, '%usr %system %CPU %wait', 0.1, 4)
  t.is(ownTask.Command, task.Command!)
  const vmstat = toolRows(out.vmstat, 'swpd', 'buff').at(-1)!
  const [ownVmstat] = ownRows(store, 'vmstat 1')
  each('vmstat', ownVmstat!, vmstat, 'free buff cache', 0.05, 20_000)
  each('vmstat', ownVmstat!, vmstat, 'us sy id wa st', 0.1, 5)
  each('vmstat', ownVmstat!, vmstat, 'in cs bo', 0.3, 300)
  const [memory] = ownRows(store, 'free -m')
  const [, total, used] = /^Mem:\s+(\d+)\s+(\d+)/m.exec(at.free)!
  near('total', memory!.total, total, 0, 1)
  near('used', memory!.used, used, 0.1, 100)
  const busiest = toolRows(out.iostat, 'Device', 'w/s').sort((a, b) => Number(b['w/s']) - Number(a['w/s']))[0]!
  const ownDisk = ownRows(store, 'iostat -xz 1').find(({ Device }) => Device === busiest.Device)!
  t.true(Number(busiest['w/s']) > 1, 'something was written')
  each('iostat', ownDisk, busiest, 'r/s w/s f/s wareq-sz', 0.25, 10)
  each('iostat', ownDisk, busiest, 'wkB/s', 0.3, 500)
  each('iostat', ownDisk, busiest, 'w_await f_await aqu-sz', 0.3, 0.5)
  near('%util', ownDisk['%util'], busiest['%util'], 0.2, 5)
  for (const nic of toolRows(out.sar, 'IFACE', 'rxpck/s')) {
    const ours = ownRows(store, 'sar -n DEV 1').find(({ IFACE }) => IFACE === nic.IFACE)!
    each(String(nic.IFACE), ours, nic, 'rxpck/s txpck/s rxkB/s txkB/s %ifutil', 0.3, 5)
  }
  const [tcp] = ownRows(store, 'sar -n TCP,ETCP 1')
  each('TCP', tcp!, toolRows(out.sar, 'active/s')[0]!, 'active/s passive/s iseg/s oseg/s', 0.3, 5)
  each('TCP', tcp!, toolRows(out.sar, 'atmptf/s')[0]!, 'atmptf/s estres/s retrans/s isegerr/s orsts/s', 0.3, 5)
})

test('lines of the kernel log', (t) => {
  t.deepEqual(logLine('3,41,5250000,-;vda: I/O error\\x0a caf\\xc3\\xa9\n SUBSYSTEM=block\n'), {
    sequence: 41,
    atMs: 5250,
    severity: 3,
    text: 'vda: I/O error\n café',
  })
  t.is(logLine('30,7,1,-;systemd: ready')!.severity, 6)
  t.is(logLine('garbage'), undefined)
  const none = openKernelLog('/nowhere/kmsg')
  t.is(none.read(), undefined)
  t.is(none.why(), 'there is no /dev/kmsg here')
})

test('a guest is no program of its own twice; names may have anything in them', (t) => {
  t.like(statFile('cpu  100 10 5 3 2 1 1 0 40 4\ncpu0 100 10 5 3 2 1 1 0 40 4\nctxt 7\n'), {
    switches: 7,
    all: { userNs: 600e6, guestNs: 400e6, niceNs: 60e6 },
  })
  t.is(netDevice(' eth0:1: 1 2 3 4 0 0 7 8 9 10 11 12 0 0 0 16\n').get('eth0:1')!.txCompressed, 16)
  const fields = Array.from({ length: 50 }, (_, index) => String(index + 3))
  t.like(taskStat(`1 (a) b) ${['R', ...fields.slice(1)].join(' ')}`), { comm: 'a) b', state: 'R', threads: 20 })
})
