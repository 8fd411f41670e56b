// Names that a program looks up a known number of times, through glibc and musl, on this machine and in a mount namespace
// with a C library of its own.
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ExecutionContext } from 'ava'
import { start } from '../../../../src/engine/probes/names/probe.ts'
import { findLibraries } from '../../../../src/engine/probes/names/libraries.ts'
import { ROOT } from '../../../../src/paths.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../../helpers/described-probe.ts'
import { until } from '../../../helpers/programs.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'
import { sleepMs } from '../../../helpers/workload.ts'

const SOURCE = join(ROOT, 'test/engine/probes/fixtures/looks-up.c')
const MUSL = `/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`
const NOBODY_ANSWERS = '127.0.0.77'

const compile = (t: ExecutionContext, compiler: string): string => {
  const program = join(temporaryFolder(t), 'looks-up')
  execFileSync(compiler, ['-O1', '-o', program, SOURCE])
  return program
}

/** Runs until the test ends; says what it is told to look up, and gives what came of it. */
const asker = (t: ExecutionContext, command: string, words: readonly string[] = []) => {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)
  const ask = async (line: string): Promise<number> => {
    child.stdin.write(`${line}\n`)
    return Number((await once(lines, 'line'))[0])
  }
  return { pid: child.pid!, ask }
}

type Probe = ReturnType<typeof startHere>

/** With this machine's own libraries, which are looked into one after the other. */
const startedHere = async (t: ExecutionContext): Promise<Probe> => {
  const probe = startHere(t, start, 'names')
  const own = findLibraries([]).length
  await until(() => probe.ready!() && probe.read().totals['libraries'] === own)
  return probe
}

const lookupsOf = (probe: Probe, pid: number) => rowsOf(probe.read(), 'lookups').filter((row) => row.pid === pid)

const counted = async (t: ExecutionContext, compiler: string, library: string) => {
  const { pid, ask } = asker(t, compile(t, compiler))
  const probe = await startedHere(t)
  await ask('7')
  probe.read()
  t.is(await ask('40'), -2)
  const rows = lookupsOf(probe, pid)
  const each = rows.map(({ name, result, count, failed }) => `${name} ${result} ${count} ${failed}`)
  t.deepEqual(each.sort(), ['127.0.0.1 found 40 0', 'no.number no such name 40 40'])
  for (const { library: found, comm, ns, maxNs } of rows) {
    t.is(`${found} ${comm}`, `${library} looks-up`)
    t.true((maxNs as number) > 0 && (maxNs as number) <= (ns as number) && (ns as number) < 1e9)
  }
  t.deepEqual(lookupsOf(probe, pid), [])
}

bpfTest('glibc: each lookup is counted, by name and result', (t) => counted(t, 'cc', 'glibc'), ['cc'])

bpfTest('musl: each lookup is counted, by name and result', (t) => counted(t, 'musl-gcc', 'musl'), ['musl-gcc'])

bpfTest(
  "a C library of a container's own: found while it is there; a name server that does not answer is seen meanwhile",
  async (t) => {
    const folder = temporaryFolder(t)
    const library = join(folder, 'libc.so')
    copyFileSync(realpathSync(MUSL), library)
    const conf = join(folder, 'resolv.conf')
    writeFileSync(conf, `nameserver ${NOBODY_ANSWERS}\noptions timeout:1 attempts:1\n`)
    const server = createSocket('udp4').bind(53, NOBODY_ANSWERS)
    await once(server, 'listening')
    t.teardown(() => server.close())
    const program = compile(t, 'musl-gcc')
    const script = `mount --bind ${library} ${realpathSync(MUSL)} && mount --bind ${conf} ${realpathSync('/etc/resolv.conf')} && exec ${program}`
    const probe = await startedHere(t)
    const before = probe.read().totals['libraries']!
    const { pid, ask } = asker(t, 'unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script])
    t.is(await ask('1'), -2)
    await until(() => probe.read().totals['libraries'] === before + 1)
    t.is(await ask('25'), -2)
    const rows = lookupsOf(probe, pid)
    t.is(sumOf(rows, 'count'), 50)
    t.true(rows.every((row) => row.library === 'musl'))

    const asked = ask('slow.test')
    await sleepMs(500)
    const [going, ...others] = lookupsOf(probe, pid)
    t.deepEqual(others, [])
    t.like(going, { name: 'slow.test', result: 'goes on', count: 0 })
    t.true((going!.maxNs as number) > 4e8 && (going!.maxNs as number) < 2e9, `${going!.maxNs}`)
    t.is(await asked, -3)
    const [ended] = lookupsOf(probe, pid)
    t.like(ended, { name: 'slow.test', result: 'no answer', count: 1, failed: 1 })
    t.true((ended!.maxNs as number) > 9e8, `${ended!.maxNs}`)

    process.kill(pid, 'SIGKILL')
    await until(() => probe.read().totals['libraries'] === before)
    t.pass()
  },
  ['musl-gcc', 'unshare'],
)

/** What is found more with this process than without it. */
const foundBy = async (pid: number, isReady: () => boolean) => {
  await until(isReady)
  const known = new Set(findLibraries([]).map(({ id }) => id))
  return findLibraries([pid]).filter(({ id }) => !known.has(id))
}

bpfTest(
  'a library that others may write comes after those of root',
  async (t) => {
    const library = join(temporaryFolder(t), 'libc.so')
    const bind = (): number => {
      const script = `mount --bind ${library} ${realpathSync(MUSL)} && exec sleep 60`
      const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], { stdio: 'ignore' })
      t.teardown(() => child.kill('SIGKILL'))
      return child.pid!
    }
    const isMounted = (pid: number) => () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n'
    copyFileSync(realpathSync(MUSL), library)
    chmodSync(library, 0o755)
    const pid = bind()
    const found = async () => (await foundBy(pid, isMounted(pid))).map(({ libc, isAnybodys }) => ({ libc, isAnybodys }))
    t.deepEqual(await found(), [{ libc: 'musl', isAnybodys: false }])
    chmodSync(library, 0o775)
    t.deepEqual(await found(), [{ libc: 'musl', isAnybodys: true }])
    chmodSync(library, 0o755)
    chownSync(library, 1000, 1000)
    t.deepEqual(await found(), [{ libc: 'musl', isAnybodys: true }])
    t.true(findLibraries([pid]).at(-1)!.isAnybodys)
  },
  ['musl-gcc', 'unshare'],
)

bpfTest(
  'links within another root lead to what is there, not here',
  async (t) => {
    const root = temporaryFolder(t)
    mkdirSync(join(root, 'lib'))
    copyFileSync(realpathSync(MUSL), join(root, 'libc-here.so'))
    symlinkSync('/libc-here.so', join(root, MUSL))
    execFileSync('musl-gcc', ['-static', '-o', join(root, 'looks-up'), SOURCE])
    const { pid, ask } = asker(t, 'chroot', [root, '/looks-up'])
    t.is(await ask('1'), -2)
    const more = await foundBy(pid, () => true)
    t.is(more.length, 1)
    t.is(statSync(more[0]!.path).ino, statSync(join(root, 'libc-here.so')).ino)
  },
  ['musl-gcc', 'chroot'],
)
