// The built program with real probes, without a screen: panels of scripts, and what is recorded meanwhile.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { bpfTest, skip } from '../helpers/bpf.ts'
import { PROGRAM } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

bpfTest('panels of scripts are asked for by name, beside others', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'beats.bt')
  writeFileSync(path, 'tracepoint:sched:sched_switch { @ = count(); }\n', { mode: 0o600 })
  const args = ['-b', '0.5', '12', '--probe', path, '--panels', 'beats,runq']
  const run = await execa(process.execPath, [PROGRAM, ...args], { reject: false, timeout: 30_000, stdin: 'ignore' })
  if (/bpftrace/.test(run.stderr)) return skip(t, run.stderr)
  t.is(run.exitCode, 0, run.stderr)
  t.regex(run.stdout, /^beats:.*\n.*\n  @ +[\d.]+k? /m)
  t.regex(run.stdout, /^run queue: .*n\/s/m)
})

bpfTest('batch, recorded meanwhile, and the recording again', async (t) => {
  const folder = temporaryFolder(t)
  const path = join(folder, 'run.gz')
  const run = (args: string[]) =>
    execa(process.execPath, [PROGRAM, ...args], { reject: false, timeout: 20_000, stdin: 'ignore', cwd: folder })
  const text = await run(['-b', '0.3', '3', '-w', path])
  t.is(text.exitCode, 0)
  t.is(text.stdout.match(/^run queue: .*n\/s/gm)?.length, 3)
  const again = await run(['-r', path])
  t.is(again.stdout.replaceAll(/^# .*$/gm, ''), text.stdout.replaceAll(/^# .*$/gm, ''))
  const own = await run(['--json', '0.2', '2', '-p', String(process.pid)])
  const samples = own.stdout
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'sample')
  t.deepEqual([...new Set(samples.map(({ probe }) => probe))].sort(), ['block', 'sched', 'syscalls', 'tcp'])
  for (const { data } of samples)
    for (const row of [...(data.procs ?? []), ...(data.sessions ?? [])]) t.is(row.pid, process.pid)
})
