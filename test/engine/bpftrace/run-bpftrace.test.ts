// The bpftrace runner with fake bpftraces: how they are started, and what becomes of the ill-behaved.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { start as startExecsnoop } from '../../../src/engine/probes/execsnoop/probe.ts'
import { eventsOf } from '../../../src/panels/execsnoop.ts'
import { isAlive, programs, until } from '../../helpers/programs.ts'

const say = (line: string): string => `printf '%s\\n' '${line}'`
const BEGIN = `${say('{"type": "attached_probes", "data": {"probes": 3}}')}; ${say('{"type": "printf", "data": "B\\t1000\\n"}')}`
const EXEC = say('{"type": "printf", "data": "E\\t2000\\t7\\t1\\t4\\ttrue\\\\x00\\ttrue\\\\x00\\n"}')
const EXIT = say('{"type": "printf", "data": "X\\t3000\\t7\\t1\\t256\\t1500000\\ttrue\\\\x00\\n"}')
const versioned = (body: string, version = 'v0.17.0'): string =>
  `[ "$1" = --version ] && { echo "bpftrace ${version}"; exit; }\n${body}`

const start = (
  t: ExecutionContext,
  body: string,
  more: { tracefs?: string[]; startMs?: number; without?: string } = {},
) => {
  const folder = programs(
    t,
    { bpftrace: body },
    ['setpriv', 'unshare'].filter((name) => name !== more.without),
  )
  const logs: string[] = []
  const context = {
    objects: '',
    object: '',
    scripts: folder,
    intervalMs: 1000,
    nowMs: Date.now,
    log: (_: unknown, text: string) => void logs.push(text),
  }
  const probe = startExecsnoop(context, { folders: [folder], tracefs: more.tracefs ?? [folder], startMs: more.startMs })
  t.teardown(() => probe.close())
  const failure = async () => {
    await until(() => probe.failure!())
    return probe.failure!()!
  }
  return { folder, logs, probe, failure }
}

test.serial('rows become events once it is ready; lost events are counted', async (t) => {
  const { probe } = start(
    t,
    versioned(`${BEGIN}; ${EXEC}; echo junk; ${EXIT}
    echo '{"type": "lost_events", "data": {"events": 5}}'; exec sleep 60`),
  )
  t.false(probe.ready!())
  await until(() => probe.ready!())
  await new Promise((resolve) => setTimeout(resolve, 100))
  const reading = probe.read()
  const events = eventsOf(reading)
  t.is(reading.lost, 5)
  t.deepEqual(reading.totals, { execs: 1, exits: 1 })
  t.like(events[0], { kind: 'exec', pid: 7, ppid: 1, comm: 'true', args: 'true' })
  t.like(events[1], { kind: 'exit', exitCode: 1, lifeNs: 1.5e6 })
  t.true(Math.abs(events[0]!.atMs! - Date.now()) < 5000)
  t.like(probe.read(), { totals: { execs: 0, exits: 0 }, lost: 0, tables: { events: { rows: [] } } })
  t.is(probe.failure!(), undefined)
})

test.serial('it runs with our arguments, nothing of our environment, and dies with us', async (t) => {
  process.env.BPFTRACE_BTF = '/hostile'
  process.env.LD_PRELOAD_X = '/hostile'
  t.teardown(() => {
    delete process.env.BPFTRACE_BTF
    delete process.env.LD_PRELOAD_X
  })
  const { folder, probe } = start(
    t,
    versioned(`echo "$@" > "$(dirname $0)/args"; env > "$(dirname $0)/env"; ${BEGIN}; exec sleep 60`),
  )
  await until(() => probe.ready!())
  t.is(readFileSync(join(folder, 'args'), 'utf8').trim(), `-f json --no-warnings ${folder}/execsnoop.bt`)
  const env = readFileSync(join(folder, 'env'), 'utf8')
  t.regex(env, /^BPFTRACE_STRLEN=200$/m)
  t.notRegex(env, /hostile|BPFTRACE_BTF|HOME=|RB_PAGES/)
})

test.serial('a flood is capped, and what is over the cap is counted', async (t) => {
  const { probe } = start(
    t,
    versioned(`${BEGIN}; i=0; while [ $i -lt 300 ]; do i=$((i+1)); ${EXEC}; done > "$(dirname $0)/block"
    j=0; while [ $j -lt 60 ]; do j=$((j+1)); cat "$(dirname $0)/block"; done; exec sleep 60`),
  )
  await until(() => probe.ready!())
  let execs = 0
  let lost = 0
  let kept = 0
  await until(() => {
    const reading = probe.read()
    execs += reading.totals['execs']!
    lost += reading.lost
    kept += eventsOf(reading).length
    t.true(eventsOf(reading).length <= 2000)
    return execs === 18_000
  }, 20_000)
  t.is(kept + lost, 18_000)
  t.true(lost > 0)
})

