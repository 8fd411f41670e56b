// Rules of the verdict and steps of the checklists on this machine's kernel: trouble is made, is said in its words with
// its numbers, and leads to where it is to be seen; work like it that is no trouble is not said.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../src/paths.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { bpfReason } from '../helpers/rights.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { silent, tripped, watch } from '../helpers/watched.ts'

/** Clocks that others slow down change none of these figures much, so a failure is one. */
const troubleTest = (title: string, commands: readonly string[], body: (t: ExecutionContext) => Promise<void>): void =>
  commandTest(title, commands, (t) => {
    t.timeout(240_000)
    const reason = bpfReason()
    return reason === undefined ? body(t) : skip(t, reason)
  })

/** Runs until the test ends, with what it starts; resolves when it is under way. */
const trouble = async (t: ExecutionContext, what: string, enter: readonly string[] = []): Promise<number> => {
  const [command, ...words] = [...enter, 'python3', join(ROOT, 'test/helpers/troubles.py'), what]
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
  'nic-errors': /^slow0: 0.0 errors\/s, [\d.]+ drops\/s/,
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
