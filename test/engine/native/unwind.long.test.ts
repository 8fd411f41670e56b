// Stacks that the kernel's program notes of programs as distributions build them, without frame pointers, beside those that
// gdb finds in the same wait.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../../src/paths.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { gdbThreads } from '../../helpers/gdb.ts'
import { openNotes } from '../../helpers/noted.ts'
import type { Noted } from '../../helpers/noted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs } from '../../helpers/workload.ts'

const areWhole = (threads: Map<number, Noted>): boolean =>
  threads.size > 0 && [...threads.values()].every(({ how }) => how === 'whole')

const PROGRAMS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['/usr/bin/python3', '-c', 'import time\ndef wait(): time.sleep(0.02)\nwhile True: wait()'],
  ['/usr/bin/redis-server', '--port', '0', '--save', '', '--unixsocket', 'socket'],
  ['/usr/bin/node', '-e', 'setInterval(() => {}, 20)'],
  ['/usr/bin/perl', '-e', 'while (1) { select(undef, undef, undef, 0.02) }'],
]
for (const [program, ...args] of PROGRAMS) {
  bpfTest(
    `${program} from its outermost function on, as gdb sees it`,
    async (t) => {
      if (!existsSync(program)) return skip(t, `no ${program}`)
      const child = spawn(program, args, { stdio: 'ignore', cwd: temporaryFolder(t) })
      const notes = openNotes(child.pid!)
      try {
        const noted = await notes.wait(areWhole)
        let [same, all] = [0, 0]
        for (const { tid, frames } of gdbThreads(child.pid!)) {
          const addresses = noted.get(tid)?.addresses ?? []
          // stopped elsewhere
          if (addresses[0] !== frames[0]) continue
          same += frames.filter((frame, i) => frame === addresses[i]).length
          all += Math.max(frames.length, addresses.length)
        }
        t.log(`${same} of ${all} frames`)
        t.true(all > 5 && same >= all * 0.95, `${same} of ${all} frames`)
      } finally {
        notes.close()
        child.kill('SIGKILL')
      }
    },
    ['gdb'],
  )
}

bpfTest(
  'a thread that waits once and for ever, deep below a signal handler on a stack of its own',
  async (t) => {
    const binary = join(temporaryFolder(t), 'unwound')
    const source = join(ROOT, 'test/namer/fixtures/unwound.c')
    execFileSync('gcc', ['-O2', '-fomit-frame-pointer', '-pthread', '-o', binary, source])
    // its number is known before it waits
    const child: ChildProcess = spawn('sh', ['-c', 'read line; exec "$0"', binary], {
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    const notes = openNotes(child.pid!)
    try {
      child.stdin!.write('\n')
      await sleepMs(300)
      const noted = await notes.wait(
        (threads) => threads.size === 2 && [...threads.values()].every(({ addresses }) => addresses.length > 7),
      )
      for (const gdb of gdbThreads(child.pid!)) {
        const { addresses, how } = noted.get(gdb.tid)!
        t.deepEqual(
          [...addresses].filter((address, i) => Math.abs(address - gdb.frames[i]!) > 1),
          [],
        )
        if (how === 'whole') t.is(addresses.length, gdb.frames.length)
        else t.true(addresses.length > 7, `${addresses.length} frames, ${how}`)
      }
    } finally {
      notes.close()
      child.kill('SIGKILL')
    }
  },
  ['gcc', 'gdb'],
)