test.serial('killed: it fails, and may be tried again', async (t) => {
  const { probe, failure } = start(t, versioned(`${BEGIN}; kill -9 $$`))
  const { kind, message } = await failure()
  t.is(kind, 'failed')
  t.regex(message, /killed by SIGKILL/)
  t.notThrows(() => probe.read())
})

test.serial('one that ends at once is explained in its own words, which are logged too', async (t) => {
  const { failure, logs } = start(t, versioned('echo "ERROR: out of luck" >&2; exit 255'))
  const { kind, message } = await failure()
  t.is(kind, 'failed')
  t.regex(message, /code 255: out of luck/)
  t.deepEqual(logs, ['bpftrace: ERROR: out of luck'])
})

test.serial('one that never gets going', async (t) => {
  const { failure } = start(t, versioned('exec sleep 60'), { startMs: 300 })
  t.like(await failure(), { kind: 'failed', message: 'bpftrace does not start' })
})

const testUnsupported = async (t: ExecutionContext, body: string, says: RegExp, without?: string): Promise<void> => {
  const { kind, message } = await start(t, body, { without }).failure()
  t.is(kind, 'unsupported')
  t.regex(message, says)
}
test.serial('too old', testUnsupported, versioned('', 'v0.14.1'), /bpftrace 0\.14 is too old/)
test.serial('setpriv is missing', testUnsupported, versioned(''), /setpriv is not installed/, 'setpriv')

test.serial('bpftrace is missing', async (t) => {
  const folder = programs(t, {}, ['setpriv'])
  const probe = startExecsnoop(
    { object: '', objects: '', scripts: folder, intervalMs: 1000, nowMs: Date.now, log: () => {} },
    { folders: [folder] },
  )
  await until(() => probe.failure!())
  t.like(probe.failure!(), { kind: 'unsupported', message: 'bpftrace is not installed' })
  await probe.close()
})

test.serial('one without a version', async (t) => {
  t.regex((await start(t, 'echo hello').failure()).message, /--version says nothing/)
})

test.serial('closing ends it, and is done when it is gone', async (t) => {
  const { folder, probe } = start(t, versioned(`echo $$ > "$(dirname $0)/pid"; ${BEGIN}; exec sleep 60`))
  await until(() => probe.ready!())
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  t.true(isAlive(pid))
  await probe.close()
  t.false(isAlive(pid))
  t.is(probe.failure!(), undefined)
})

test.serial('one that ignores SIGINT is killed', async (t) => {
  const { folder, probe } = start(
    t,
    versioned(`trap '' INT TERM; echo $$ > "$(dirname $0)/pid"; ${BEGIN}; while :; do sleep 0.1; done`),
  )
  await until(() => probe.ready!())
  const startMs = performance.now()
  await probe.close()
  t.true(performance.now() - startMs < 2500)
  t.false(isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8'))))
})

test.serial('closed before it was started, it is not started', async (t) => {
  const { folder, probe } = start(t, versioned('touch "$(dirname $0)/started"; exec sleep 60'))
  await probe.close()
  t.false(existsSync(join(folder, 'started')))
})

test.serial('without tracefs it gets one of its own', async (t) => {
  const folder = programs(
    t,
    { bpftrace: versioned(''), unshare: 'printf "%s|" "$@" > "$(dirname $0)/args"; exec sleep 60' },
    ['setpriv'],
  )
  const probe = startExecsnoop(
    { object: '', objects: '', scripts: '/s', intervalMs: 1000, nowMs: Date.now, log: () => {} },
    { folders: [folder], tracefs: ['/nonesuch'] },
  )
  t.teardown(() => probe.close())
  await until(() => existsSync(join(folder, 'args')) && readFileSync(join(folder, 'args'), 'utf8').endsWith('.bt|'))
  t.is(
    readFileSync(join(folder, 'args'), 'utf8'),
    '--mount|--|/bin/sh|-c|mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"|sh|' +
      `${folder}/bpftrace|-f|json|--no-warnings|/s/execsnoop.bt|`,
  )
})

test.serial('it does not outlive a process that is killed', async (t) => {
  const folder = programs(t, { bpftrace: versioned(`echo $$ > "$(dirname $0)/pid"; ${BEGIN}; exec sleep 60`) }, [
    'setpriv',
  ])
  const source = `import { start } from ${JSON.stringify(join(import.meta.dirname, '../../../src/engine/probes/execsnoop/probe.ts'))}
    start({ object: '', objects: '', scripts: '/', intervalMs: 1, log() {} }, { folders: [${JSON.stringify(folder)}], tracefs: ['/'] })
    setInterval(() => {}, 1000)`
  const parent = execa(process.execPath, ['--import=tsx', '--input-type=module', '-e', source], { reject: false })
  await until(() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8').endsWith('\n'))
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  await new Promise((resolve) => setTimeout(resolve, 100))
  parent.kill('SIGKILL')
  await parent
  await until(() => !isAlive(pid), 2000)
  t.pass()
})
