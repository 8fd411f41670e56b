// Drilling down in a terminal on the real kernel: to a process, its threads, its name and back, to its end and beyond;
// and the same from the command line, for batch and JSON.
import { copyFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { ExecutionContext } from 'ava'
import { schedOf } from '../../src/model/sched.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import type { Table } from '../../src/stream/tables.ts'
import { bpfTest } from '../helpers/bpf.ts'
import { controlGroup } from '../helpers/control-group.ts'
import { descendantsOf, PROGRAM, startProbetop, type Pty } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { compiled, sleepMs, start } from '../helpers/workload.ts'

/** Nobody else's. */
const NAME = `drilled${process.pid % 1e6}`

/** Threads `spins`, `naps` and `syncs`. */
const drilled = (t: ExecutionContext) => {
  const folder = temporaryFolder(t)
  copyFileSync(compiled('drilled', 'test/process/fixtures'), join(folder, NAME))
  const child = start(join(folder, NAME), [join(folder, 'file')])
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

const live = async (t: ExecutionContext, args: string[], rows = 36): Promise<Pty> => {
  const pty = startProbetop(['--max-overhead', '0', ...args], { cwd: temporaryFolder(t), rows })
  t.teardown(pty.close)
  await pty.until((text) => text.includes(NAME))
  return pty
}

/** Whom the rows of a sample are of. */
const pidsIn = ({ tables = {} }: { tables?: Record<string, Table> }): number[] =>
  Object.values(tables).flatMap(({ columns, rows }) =>
    columns.includes('pid') ? rows.flatMap((row) => (row[columns.indexOf('pid')] as number | null) ?? []) : [],
  )

/** The screen's path of selections. */
const path = (text: string): string => /\ball( > .*?)(?:  |$)/m.exec(text)?.[0].trim() ?? ''

bpfTest(
  'into a process, a thread, all of a name, past its end to the next',
  async (t) => {
    const first = drilled(t)
    const pty = await live(t, ['1'], 70)
    pty.type(`/${NAME}\r`)
    await pty.until((text) => /1\/\d+/.test(text))
    pty.type('\r')
    const entered = performance.now()
    await pty.until((text) => path(text) === `all > ${NAME} ${first.pid}`)
    await pty.until((text) => text.includes(`/${NAME} /`) && /\/file /.test(text))
    await pty.until((text) => /run queue +[\d.]+[num]?s/.test(text) && /spins .* [RpwWuUkK]+ *│/.test(text), 4000)
    t.true(
      performance.now() - entered < 2700,
      `own latency and threads after ${performance.now() - entered} ms, two intervals`,
    )
    await pty.until(
      (text) =>
        /naps .* [.wWuUzZ]*[zZ][.wWuUzZ]* *│/.test(text) &&
        /syncs .* [.wpdDRuUkKW]+ *│/.test(text) &&
        /nanosleep +S/.test(text) &&
        /fsync +D/.test(text),
    )

    pty.type('7')
    await pty.until((text) => /7 threads/.test(text) && /\d+ +\d+ spins /.test(text) && /naps .* clock_nan/.test(text))
    pty.type('\r')
    await pty.until((text) => new RegExp(`^all > ${NAME} ${first.pid} > thread \\w+ \\d+$`).test(path(text)))
    for (const wanted of [`all > ${NAME} ${first.pid}`, `all > ${NAME} ${first.pid}`, '']) {
      await sleepMs(150)
      pty.type('\x1b')
      await pty.until((text) => path(text) === wanted)
    }

    pty.type(`/${NAME}\r`)
    await pty.until((text) => /1\/\d+/.test(text))
    pty.type('d')
    await pty.until((text) => new RegExp(`command name +${NAME}`).test(text))
    pty.type('\x1b[B\r')
    await pty.until((text) => path(text) === `all > command ${NAME}`)
    const second = drilled(t)
    await pty.until((text) => text.includes(String(second.pid)), 4000)
    pty.type(`/${first.pid}\r`)
    await pty.until((text) => !text.includes(String(second.pid)))
    pty.type('\r')
    await pty.until((text) => path(text) === `all > command ${NAME} > ${NAME} ${first.pid}`)
    await pty.until((text) => text.includes('live'))
    first.kill('SIGKILL')
    await pty.until((text) => text.includes(`ended by signal 9; n: next ${NAME}, ${second.pid}`), 4000)
    pty.type('n')
    await pty.until((text) => path(text) === `all > command ${NAME} > ${NAME} ${second.pid}` && / live/.test(text))
    pty.type('q')
    t.is(await pty.exited, 0)
  },
  ['clang'],
)

bpfTest(
  'in and out again and again: nothing is left in the kernel',
  async (t) => {
    const { pid } = drilled(t)
    const pty = await live(t, ['0.1'])
    const [engine] = descendantsOf(pty.pid()).filter((each) => commandOf(each).startsWith('probetop-engine'))
    pty.type(`/${NAME}\r`)
    await pty.until((text) => /1\/\d+/.test(text))
    const before = await keptObjects(engine!)
    t.true(before.length > 20)
    for (let round = 0; round < 30; round++) {
      pty.type('\r')
      await pty.until((text) => path(text) === `all > ${NAME} ${pid}`)
      if (round % 10 === 0) {
        pty.type('s')
        await pty.until((text) => /stacks/.test(text.split('\n')[2]!))
        pty.type('\x1b')
        await pty.until((text) => /pid \d+ .* threads/.test(text))
      }
      pty.type('\x1b')
      await pty.until((text) => path(text) === '' && text.includes('run queue'))
      pty.type(`/${NAME}\r`)
      await pty.until((text) => /1\/\d+/.test(text))
    }
    await sleepMs(500)
    t.deepEqual(await keptObjects(engine!), before, 'the very same')
    pty.type('q')
    t.is(await pty.exited, 0)
  },
  ['clang'],
)

bpfTest(
  'into a stack: panels show who has it, and who has not is gone',
  async (t) => {
    const { pid } = drilled(t)
    const pty = await live(t, ['0.5'])
    pty.type(`/${NAME}\r`)
    await pty.until((text) => /1\/\d+/.test(text))
    pty.type('\r')
    await pty.until((text) => path(text) === `all > ${NAME} ${pid}`)
    pty.type('s/hrtimer_nano.l')
    await pty.until((text) => /found \d+(\.\d+)?%/.test(text) && !/found 0%/.test(text))
    pty.type('\rn')
    await pty.until((text) => /[▸>].*\*hrtimer_nanosleep_k/.test(text))
    pty.type('\r')
    const entered = `all > ${NAME} ${pid} > stack: hrtimer_nanosleep`
    await pty.until((text) => path(text) === entered && /[▸>] +100 .*\*hrtimer_nanosleep_k/.test(text))
    pty.type('2')
    await pty.until(
      (text) =>
        new RegExp(`${pid} +${NAME} .* hrtimer_nanosleep`).test(text) &&
        text.includes('waits in this stack that ended'),
      4000,
    )
    pty.type('7')
    await pty.until((text) => /\d+ (\d+ )?(naps|syncs) .* hrtimer_nano/.test(text) && !text.includes('spins'), 4000)
    for (const wanted of [entered, `all > ${NAME} ${pid}`]) {
      pty.type('\x1b')
      await pty.until((text) => path(text) === wanted && text.includes('stacks off-CPU'))
      await sleepMs(150)
    }
    pty.type('q')
    t.is(await pty.exited, 0)
  },
  ['clang'],
)

bpfTest(
  'from the command line: only what is selected, with its own latency',
  async (t) => {
    const { pid } = drilled(t)
    const run = (...args: string[]) =>
      execa(process.execPath, [PROGRAM, ...args], {
        reject: false,
        timeout: 20_000,
        stdin: 'ignore',
        stripFinalNewline: false,
      })
    const { stdout, exitCode } = await run('--json', '-d', '0.3', '-n', '2', '--comm', NAME)
    t.is(exitCode, 0)
    const samples = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'sample')
    for (const { data, probe } of samples) for (const each of pidsIn(data)) t.is(each, pid!, probe)
    const data = schedOf(samples.findLast(({ probe }) => probe === 'sched').data)
    t.is(data.procs.length, 1)
    t.true(Math.abs(data.runq.count - data.procs[0]!.waits) <= 1 && data.runq.count > 0)
    t.true(samples.findLast(({ probe }) => probe === 'block').data.target.hists.total.count > 0)
    const text = await run('-b', '-d', '0.3', '-n', '2', '--comm', NAME)
    t.is(text.exitCode, 0)
    t.regex(text.stdout.slice(text.stdout.lastIndexOf('\n# ')), /^run queue: .*p50 \S+s/m)
    const missing = await run('-b', '-n', '1', '--cgroup', '/no/such.slice')
    t.is(missing.exitCode, 2)
    t.regex(missing.stderr, /^probetop: [^\n]*no\/such\.slice[^\n]*\n$/)
    t.is(missing.stdout, '')
  },
  ['clang'],
)

bpfTest(
  'a control group from the command line: those in it and below it, in lines and in JSON',
  async (t) => {
    const [own, below, outside] = [drilled(t), drilled(t), drilled(t)] as const
    const group = controlGroup(t, () => [own, below].forEach((child) => child.kill('SIGKILL')))
    if (!group) return
    group.take(own.pid!)
    group.take(below.pid!, 'below')
    const pids = [own.pid!, below.pid!].sort((a, b) => a - b)
    const run = (...args: string[]) =>
      execa(process.execPath, [PROGRAM, '--max-overhead', '0', ...args, '--cgroup', group.path], {
        reject: false,
        timeout: 20_000,
        stdin: 'ignore',
        stripFinalNewline: false,
      })
    const json = await run('--json', '-d', '0.5', '-n', '3')
    t.is(json.exitCode, 0, json.stderr)
    const samples = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'sample')
    for (const { data, probe } of samples) for (const pid of pidsIn(data)) t.true(pids.includes(pid), `${probe} ${pid}`)
    const last = (wanted: string) => samples.findLast(({ probe }) => probe === wanted)
    const { intervalMs, data: tables } = last('sched')
    const data = schedOf(tables)
    t.deepEqual(
      data.procs.map(({ pid }) => pid).sort((a, b) => a - b),
      pids,
    )
    t.deepEqual(new Set(data.procs.map(({ cgroup }) => cgroup)), new Set([group.path, `${group.path}/below`]))
    for (const proc of data.procs) {
      const livedMs = (proc.onCpuNs + proc.waitNs + proc.sleepNs! + proc.uninterruptibleNs!) / 1e6
      t.true(
        Math.abs(livedMs / (proc.threads * intervalMs) - 1) < 0.02,
        `${proc.threads} threads lived ${livedMs} ms of ${intervalMs}`,
      )
    }
    const waits = data.procs.reduce((sum, proc) => sum + proc.waits, 0)
    t.true(data.runq.count > 0 && Math.abs(data.runq.count - waits) <= 2, `${data.runq.count} of ${waits} waits`)
    const syncs = syscallsOf(last('syscalls').data).calls.find(({ name }) => name === 'fsync')!
    t.true(syncs.count > 0 && syncs.latency!.count > 0)
    t.true(last('block').data.target.hists.total.count > 0)

    const text = await run('-b', '-d', '0.5', '-n', '2')
    t.is(text.exitCode, 0, text.stderr)
    const lines = text.stdout.slice(text.stdout.lastIndexOf('\n# ')).split('\n')
    t.true(lines.some((line) => line.startsWith('# ') && line.endsWith(`cgroup ${group.path}`)))
    const rows = lines.filter((line) => line.includes(NAME))
    for (const pid of pids)
      t.true(
        rows.some((line) => line.trimStart().startsWith(`${pid} `)),
        `${pid} in\n${lines.join('\n')}`,
      )
    t.false(rows.some((line) => line.includes(` ${outside.pid} `)))
  },
  ['clang'],
)

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Without what lives for the length of one reading only. */
const keptObjects = async (pid: number): Promise<string[]> => {
  let kept = bpfObjects(pid)
  for (let i = 0; i < 4; i++) {
    await sleepMs(70)
    const now = new Set(bpfObjects(pid))
    kept = kept.filter((id) => now.has(id))
  }
  return kept
}

/** Programs, maps and links that a process holds, by their numbers. */
const bpfObjects = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fdinfo`)
    .flatMap((fd) => {
      try {
        return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8').match(/^(?:prog|map|link)_id:\s*\d+/gm) ?? []
      } catch {
        return [] // closed meanwhile
      }
    })
    .sort()
