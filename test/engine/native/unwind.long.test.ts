// Stacks that the kernel's program notes of programs as distributions build them, without frame pointers, beside those that
// gdb finds in the same wait.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { isCode } from '../../../src/engine/native/interpreted.ts'
import { isInterpreting } from '../../../src/namer/interpreter.ts'
import { ROOT } from '../../../src/paths.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { gdbThreads } from '../../helpers/gdb.ts'
import { openNotes } from '../../helpers/noted.ts'
import type { Noted } from '../../helpers/noted.ts'
import { nginxPid, postgresFolder, psql, query, startNginx, startPostgres, startSilent } from '../../helpers/servers.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs } from '../../helpers/workload.ts'

const areWhole = (threads: Map<number, Noted>): boolean =>
  threads.size > 0 && [...threads.values()].every(({ how }) => how === 'whole')

interface Program {
  name: string
  needs: string
  /** Gives its number, and begins what keeps it waiting again and again. */
  start(t: ExecutionContext): Promise<number>
}

const started = (t: ExecutionContext, program: string, ...args: string[]): number => {
  const child = spawn(program, args, { stdio: 'ignore', cwd: temporaryFolder(t) })
  t.teardown(() => child.kill('SIGKILL'))
  return child.pid!
}

/** What a program waits for as it starts it does not wait for again. */
const STARTED_MS = 500

const alone = (needs: string, ...args: string[]): Program => ({
  name: needs,
  needs,
  start: async (t) => {
    const pid = started(t, needs, ...args)
    await sleepMs(STARTED_MS)
    return pid
  },
})

const PROGRAMS: readonly Program[] = [
  alone('/usr/bin/python3', '-c', 'import time\ndef wait(): time.sleep(0.02)\nwhile True: wait()'),
  alone('/usr/bin/redis-server', '--port', '0', '--save', '', '--unixsocket', 'socket'),
  alone('/usr/bin/node', '-e', 'setInterval(() => {}, 20)'),
  alone('/usr/bin/perl', '-e', 'while (1) { select(undef, undef, undef, 0.02) }'),
  {
    name: 'postgres, below PL/pgSQL',
    needs: postgresFolder() ?? 'postgres',
    async start(t) {
      const port = await startPostgres(t)
      psql(t, port, 'do $$ begin loop perform pg_sleep(0.02); end loop; end $$')
      for (const endMs = Date.now() + 10_000; Date.now() < endMs; await sleepMs(100)) {
        const [pid] = query(port, "select pid from pg_stat_activity where query like 'do $$%'")
        if (pid) return Number(pid)
      }
      throw new Error('nobody does it')
    },
  },
  {
    name: 'nginx',
    needs: '/usr/sbin/nginx',
    async start(t) {
      const port = await startNginx(t, await startSilent(t), 'master_process off;')
      const timer = setInterval(() => {
        const socket = connect(port, '127.0.0.1', () => socket.destroy())
        socket.on('error', () => {})
      }, 20)
      t.teardown(() => clearInterval(timer))
      return nginxPid(port)
    },
  },
]

/** The interpreter's functions are left out: others stand in their place. */
const native = ({ addresses }: Noted): number[] => [...addresses].filter((address) => !isCode(address))

for (const { name, needs, start } of PROGRAMS) {
  bpfTest(
    `${name} from its outermost function on, as gdb sees it`,
    async (t) => {
      if (!existsSync(needs)) return skip(t, `no ${needs}`)
      const pid = await start(t)
      const notes = openNotes(pid)
      try {
        const noted = await notes.wait(areWhole)
        let [same, all] = [0, 0]
        for (const { tid, frames, names } of gdbThreads(pid)) {
          const stack = noted.get(tid)
          const addresses = stack ? native(stack) : []
          const interprets = stack && stack.addresses.length > addresses.length
          const others = frames.filter((_, i) => !interprets || !isInterpreting(names[i] ?? undefined))
          // stopped elsewhere
          if (addresses[0] !== others[0]) continue
          same += others.filter((frame, i) => frame === addresses[i]).length
          all += Math.max(others.length, addresses.length)
        }
        t.log(`${same} of ${all} frames`)
        t.true(all > 5 && same >= all * 0.95, `${same} of ${all} frames`)
      } finally {
        notes.close()
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
