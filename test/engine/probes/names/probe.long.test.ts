// Names that are looked up with a C library of its own: in a mount namespace, and in another root.
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bpfTest } from '../../../helpers/bpf.ts'
import { sumOf } from '../../../helpers/described-probe.ts'
import { until } from '../../../helpers/programs.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'
import { sleepMs } from '../../../helpers/workload.ts'
import { SOURCE, MUSL, compile, asker, startedHere, lookupsOf, foundBy } from './looking-up.ts'

const NOBODY_ANSWERS = '127.0.0.77'

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
