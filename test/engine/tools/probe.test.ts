// A tool of bcc as a probe: with fake ones, which are as ill-behaved as can be, and with the real ones under known work.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { explainToolEnd } from '../../../src/engine/tools/ended.ts'
import { findTool, type FoundTool } from '../../../src/engine/tools/find-tool.ts'
import { isHooked } from '../../../src/engine/tools/hooked.ts'
import { startTool } from '../../../src/engine/tools/probe.ts'
import { planOfTool, toolNamed } from '../../../src/model/tools/tools.ts'
import { ROOT } from '../../../src/paths.ts'
import { spec as specCheck } from '../../../src/stream/spec-check.ts'
import { tablesData } from '../../../src/stream/tables-check.ts'
import type { ProbeSpec } from '../../../src/stream/spec.ts'
import type { TablesData } from '../../../src/stream/tables.ts'
import { skip } from '../../helpers/bpf.ts'
import { isAlive, programs, until } from '../../helpers/programs.ts'
import { bpfReason } from '../../helpers/rights.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const start = (
  t: ExecutionContext,
  name: string,
  { body, args = [], hooked = () => true }: { body?: string; args?: string[]; hooked?: (pid: number) => boolean },
) => {
  const folder = body === undefined ? undefined : programs(t, { [name]: body }, ['setpriv', 'stdbuf'])
  const specs: ProbeSpec[] = []
  const found = (): FoundTool => ({ tool: toolNamed(name)!, path: join(folder!, name), isPython: false })
  const probe = startTool(
    planOfTool({ name, args, taken: () => false }),
    { objects: '', scripts: '', intervalMs: 1000, nowMs: Date.now, log: () => {} },
    {
      describe: (spec) => void specs.push(spec),
      ...(folder ? { find: found, folders: [folder], silenceMs: 400, quietMs: 300, isHooked: hooked } : {}),
    },
  )
  t.teardown(() => probe.close())
  const seen = { lost: 0 }
  /** Rows of a table, as long as it takes until they are enough. */
  const gather = async (table: string, isEnough: (rows: TablesData['tables'][string]['rows']) => boolean) => {
    await until(() => probe.failure!() || probe.ready!())
    const rows: TablesData['tables'][string]['rows'][number][] = []
    await until(() => {
      if (probe.failure!() || probe.isLate!()) return probe.failure!()
      const { data, lost } = probe.read()
      seen.lost += lost
      t.is(tablesData(data), undefined)
      rows.push(...((data as TablesData).tables[table]?.rows ?? []))
      return isEnough(rows)
    })
    for (const spec of specs) t.is(specCheck(spec), undefined)
    return rows
  }
  const failure = async () => {
    await until(() => {
      if (probe.ready!() && !probe.failure!()) probe.read()
      return probe.failure!()
    })
    return probe.failure!()!
  }
  return { probe, specs, gather, failure, folder, seen }
}

const OPENS = `echo 'PID    COMM              FD ERR PATH'`

test.serial('it begins with a place for text, and says anew what it has when a heading came', async (t) => {
  const { specs, gather } = start(t, 'opensnoop', {
    body: `${OPENS}; echo '7      two words          3   0 /x'; exec sleep 60`,
  })
  t.deepEqual(await gather('events', (rows) => rows.length > 0).then(([row]) => row!.slice(1)), [
    7,
    'two words',
    3,
    0,
    '/x',
  ])
  t.deepEqual(
    specs.at(-1)!.panels[0]!.tabs.map(({ id, label }) => [id, label]),
    [['main', 'events']],
  )
})

test.serial(
  'it is started by its arguments, nothing of our environment, without a shell, and dies with us',
  async (t) => {
    process.env.LD_PRELOAD_X = '/hostile'
    t.teardown(() => delete process.env.LD_PRELOAD_X)
    const hostile = '$(touch /tmp/pwned); `id`'
    const { folder, probe } = start(t, 'biolatency', {
      body: `for a in "$@"; do echo "$a"; done > "$(dirname "$0")/args"; env > "$(dirname "$0")/env"; echo $$ > "$(dirname "$0")/pid"; echo Tracing; exec sleep 60`,
      args: ['-D', '-d', hostile],
    })
    await until(() => probe.ready!())
    t.deepEqual(readFileSync(join(folder!, 'args'), 'utf8').trim().split('\n'), ['-D', '-d', hostile, '1'])
    t.notRegex(readFileSync(join(folder!, 'env'), 'utf8'), /hostile|HOME=/)
    const pid = Number(readFileSync(join(folder!, 'pid'), 'utf8'))
    t.true(isAlive(pid))
    await probe.close()
    t.false(isAlive(pid))
  },
)

