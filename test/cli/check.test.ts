import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { askSudo, checks, checkText, runCheck } from '../../src/cli/check.ts'
import type { KernelAnswers } from '../../src/cli/check.ts'
import { COMPILED } from '../../src/cli/preconditions.ts'
import { preflight } from '../../src/cli/preflight.ts'
import { PROBES } from '../../src/paths.ts'
import { bpfTest } from '../helpers/bpf.ts'
import { machine } from '../helpers/machine.ts'
import type { Machine } from '../helpers/machine.ts'

/** The newest bpftrace that any script says it needs, as `0.17`. */
const wantedByScripts = (): string =>
  readdirSync(PROBES)
    .filter((name) => name.endsWith('.bt'))
    .flatMap(
      (name) => /^(?: \*|\/\/) bpftrace:? +(\d+\.\d+)$/m.exec(readFileSync(join(PROBES, name), 'utf8'))?.[1] ?? [],
    )
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)!

const GOOD: KernelAnswers = {
  libbpf: { version: 'v1.1' },
  hooks: new Map([
    ['sched_switch', true],
    ['block_io_start', false],
  ]),
  trial: 'loaded',
}

const check = (id: string, changes: Machine = {}, answers: Partial<KernelAnswers> = {}) =>
  checks(machine(changes), { ...GOOD, ...answers }).find((one) => one.id === id)

const level = test.macro({
  exec: (t, id: string, expected: 'ok' | 'warn' | 'fail', changes: Machine, answers: Partial<KernelAnswers> = {}) => {
    const found = check(id, changes, answers)
    t.is(found?.level, expected, JSON.stringify(found))
    t.is(found?.hint !== undefined && found.cause !== undefined, expected !== 'ok')
  },
  title: (title, id) => `${id}: ${title}`,
})

test('a good machine passes everything', (t) => {
  t.deepEqual(
    checks(machine(), GOOD).filter((one) => one.level !== 'ok'),
    [],
  )
  t.deepEqual(preflight(machine()), { ok: true })
})

test('another system', level, 'system', 'fail', { platform: 'darwin' })
test('another architecture', level, 'system', 'fail', { arch: 'riscv64' })
test('below the floor', level, 'kernel', 'warn', { files: { '/proc/sys/kernel/osrelease': '5.14.0-503.el9.x86_64\n' } })
for (const [arch, release, expected] of [
  ['arm64', '5.15.0-100-generic', 'warn'],
  ['arm64', '5.18.0', 'ok'],
  ['x64', '5.15.0-100-generic', 'ok'],
] as const)
  test(`${release} on ${arch}`, level, 'kernel', expected, {
    arch,
    files: { '/proc/sys/kernel/osrelease': `${release}\n` },
  })
test('far too old', level, 'kernel', 'fail', { files: { '/proc/sys/kernel/osrelease': '4.19.0-27-amd64\n' } })
test('nonsense', level, 'kernel', 'fail', { files: { '/proc/sys/kernel/osrelease': '' } })
test('two-digit version', level, 'kernel', 'ok', { files: { '/proc/sys/kernel/osrelease': '10.0.1\n' } })
test('a hidden /proc is the reason, not what was not read there', (t) => {
  const hidden = { ...machine(), read: () => undefined }
  const found = preflight(hidden)
  t.false(found.ok)
  if (!found.ok) t.regex(`${found.why} ${found.hint}`, /\/proc.*cannot be read|cannot be read.*\/proc/)
})

test('a sudo that refuses, in the words of a run', async (t) => {
  const user = machine({ euid: 1000, capabilities: 0n, commands: ['sudo'] })
  const refused = await askSudo(user, async () => ({ are: 'none', why: 'sudo refused', hint: 'run probetop as root' }))
  t.like(refused, { id: 'rights', level: 'fail', cause: 'sudo refused' })
  t.is(
    checks(user, GOOD, refused).find(({ id }) => id === 'rights'),
    refused,
  )
  t.is(await askSudo(user, async () => ({ are: 'sudo', sudo: '/usr/bin/sudo' })), undefined)
  t.is(await askSudo(machine(), () => Promise.reject(new Error('root asks nobody'))), undefined)
})

