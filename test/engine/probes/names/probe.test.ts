// Names that a program looks up a known number of times, through glibc and musl, on this machine and in a mount namespace
// with a C library of its own.
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, copyFileSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { findLibraries } from '../../../../src/engine/probes/names/libraries.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'
import { MUSL, compile, asker, startedHere, lookupsOf, foundBy } from './looking-up.ts'

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