test.serial('one that ends at once is explained in its own words; one that worked is started again', async (t) => {
  const words = readFileSync(join(ROOT, 'test/fixtures/bcc/biosnoop.err.txt'), 'utf8')
  const first = await start(t, 'biosnoop', { body: `cat >&2 <<'E'\n${words}E\nexit 1` }).failure()
  t.is(first.kind, 'unsupported')
  t.regex(first.message, /cannot attach.*blk_account_io_start/)
  const second = await start(t, 'opensnoop', { body: `${OPENS}; sleep 0.5; echo gone wrong >&2; exit 3` }).failure()
  t.is(second.kind, 'failed')
  t.regex(second.message, /code 3: gone wrong/)
  t.is((await start(t, 'opensnoop', { body: `${OPENS}; sleep 0.5; kill -9 $$` }).failure()).kind, 'failed')
  const ended = await start(t, 'opensnoop', { body: 'exit 0' }).failure()
  t.is(ended.kind, 'unsupported')
  t.is(ended.message, 'opensnoop has ended')
  const pleased = await start(t, 'biotop', { body: `cat >&2 <<'E'\n${words}E\nexit 0` }).failure()
  t.regex(pleased.message, /^biotop cannot attach.*blk_account_io_start/)
})

test.serial('of one that is attached and prints nothing that is said, until it does', async (t) => {
  const { probe, folder } = start(t, 'statsnoop', {
    body: `${OPENS}; until [ -e "$(dirname "$0")/go" ]; do sleep 0.05; done; echo '7 sh 3 0 /x'; exec sleep 60`,
  })
  const notes = (): readonly string[] => (probe.read().data as TablesData).notes ?? []
  await until(() => probe.ready!())
  t.deepEqual(notes(), [])
  await until(() => notes().some((note) => /printed nothing so far: nothing that it reports/.test(note)))
  writeFileSync(join(folder!, 'go'), '')
  await until(() => notes().length === 0)
  t.deepEqual(notes(), [])
})

test('what they say where they cannot attach: the line that says most', (t) => {
  const said = (file: string, kprobes: boolean) => {
    const stderr = readFileSync(join(ROOT, `test/fixtures/bcc/${file}.err.txt`), 'utf8').split('\n')
    return explainToolEnd('x', { exitCode: 1, stderr: ['\u001B[31m', ...stderr], wasReady: false }, kprobes)
  }
  t.regex(said('tcpconnect', false).message, /^x cannot attach, and this kernel has no kprobes: .*tcp_v4_connect/)
  t.regex(said('ext4slower', true).message, /^x cannot attach: .*ext4_file_read_iter/)
  t.regex(said('cachestat', true).message, /add_to_page_cache_lru/)
  t.regex(said('offcputime-f', true).message, /invalid option -- 'f'/)
  t.regex(said('offcputime-f', true).hint, /x-bpfcc have options of their own/)
})

test.serial(
  'garbage, control characters, a line without an end and a flood are text, bounded and counted',
  async (t) => {
    const { gather, seen } = start(t, 'opensnoop', {
      body: `printf 'Tracing\\n\\033[2J\\000\\377\\376 \\233 x\\n'; head -c 3000000 /dev/zero | tr '\\0' a; echo; yes 'some text' | head -n 300000; ${OPENS}; exec sleep 60`,
    })
    const texts = await gather('text', (rows) => rows.length > 1000)
    // a thousand at most, and those of the last reading
    t.true(texts.length <= 3000)
    t.true(texts.every((row) => String(row[1]).length <= 1000))
    await gather('text', () => seen.lost > 0)
  },
)

test.serial('what it lost by its own word is lost', async (t) => {
  const { gather, seen } = start(t, 'opensnoop', {
    body: `${OPENS}; echo 'Lost 7 events on CPU #0!' >&2; exec sleep 60`,
  })
  await gather('text', () => seen.lost > 0)
  t.is(seen.lost, 7)
})

