// Rules of the verdict and steps of the checklists on this machine's kernel: trouble is made, is said in its words with
// its numbers, and leads to where it is to be seen; work like it that is no trouble is not said.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../src/paths.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { controllerGroup, type ControllerGroup } from '../helpers/controller.ts'
import { loopDevice } from '../helpers/disks.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { throttledReads } from '../helpers/throttle.ts'
import { compiled, DIES_WITH_US } from '../helpers/workload.ts'
import { holds } from '../engine/probes/holding.ts'
import { bpfReason } from '../helpers/rights.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { silent, tripped, watch } from '../helpers/watched.ts'

const FIXTURES = 'test/engine/probes/fixtures'

/** Clocks that others slow down change none of these figures much, so a failure is one. */
const troubleTest = (title: string, commands: readonly string[], body: (t: ExecutionContext) => Promise<void>): void =>
  commandTest(title, commands, (t) => {
    t.timeout(240_000)
    const reason = bpfReason()
    return reason === undefined ? body(t) : skip(t, reason)
  })

/** Runs until the test ends, with what it starts; resolves when it is under way. */
const trouble = async (
  t: ExecutionContext,
  what: string,
  enter: readonly string[] = [],
  ...more: string[]
): Promise<number> => {
  const [command, ...words] = [
    ...DIES_WITH_US,
    ...enter,
    'python3',
    join(ROOT, 'test/helpers/troubles.py'),
    what,
    ...more,
  ]
  const child = spawn(command!, words, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  t.teardown(() => process.kill(-child.pid!, 'SIGKILL'))
  for await (const _ of createInterface(child.stdout)) return child.pid!
  throw new Error(`${what} ended`)
}

/** Into the network namespace of a process, with the interfaces that are there in /sys, too. */
const intoNamespace = (t: ExecutionContext, pid: number): string[] => [
  ...['nsenter', '--target', String(pid), '--net', 'unshare', '--mount', 'sh', '-c'],
  `mount -t sysfs sys "$0" && for each in class/net devices/virtual/net; do mount --bind "$0/$each" "/sys/$each"; done && exec "$@"`,
  temporaryFolder(t),
]

const NETWORK_STEPS = {
  'link-used': /^slow0: \d+(\.\d)?% of its link used/,
  'nic-errors': /^slow0: 0 errors\/s, [\d.]+ drops\/s/,
  'segments-again': /^[\d.]+% of TCP segments sent again/,
  'connects-failed': /^[\d.]+ TCP connects\/s fail/,
  'tcp-errors': /^[\d.]+ TCP segments\/s come in broken/,
  refused: /refused by/,
  timeouts: /time out/,
  backlog: /nobody accepts/,
  retransmits: /retransmits\/s to/,
}
const NETWORK_COMMANDS = ['python3', 'unshare', 'nsenter', 'nft', 'ip']

troubleTest('a network with all that can be wrong with it', NETWORK_COMMANDS, async (t) => {
  const pid = await trouble(t, 'net', ['unshare', '--net'])
  const who = `^python3 ${pid}: `
  const watched = await watch(t, { probes: ['tcp', 'network', 'machine'], enter: intoNamespace(t, pid) })
  await tripped(t, watched, {
    verdict: {
      retransmits: new RegExp(`${who}[\\d.]+ retransmits/s to 127.0.0.1$`),
      refused: new RegExp(`${who}1\\d(\\.\\d)? connections/s refused by 127.0.0.1:1$`),
      reset: new RegExp(`${who}\\d\\.\\d connections/s reset by 127.0.0.1:\\d+$`),
      timeouts: new RegExp(`${who}\\d\\.\\d connections/s to 127.0.0.1:\\d+ time out$`),
      backlog: new RegExp(`${who}queue of 127.0.0.1:\\d+ 80.0% full, nobody accepts$`),
      'listen-overflow': new RegExp(
        `${who}[\\d.]+ connections/s to 127.0.0.1:\\d+ dropped, nobody accepts them in time$`,
      ),
      'peer-window': new RegExp(`${who}cannot send (100|\\d\\d\\.\\d)% of the time, as 127.0.0.1:\\d+ takes no more`),
      'not-read': new RegExp(`${who}has read nothing from 127.0.0.1:\\d+ for \\S+, its buffer`),
      'socket-drops': new RegExp(
        `${who}[\\d.]+ packets/s dropped, as the buffer of its udp socket 127.0.0.1:\\d+ is full$`,
      ),
    },
    steps: NETWORK_STEPS,
  })
})

troubleTest('the same network at honest work', NETWORK_COMMANDS, async (t) => {
  const pid = await trouble(t, 'served', ['unshare', '--net'])
  const watched = await watch(t, { probes: ['tcp', 'network', 'machine'], enter: intoNamespace(t, pid) })
  await silent(t, watched, { words: new RegExp(`^python3 ${pid}: `), steps: Object.keys(NETWORK_STEPS) })
})

troubleTest('packets that a full queue of an interface drops', ['python3', 'unshare', 'tc', 'ip'], async (t) => {
  await trouble(t, 'queue', ['unshare', '--net'])
  const watched = await watch(t, { probes: ['network'] })
  await tripped(t, watched, { verdict: { drops: /^[\d.]+ packets\/s dropped for want of room: QDISC_\w+ in \w+$/ } })
})

troubleTest('a CPU that twelve want', ['python3'], async (t) => {
  const watched = await watch(t, { probes: ['machine'] })
  await trouble(t, 'crowd')
  await tripped(
    t,
    watched,
    {
      verdict: {
        'run-queue': /^run queue p99 [\d.]+m?s, \S+ \d* ?waits most$/,
        'cpu-shortage': /^CPUs are short: [\d.]+ threads wait for each of \d+, most of \S+/,
      },
      steps: {
        runnable: /^[\d.]+ threads runnable on average, /,
        'process-wait': /^\S+ \d+ waits for a CPU [\d.]+% of the time/,
        'run-queue': /^run queue p99/,
        'cpu-shortage': /^CPUs are short/,
      },
    },
    30_000,
  )
})

/** Runs until the test ends, with what it starts. */
const work = (t: ExecutionContext, ...command: string[]): number => {
  const [first, ...words] = [...DIES_WITH_US, ...command]
  const child = spawn(first!, words, { stdio: 'ignore', detached: true })
  t.teardown(async () => {
    process.kill(-child.pid!, 'SIGKILL')
    await until(() => !isAlive(child.pid!))
  })
  return child.pid!
}

const SHELL = ['sh', '-c']
/** A session before others, whatever these do. */
const FIRST = '{ echo -20 >/proc/self/autogroup; } 2>/dev/null'
/** Before all others, on a busy machine, too: of a session that goes first ten others leave no 90 % of a CPU. */
const firstGroup = (t: ExecutionContext): ControllerGroup | undefined => {
  const group = controllerGroup(t, 'cpu')
  if (group?.version === 1) group.write('cpu.shares', '262144')
  else group?.write('cpu.weight', '10000')
  return group
}
/** What is to have a CPU for itself has the last one, and the others do no more than they have to, as who watches needs the
 * rest. */
const LAST_CPU = availableParallelism() - 1
const OTHER_CPUS = `0-${Math.max(0, LAST_CPU - 1)}`
const on = (cpus: number | string): string => `taskset -cp ${cpus} $$ >/dev/null`

troubleTest(
  'processes that do too much, or nothing at all',
  ['python3', 'clang', 'bpftrace', 'unshare', 'taskset'],
  async (t) => {
    const group = firstGroup(t)
    const busy = firstGroup(t)
    if (!group || !busy) return
    if (group.version === 1) group.write('cpu.cfs_quota_us', '10000')
    else group.write('cpu.max', '10000 100000')
    const watched = await watch(t, { probes: ['machine', 'execsnoop'], scripts: ['opensnoop', 'profile'] })
    const loop = work(t, ...SHELL, `${busy.enter}; ${on(LAST_CPU)}; while :; do :; done`)
    work(t, ...SHELL, `${group.enter}; ${on(OTHER_CPUS)}; while :; do :; done`)
    const enter = [...SHELL, `${FIRST}; ${on(OTHER_CPUS)}; exec "$@"`, 'sh']
    const execs = await trouble(t, 'execs', enter)
    work(t, compiled('vfork', FIXTURES), '120000')
    await trouble(t, 'zombies')
    const opens = await trouble(t, 'opens', enter)
    writeFileSync('/dev/kmsg', '<3>probetop test: sda: rejecting I/O to offline device\n')
    await tripped(t, watched, {
      verdict: {
        'cpu-quota': new RegExp(
          `^group ${group.path}: CPU quota of 0.1 used up in (100|\\d\\d\\.\\d)% of its periods$`,
        ),
        uninterruptible: /^vfork \d+: (100|\d\d\.\d)% uninterruptible in vfork$/,
      },
      steps: {
        'kernel-log': /in the kernel log, .* ago: /,
        'process-cpu': new RegExp(`^sh ${loop} takes |and \\d+ more`),
        'on-cpu': new RegExp(` is on a CPU in [\\d.]+% of the samples`),
        zombies: /^\d+ zombies: /,
        execs: new RegExp(`^\\d+ programs/s are started, most by python3 ${execs}, the last /bin/true`),
        opens: new RegExp(`^python3 ${opens} opens (about )?\\d+ files/s, the last /`),
        'opens-failed': new RegExp(
          `^python3 ${opens} cannot open (about )?\\d+ files/s, the last /nonexistent \\(error 2\\)`,
        ),
      },
    })
  },
)

troubleTest('locks that wait for one another', ['clang'], async (t) => {
  const watched = await watch(t, { probes: ['waits'] })
  await holds(t, 'deadlock')
  // where readings are dear they are ten seconds apart
  await tripped(
    t,
    watched,
    { verdict: { deadlock: /^deadlock of 2 threads: mutex .* held by holds \d+ -> mutex / } },
    100_000,
  )
})

troubleTest('a CPU that the network takes', ['python3', 'unshare', 'nft'], async (t) => {
  const watched = await watch(t, { probes: ['machine', 'kernel'] })
  await trouble(t, 'packets', [...SHELL, `${FIRST}; exec unshare --net "$@"`, 'sh'])
  await tripped(t, watched, {
    verdict: { 'kernel-work': /^CPU \d+: softirq NET_RX takes (100|\d\d\.\d)% of it$/ },
    steps: { 'cpu-interrupts': /^CPU \d+: [\d.]+% in softirqs and interrupts/ },
  })
})

troubleTest('disks that are slow, broken or full', ['python3', 'dd', 'losetup', 'bpftrace'], async (t) => {
  const folder = temporaryFolder(t)
  const throttle = throttledReads(folder, 8)
  if (!throttle) return skip(t, 'a control group with a limit on reads cannot be had')
  const watched = await watch(t, { probes: ['block', 'syscalls', 'machine', 'disks'], scripts: ['slowfs'] })
  const slow = loopDevice(folder)
  t.teardown(slow.detach)
  t.teardown(() => void until(() => isRemoved(throttle.remove)))
  const readers = [1, 2, 3].map(() =>
    work(t, ...throttle.enter, 'dd', `if=${slow.path}`, 'of=/dev/null', 'bs=4k', 'iflag=direct'),
  )
  const small = join(folder, 'small')
  mkdirSync(small)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'small', small])
  t.teardown(() => execFileSync('umount', ['--lazy', small]))
  execFileSync('truncate', ['--size', '64M', join(small, 'disk')])
  const broken = execFileSync('losetup', ['--find', '--show', join(small, 'disk')], { encoding: 'utf8' }).trim()
  t.teardown(() => execFileSync('losetup', ['--detach', broken]))
  await trouble(t, 'full', [], small)
  work(
    t,
    ...SHELL,
    'i=0; while sleep 0.5; do i=$((i + 1)); dd if=/dev/zero of=$0 bs=64k seek=$((i % 1000)) count=1 oflag=direct; done',
    broken,
  )
  const dd = `dd (${readers.join('|')})`
  const disk = slow.name
  await tripped(t, watched, {
    verdict: {
      'held-io': new RegExp(`^${dd}: 1 thread waits for the I/O limit of /probetop-\\d+$`),
      'disk-latency': new RegExp(`^${disk}: p9[09] of reads [\\d.]+m?s, most of it in the device$`),
      'disk-errors': new RegExp(`^${broken.slice(5)}: \\d+ writes? failed$`),
      'call-errors': /^write fails with (ENOSPC|EIO) [\d.]+ times\/s$/,
    },
    steps: {
      blocked: /^[\d.]+ threads blocked in I\/O on average/,
      'disk-busy': new RegExp(`^${disk} (100|9\\d\\.\\d)% busy with [23]\\.\\d requests in it`),
      'disk-await': new RegExp(`^${disk}: reads take \\d\\d\\dms on average, at [\\d.]+/s`),
      'kernel-log': /in the kernel log, .* ago: .*error, dev loop/,
      'slow-files': new RegExp(`^${dd}: [\\d.]+ slow file calls/s, the last read of ${disk}`),
      'slow-io': new RegExp(`^${dd}: an I/O took `),
      'disk-latency': /p9[09] of reads/,
      'disk-errors': /writes? failed/,
    },
  })
})

