// Scripts with each bpftrace that there is: arguments, names, floods of keys and lines, and the tools of bpftrace itself; and what
// an ill-behaved one says late.
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { planOf } from '../../../../src/model/scripts/plan.ts'
import { planFor, runScript } from '../../../scripts/run.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'
import { startEndless } from '../../../helpers/workload.ts'
import { ATTACHED, LAST, versioned, answering, until, start, real } from './starting.ts'

test.serial('maps that take long to be printed are waited for: there is no reading without', async (t) => {
  const map = `printf '{"type": "map", "data": {"@n": {"sh": %d}}}\\n' "$((n = n + 1))"`
  const slow = `trap 'asked=1' USR1; n=0; ${ATTACHED}
while sleep 0.05; do [ -n "$asked" ] && { asked=; ${map}; sleep 2; ${LAST.old}; }; done`
  const { probe, read } = start(t, versioned(slow))
  await until(() => probe.ready!())
  for (let times = 0; times < 2; times++) t.true('m0' in (await read()).data.tables)
})

test.serial('attached nowhere, said when it has answered long since: ended all the same', async (t) => {
  const { probe, folder } = start(
    t,
    answering(':').replace(
      ATTACHED,
      () =>
        `${ATTACHED}; (until [ -e "$0.ready" ]; do sleep 0.1; done; echo "WARNING: could not attach probe kprobe:x, skipping." >&2) &`,
    ),
    { script: 'BEGIN { } kprobe:x { @n = count(); }' },
  )
  await until(() => probe.ready!())
  t.is(probe.failure!(), undefined)
  writeFileSync(join(folder, 'bpftrace.ready'), '')
  await until(() => probe.failure!())
  t.is(probe.failure!()!.kind, 'unsupported')
  t.regex(probe.failure!()!.message, /^attached 0 of 1: kprobe:x/)
})

real('its arguments are no options of bpftrace, whatever the version', async (t, folder, version) => {
  const path = join(temporaryFolder(t), 'written')
  const text = 'interval:ms:100 { printf("%d %s %s\\n", $1, str($2), str($3)); }'
  const rows: unknown[] = []
  const ran = await runScript(
    planOf({ name: 'given', text, args: ['-7', '-o', path], taken: () => false }),
    { folder, seconds: 20, intervalMs: 500, until: () => rows.length > 0 },
    ({ tables }) => rows.push(...(tables.events?.rows ?? [])),
  )
  t.is(ran.reason, undefined, version)
  t.deepEqual((rows[0] as unknown[]).slice(1), [-7, '-o', path], version)
  t.false(existsSync(path), version)
})

real('names with blanks are whole, and a thread has its process, whatever the version', async (t, folder, version) => {
  const child = spawn('perl', [
    '-e',
    '$0 = "two words (3)"; while (1) { kill 0, $$; select undef, undef, undef, 0.01 }',
  ])
  t.teardown(() => child.kill('SIGKILL'))
  const text =
    'tracepoint:syscalls:sys_enter_kill /pid == $1/ { @by[comm] = hist(args->sig); @of[comm, "a word"] = count(); @thread[tid] = count(); }'
  const rows: Record<string, unknown> = {}
  const ran = await runScript(
    beside(text, child.pid!, 'blanks'),
    { folder, seconds: 20, intervalMs: 500, until: () => Object.keys(rows).length === 3 },
    ({ tables }) => {
      for (const table of ['m0', 'm1', 'm2']) if (tables[table]!.rows[0]) rows[table] = tables[table]!.rows[0]
    },
  )
  t.is(ran.reason, undefined, version)
  t.like(rows, { m0: { 0: 'two words (3)' }, m1: { 0: 'two words (3)', 1: 'a word' } }, version)
  t.deepEqual((rows.m2 as unknown[]).slice(-2), [child.pid, 'two words (3)'], version)
})

real('tools of bpftrace, one of each kind, show something or say why not', async (t, folder, version) => {
  const work = startEndless('sh', ['-c', 'while :; do ls /nonexistent 2>/dev/null; sleep 0.2; done'])
  t.teardown(() => work.kill('SIGKILL'))
  const running = ['opensnoop', 'execsnoop', 'syscount', 'pidpersec', 'cpuwalk', 'vfsstat', 'capable'].map(
    async (name) => {
      const path = `/usr/sbin/${name}.bt`
      try {
        return await runScript(planFor(path), { folder, seconds: 20, until: ({ rows }) => rows > 0 })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
  )
  for (const ran of await Promise.all(running))
    if (ran) t.true(ran.reason !== undefined || (ran.attached > 0 && ran.rows > 0), `${version} ${JSON.stringify(ran)}`)
})

/** Hundreds of thousands of calls a second, of nobody else. */
const calling = (t: ExecutionContext): number => {
  const child = spawn('perl', ['-e', 'alarm 60; getppid() while 1'], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  return child.pid!
}

const beside = (text: string, pid: number, name: string) =>
  planOf({ name, text, args: [String(pid)], taken: () => false })

real(
  'a map that is full at each of many calls: the others are read, and that it is full is said',
  async (t, folder, version) => {
    const text = 'tracepoint:syscalls:sys_enter_getppid /pid == $1/ { @each[nsecs] = count(); @all = count(); }'
    const isSaid = (notes: readonly string[]): boolean => notes.join().includes('@each: the 4096 largest keys')
    let all = 0
    const ran = await runScript(
      beside(text, calling(t), 'full'),
      { folder, seconds: 40, until: ({ notes }) => isSaid(notes) && all > 0 },
      // none while errors are told
      ({ tables }) => void (all += Number(tables.singles?.rows[0]?.[1] ?? 0)),
    )
    t.is(ran.reason, undefined, version)
    t.true(isSaid(ran.notes) && all > 1000, `${version}: ${all} ${JSON.stringify(ran)}`)
  },
)

real('a line at each of many calls: some are shown, those that are not are counted', async (t, folder, version) => {
  const text = 'tracepoint:syscalls:sys_enter_getppid /pid == $1/ { @all = count(); printf("%d %s\\n", pid, comm); }'
  const ran = await runScript(beside(text, calling(t), 'lines'), {
    folder,
    seconds: 40,
    until: ({ rows, lost }) => rows > 1000 && lost > 1000,
  })
  t.is(ran.reason, undefined, version)
  t.true(ran.rows > 1000 && ran.lost > 1000, `${version}: ${JSON.stringify(ran)}`)
})