test.serial('one that prints at its end is begun again, and what it says covers its own time', async (t) => {
  const { gather, probe, folder } = start(t, 'offcputime', {
    body: `echo x >> "$(dirname "$0")/runs"; sleep "$1"; echo 'sh;main;read 250000'`,
  })
  const rows = await gather('m0', (all) => all.length > 1)
  t.deepEqual(rows[0]!.slice(0, 3), ['sh', 'read < main', 250_000_000])
  t.true(readFileSync(join(folder!, 'runs'), 'utf8').split('\n').length > 2)
  await until(() => !probe.isLate!())
  t.is(probe.read().intervalMs, 1000)
})

test.serial('one that is not there names the package', (t) => {
  const error = t.throws(() =>
    startTool(planOfTool({ name: 'opensnoop', args: [], taken: () => false }), {} as never, {
      describe: () => {},
      find: () => undefined,
    }),
  )
  t.like(error, { kind: 'unsupported', message: 'opensnoop is not installed' })
  t.regex((error as unknown as { hint: string }).hint, /libbpf-tools or bpfcc-tools/)
})

test('a tool that others than root can write is not run, nor one in a folder of theirs', (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'only root makes files of root')
  const folder = temporaryFolder(t)
  const path = join(folder, 'opensnoop')
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  chmodSync(folder, 0o755)
  const find = () => findTool('opensnoop', { libbpf: [folder], python: [] })
  t.like(find(), { path, isPython: false })
  chmodSync(path, 0o775)
  t.like(find(), { problem: 'opensnoop can be written by others than root' })
  chmodSync(path, 0o755)
  chmodSync(folder, 0o777)
  t.regex((find() as { problem: string }).problem, /can be written by others/)
  const linked = temporaryFolder(t)
  symlinkSync(path, join(linked, 'opensnoop'))
  t.true('problem' in findTool('opensnoop', { libbpf: [linked], python: [] })!)
  t.is(findTool('../opensnoop', { libbpf: [folder], python: [] }), undefined)
})

test('the names that Debian gives them: in C before Python, and with a suffix that one', (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'only root makes files of root')
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o755)
  const find = (name: string) => findTool(name, { libbpf: [folder], python: [folder] })
  const make = (name: string): string => {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), 0o755)
    return join(folder, name)
  }
  t.is(find('opensnoop'), undefined)
  const python = make('opensnoop-bpfcc')
  t.like(find('opensnoop'), { path: python, isPython: true })
  t.is(find('opensnoop-libbpf'), undefined)
  const inC = make('opensnoop-libbpf')
  t.like(find('opensnoop'), { path: inC, isPython: false, tool: { name: 'opensnoop' } })
  t.like(find('opensnoop-libbpf'), { path: inC, isPython: false })
  t.like(find('opensnoop-bpfcc'), { path: python, isPython: true })
  const plain = make('opensnoop')
  t.like(find('opensnoop'), { path: plain, isPython: false })
})

test.serial('a silent one is attached when it holds a hook, and not while it is still loading', async (t) => {
  let holds = false
  const { probe } = start(t, 'opensnoop', { body: 'exec sleep 60', hooked: () => holds })
  await sleep(1500)
  t.false(probe.ready!())
  holds = true
  await until(() => probe.ready!())
  t.is(probe.failure!(), undefined)
})

test('hooks are known by what is open', (t) => {
  const proc = temporaryFolder(t)
  const holds = (pid: number, target: string): boolean => {
    mkdirSync(join(proc, String(pid), 'fd'), { recursive: true })
    symlinkSync(target, join(proc, String(pid), 'fd', '3'))
    return isHooked(pid, proc)
  }
  for (const [pid, target] of [
    'anon_inode:bpf_link',
    'anon_inode:[perf_event]',
    'anon_inode:bpf-raw-tracepoint',
  ].entries())
    t.true(holds(pid, target), target)
  for (const [pid, target] of ['anon_inode:bpf-prog', 'anon_inode:bpf-map', '/dev/null'].entries())
    t.false(holds(10 + pid, target), target)
  t.false(isHooked(99, proc))
})