troubleTest('memory that does not suffice', ['python3', 'dd', 'mkswap', 'swapon', 'bpftrace'], async (t) => {
  const groups = [64, 32, 16].map((mib) => {
    const group = controllerGroup(t, 'memory')
    group?.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', `${mib << 20}`)
    return group
  })
  const [anonymous, files, killed] = groups
  if (!anonymous || !files || !killed) return
  const watched = await watch(t, { probes: ['machine', 'memory', 'containers'], scripts: ['pagecache'] })
  killed.write(killed.version === 1 ? 'memory.swappiness' : 'memory.swap.max', '0')
  const device = swapOn(t, 60)
  if (device === undefined) return skip(t, 'there is no zram to swap to')
  const file = join(temporaryFolder(t), 'file')
  // read from nowhere, as it is all holes, but through the page cache
  execFileSync('truncate', ['--size', '256M', file])
  const pid = await trouble(t, 'swap', [...SHELL, `${anonymous.enter}; exec "$@"`, 'sh'])
  work(t, ...SHELL, `${files.enter}; while :; do dd if=$0 of=/dev/null bs=1M; done`, file)
  work(t, ...SHELL, `${killed.enter}; while :; do head -c 200M /dev/zero | tail -c 190M >/dev/null; sleep 2; done`)
  await tripped(t, watched, {
    verdict: {
      'memory-pressure': /^memory is short: something waited for it [\d.]+% of the time$/,
      reclaim: new RegExp(`^python3 ${pid}: [\\d.]+% of the time freeing memory before it gets any$`),
      'swap-in': /^memory is short: [\d.]+M\/s come back from swap$/,
      'out-of-memory': /^out of memory: the kernel killed \d+ process(es)?$/,
      'group-out-of-memory': new RegExp(`^group ${killed.path}: \\d+ of its processes killed at its memory limit$`),
    },
    steps: {
      swapping: /^memory is short: [\d.]+[KMG]\/s to and from swap/,
      'swap-used': /^swap (100|[89]\d\.\d)% in use/,
      evictions: /^[\d.]+[kM]? pages\/s leave the page cache .* most by \w+; [\d.]+[kM]?\/s come in/,
      'kernel-log': /in the kernel log, .* ago: /,
    },
  })
})

const isRemoved = (remove: () => void): boolean => {
  try {
    remove()
    return true
  } catch {
    return false // its last process is still ending
  }
}

/** A compressed disk in memory, swapped to until the test ends. */
const swapOn = (t: ExecutionContext, mib: number): string | undefined => {
  const control = '/sys/class/zram-control'
  if (!existsSync(control)) return undefined
  const number = readFileSync(join(control, 'hot_add'), 'utf8').trim()
  t.teardown(() => writeFileSync(join(control, 'hot_remove'), number))
  writeFileSync(`/sys/block/zram${number}/disksize`, `${mib}M`)
  const device = `/dev/zram${number}`
  execFileSync('mkswap', [device], { stdio: 'ignore' })
  execFileSync('swapon', [device])
  // who was at the group's limit has to go first: for its pages there is no memory
  t.teardown(() => until(() => isRemoved(() => execFileSync('swapoff', [device], { stdio: 'ignore' }))))
  return device
}