test('no sudo', level, 'rights', 'fail', { euid: 1000, capabilities: 0n, commands: [] })
test('sudo', level, 'rights', 'ok', { euid: 1000, capabilities: 0n, commands: ['sudo'] })
test('sudo in vain', level, 'rights', 'fail', {
  euid: 1000,
  capabilities: 0n,
  commands: ['sudo'],
  noNewPrivileges: true,
})
test('not root, with capabilities', level, 'rights', 'ok', {
  euid: 1000,
  capabilities: (1n << 39n) | (1n << 38n),
  commands: [],
})
test('root in a container', level, 'rights', 'fail', { capabilities: 0xa80425fbn })
test('root in a user namespace', level, 'rights', 'fail', {
  files: { '/proc/self/uid_map': '         0       1000          1\n' },
})
test('none', level, 'BTF', 'fail', { absent: ['/sys/kernel/btf/vmlinux'] })
test('integrity', level, 'lockdown', 'ok', {
  files: { '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' },
})
test('confidentiality', level, 'lockdown', 'fail', {
  files: { '/sys/kernel/security/lockdown': 'none integrity [confidentiality]\n' },
})
test('absent', level, 'libbpf', 'fail', { absent: ['libbpf.so.1'] }, { libbpf: { error: 'cannot open' } })
test('present but broken', level, 'libbpf', 'fail', {}, { libbpf: { error: 'invalid ELF header' } })
test("only in the loader's cache", level, 'libbpf', 'ok', {
  absent: ['libbpf.so.1'],
  files: { '/etc/ld.so.cache': 'libbpf.so.1\0/opt/lib/libbpf.so.1\0' },
})
test('one missing', level, 'probes', 'warn', { absent: ['tcp.bpf.o'] })
test('all missing', level, 'probes', 'fail', { absent: ['.bpf.o'] })
test('one missing in this kernel', level, 'hooks', 'warn', {}, { hooks: new Map([['sched_switch', false]]) })
test('not to be asked', level, 'hooks', 'warn', {}, { hooks: { error: 'no BTF' } })
test('refused', level, 'BPF', 'fail', {}, { trial: { error: 'load a trial program: EPERM' } })
test('absent', level, 'bpftrace', 'warn', { commands: [] })
test('too old', level, 'bpftrace', 'warn', { bpftrace: 'bpftrace v0.14.0\n' })
test('older than the scripts want', level, 'bpftrace', 'warn', { bpftrace: 'bpftrace v0.16.0\n' })
test('oldest', level, 'bpftrace', 'ok', { bpftrace: `bpftrace v${wantedByScripts()}.0\n` })
test('silent', level, 'bpftrace', 'warn', { bpftrace: '' })
test('1.x', level, 'bpftrace', 'ok', { bpftrace: 'bpftrace v1.2.3-4-gabc\n' })
test('not mounted', level, 'tracefs', 'warn', { files: { '/proc/mounts': 'proc /proc proc rw 0 0\n' } })
test('no debug files', level, 'names', 'ok', { absent: ['.build-id'] })
test('hidden pointers', level, 'kptr_restrict', 'warn', { files: { '/proc/sys/kernel/kptr_restrict': '2\n' } })
test("a container's", level, 'pid namespace', 'warn', { pidNamespace: 'pid:[4026532199]' })
test('dumb', level, 'TERM', 'warn', { env: { TERM: 'dumb', LANG: 'C.UTF-8' } })
test('not set', level, 'TERM', 'warn', { env: { LANG: 'C.UTF-8' } })
test('C', level, 'locale', 'warn', { env: { TERM: 'xterm', LANG: 'C' } })
test('tiny', level, 'size', 'warn', { size: { columns: 59, rows: 40 } })
test('no terminal', level, 'size', 'ok', { size: undefined })

test('without rights nothing is tried', (t) => {
  t.is(check('BPF', {}, { trial: undefined }), undefined)
})

test("the hint names this system's packages", (t) => {
  const lacking = { absent: ['libbpf.so.1'] }
  const hint = (commands: string[], euid = 0) => {
    const found = preflight(machine({ ...lacking, commands, euid }))
    return found.ok ? undefined : found.hint
  }
  t.is(hint(['apt-get']), 'apt-get install -y --no-install-recommends libbpf1')
  t.is(hint(['dnf']), 'dnf install -y --setopt=install_weak_deps=False libbpf')
  t.is(hint(['apt-get', 'sudo'], 1000), 'sudo apt-get install -y --no-install-recommends libbpf1')
  t.is(hint([]), 'install libbpf.so.1')
})

test('probes that were never built: a checkout builds them, a package is broken', (t) => {
  const hint = (changes: Machine) => {
    const found = preflight(machine({ absent: ['.bpf.o'], ...changes }))
    return found.ok ? undefined : found.hint
  }
  t.is(hint({ commands: ['clang', 'apt-get'] }), 'npm start')
  t.is(hint({ commands: ['apt-get'] }), 'apt-get install -y --no-install-recommends clang libbpf-dev && npm start')
  t.is(hint({ checkout: false }), 'install the package again')
})

test('preflight names the cause that hides the others', (t) => {
  const found = preflight(
    machine({
      platform: 'darwin',
      absent: ['/sys/kernel/btf/vmlinux', 'libbpf.so.1', '.bpf.o'],
      euid: 501,
      capabilities: 0n,
    }),
  )
  t.false(found.ok)
  t.is(found.ok ? '' : found.why, 'darwin (BPF is a part of Linux)')
})

test('the report is aligned and neutral', (t) => {
  const text = checkText(
    checks(machine({ env: { TERM: 'vt\u001b[2Jx', LANG: 'C.UTF-8' }, commands: ['apt-get'] }), GOOD),
  )
  t.false(text.includes('\u001b'))
  t.regex(text, /^ok {4}system {9}Linux on x64$/m)
  t.regex(text, /^warn {2}bpftrace {7}not installed: .*\n {21}hint: apt-get install .* bpftrace$/m)
})

test('all that can be loaded is looked for', (t) => {
  const sources = readdirSync(PROBES).flatMap((name) => /^(.*)\.bpf\.c$/.exec(name)?.[1] ?? [])
  t.deepEqual([...COMPILED].sort(), sources.sort())
})

bpfTest('this machine passes', async (t) => {
  const { text, exitCode } = await runCheck()
  t.is(exitCode, 0, text)
  t.regex(text, /^ok +BPF +/m)
  t.regex(text, /^ok +hooks +\d+ tracepoints and iterators found$/m)
})