/** The tool itself. */
const realTest = (title: string, name: string, implementation: (t: ExecutionContext) => Promise<void>): void =>
  test.serial(title, async (t) => {
    const found = findTool(name, { libbpf: ['/usr/sbin'], python: [] })
    const reason = bpfReason() ?? (found && 'path' in found ? undefined : `${name} of libbpf-tools is not installed`)
    return reason === undefined ? implementation(t) : skip(t, reason)
  })

realTest('execsnoop: every start is seen', 'execsnoop', async (t) => {
  const { gather, probe, seen } = start(t, 'execsnoop', {})
  await until(() => probe.failure!() || probe.ready!())
  if (probe.failure!()) return skip(t, probe.failure!()!.message)
  const mark = `mark-${process.pid}`
  for (let n = 0; n < 20; n++) spawnSync('/bin/true', [mark, String(n)])
  const rows = await gather(
    'events',
    (all) => all.filter((row) => String(row[5]).includes(mark)).length >= 20 || seen.lost > 0,
  )
  const own = rows.filter((row) => String(row[5]).includes(mark))
  t.true(own.length === 20 || (own.length < 20 && seen.lost > 0), `${own.length}, lost ${seen.lost}`)
  t.true(own.every((row) => row[1] === 'true' && row[3] === process.pid))
})

realTest('opensnoop: a file that is there and one that is not', 'opensnoop', async (t) => {
  const { gather, probe } = start(t, 'opensnoop', { args: ['-p', String(process.pid)] })
  await until(() => probe.failure!() || probe.ready!())
  if (probe.failure!()) return skip(t, probe.failure!()!.message)
  const absent = `/tmp/absent-${process.pid}`
  const reading = setInterval(() => {
    existsSync('/')
    readFileSync('/etc/hostname')
    try {
      readFileSync(absent)
    } catch {}
  }, 50)
  t.teardown(() => clearInterval(reading))
  const rows = await gather('events', (all) =>
    [absent, '/etc/hostname'].every((file) => all.some((row) => row[5] === file)),
  )
  t.true(rows.every((row) => row[1] === process.pid))
  t.is(rows.find((row) => row[5] === absent)![4], 2)
  t.is(rows.find((row) => row[5] === '/etc/hostname')![4], 0)
})

realTest('runqlat: as many waits as there were', 'runqlat', async (t) => {
  const { probe } = start(t, 'runqlat', {})
  await until(() => probe.failure!() || probe.ready!())
  if (probe.failure!()) return skip(t, probe.failure!()!.message)
  let waits = 0
  await until(() => {
    if (probe.isLate!()) return false
    const { data, intervalMs } = probe.read()
    const { hists } = data as TablesData
    waits += hists['h0']?.count ?? 0
    t.true(intervalMs === undefined || (intervalMs > 500 && intervalMs < 5000), `${intervalMs}`)
    return waits > 100
  })
  t.true(waits > 100)
})

realTest('biolatency: as many requests as were made', 'biolatency', async (t) => {
  const { probe } = start(t, 'biolatency', {})
  await until(() => probe.failure!() || probe.ready!())
  if (probe.failure!()) return skip(t, probe.failure!()!.message)
  const file = join(temporaryFolder(t), 'x')
  const { status } = spawnSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=4k', 'count=300', 'oflag=direct'])
  if (status !== 0) return skip(t, 'no direct I/O in the folder for temporary files')
  let requests = 0
  await until(() => {
    if (!probe.isLate!()) requests += (probe.read().data as TablesData).hists['h0']?.count ?? 0
    return requests >= 300
  })
  t.true(requests >= 300)
})

realTest('tcplife: a session with its ports and how much it carried', 'tcplife', async (t) => {
  const { gather, probe } = start(t, 'tcplife', {})
  await until(() => probe.failure!() || probe.ready!())
  if (probe.failure!()) return skip(t, probe.failure!()!.message)
  const server = createServer((socket) => socket.resume().on('end', () => socket.end())).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  client.end(Buffer.alloc(200_000))
  await once(client.resume(), 'close')
  const rows = await gather('events', (all) => all.some((row) => row[6] === port))
  const own = rows.find((row) => row[6] === port)!
  t.is(own[1], process.pid)
  t.true(Math.abs(Number(own[7]) - 200_000) < 2000, `${own[7]}`)
})
