// The engine with real probes: all of them at once, truth for execsnoop, and nothing left whatever is killed.
import { readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { findProgram } from '../../src/engine/proc/find-program.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import { eventsOf } from '../../src/panels/execsnoop.ts'
import type { ExecEvent } from '../../src/stream/specs/execsnoop.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { bpfTest } from '../helpers/bpf.ts'
import { until } from '../helpers/programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { start } from './starting.ts'

/** What the process has open in the kernel: programs, links and maps go when the last of these does. */
const bpfFiles = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const info = readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')
      return /^(?:prog_id|link_id|map_id):\s*\d+/m.exec(info) ?? []
    } catch {
      return []
    }
  })
/** Ids of the kernel's programs that are still there after a while: it removes them a little later. */
const programsLeft = async (ids: readonly string[]): Promise<string[]> => {
  const bpftool = findProgram('bpftool')
  let left = bpftool ? [...ids] : []
  for (let i = 0; i < 30 && left.length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { stdout } = await execa(bpftool!, ['-j', 'prog', 'list'])
    const known = new Set((JSON.parse(stdout) as { id: number }[]).map(({ id }) => String(id)))
    left = left.filter((id) => known.has(id))
  }
  return left
}
const programIds = (pid: number): string[] => bpfFiles(pid).flatMap((line) => /prog_id:\s*(\d+)/.exec(line)?.[1] ?? [])

bpfTest('all kernel probes at once: live within a second of work, one time for the samples of a tick', async (t) => {
  const { child, messages, samples, status } = start(t, 'sched,block,tcp,syscalls')
  const all = ['sched', 'block', 'tcp', 'syscalls'] as const
  await until(() => all.every((probe) => samples(probe).length >= 3))
  for (const probe of all) t.is(status(probe), 'live')
  t.deepEqual(
    messages.filter((message) => message.type === 'log'),
    [],
  )
  // they begin one after the other
  const sinceMs = Math.max(...all.map((probe) => samples(probe)[0]!.atMs))
  const timesOf = (probe: ProbeId): number[] => samples(probe).flatMap(({ atMs }) => (atMs >= sinceMs ? [atMs] : []))
  await until(() => all.every((probe) => timesOf(probe).length >= 3))
  const times = all.map((probe) => timesOf(probe).slice(0, 3))
  for (const own of times) t.deepEqual(own, times[0])
  t.true(samples('sched')[1]!.data.tables['procs']!.rows.length > 0)
  t.true(samples('syscalls')[1]!.data.tables['calls']!.rows.length > 0)
  const ids = programIds(child.pid!)
  t.true(ids.length >= 8)
  child.stdin!.end()
  t.is((await child).exitCode, 0)
  t.deepEqual(await programsLeft(ids), [])
})

bpfTest('killed with -9, nothing is left in the kernel', async (t) => {
  const { child, samples } = start(t, 'sched,syscalls')
  await until(() => samples('sched').length >= 1 && samples('syscalls').length >= 1)
  const ids = programIds(child.pid!)
  t.true(ids.length >= 4)
  child.kill('SIGKILL')
  await child
  t.deepEqual(await programsLeft(ids), [])
})

bpfTest('a probe whose object is missing costs only itself, and goes on without it where it can', async (t) => {
  const objects = temporaryFolder(t)
  symlinkSync(join(PROBES_BUILT, 'sched.bpf.o'), join(objects, 'sched.bpf.o'))
  const { samples, statuses } = start(t, 'sched,block,syscalls', '--objects', objects)
  await until(() => samples('sched').length >= 2 && samples('block').length >= 1)
  t.is(samples('sched').at(-1)!.tier, undefined)
  const missing = (name: string): string => `the compiled probe ${objects}/${name}.bpf.o is missing`
  t.like(statuses('syscalls').at(-1), { is: 'unsupported', why: missing('syscalls') })
  t.like(samples('block').at(-1)!.tier, { is: 'counted', why: missing('block') })
})

bpfTest(
  'execsnoop: every program run is seen, with its parent, arguments and end',
  async (t) => {
    const { samples, status, child } = start(t, 'execsnoop')
    await until(() => status('execsnoop') === 'live')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const word = `probetop-${process.pid}`
    for (let i = 0; i < 20; i++) await execa('/bin/true', [word, String(i), 'a\nb', '\u001b[2J'])
    const long = 'x'.repeat(1000)
    await execa('/bin/sleep', ['0.2', `0.00${'0'.repeat(300)}`])
    await execa('/bin/sh', ['-c', `exit 3 # ${word} ${long}`], { reject: false })
    await execa('/bin/sh', ['-c', `kill -9 $$ # ${word}`], { reject: false })
    await new Promise((resolve) => setTimeout(resolve, 700))
    const events: ExecEvent[] = samples('execsnoop').flatMap(({ data }) => eventsOf(data))
    const execs = events.filter((event) => event.kind === 'exec' && event.args?.includes(word))
    const trues = execs.filter(({ comm }) => comm === 'true')
    t.deepEqual(
      trues.map(({ args }) => args),
      Array.from({ length: 20 }, (_, i) => `/bin/true ${word} ${i} 'a\nb' \u001b[2J`),
    )
    t.true(trues.every(({ ppid }) => ppid === process.pid))
    const endOf = (event: ExecEvent | undefined) =>
      events.find(({ kind, pid }) => kind === 'exit' && pid === event?.pid)
    for (const exec of trues) {
      const end = endOf(exec)!
      t.is(end.exitCode, 0)
      t.true(end.lifeNs! > 0 && end.lifeNs! < 5e9)
      t.true(end.atMs! >= exec.atMs!)
    }
    const slept = events.find(({ kind, args }) => kind === 'exec' && args?.startsWith('/bin/sleep 0.2'))
    t.is(slept?.args, `/bin/sleep 0.2 0.00${'0'.repeat(300)}`)
    t.true(endOf(slept)!.lifeNs! >= 2e8 && endOf(slept)!.lifeNs! < 2e9)
    const shells = execs.filter(({ comm }) => comm === 'sh')
    t.is(endOf(shells.find(({ args }) => args!.includes('exit 3')))?.exitCode, 3)
    t.is(endOf(shells.find(({ args }) => args!.includes('kill -9')))?.signal, 9)
    t.is(
      samples('execsnoop').reduce((sum, { lost }) => sum + lost, 0),
      0,
    )
    child.stdin!.end()
    t.is((await child).exitCode, 0)
  },
  ['bpftrace', 'setpriv'],
)
