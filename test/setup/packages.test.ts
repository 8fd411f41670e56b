import test from 'ava'
import {
  NEEDS,
  installCommand,
  libbpfTool,
  managerOf,
  missing,
  needById,
  packageNames,
  withoutNpm,
} from '../../src/setup/packages.mjs'

const host = (commands: string[], files: string[] = []) => ({
  has: (command: string) => commands.includes(command),
  exists: (path: string) => files.includes(path),
  read: () => undefined,
})

test('on an empty machine everything is missing, by purpose', (t) => {
  const ids = (purposes: ('run' | 'build' | 'test')[]) => missing(host([]), purposes).map((need) => need.id)
  t.deepEqual(ids(['run']), ['libbpf.so.1', 'bpftrace'])
  t.deepEqual(ids(['build']), ['clang', 'libbpf headers'])
  t.is(ids(['run', 'build', 'test']).length, NEEDS.length)
})

test('what is there is not missing', (t) => {
  const full = host(['clang', 'bpftrace'], ['/usr/lib64/libbpf.so.1', '/usr/include/bpf/bpf_helpers.h'])
  t.deepEqual(missing(full, ['run', 'build']), [])
  t.deepEqual(
    missing(host([], ['/usr/lib/aarch64-linux-gnu/libbpf.so.1']), ['run']).map((need) => need.id),
    ['bpftrace'],
  )
})

test('a package that serves two needs is named once', (t) => {
  const needs = [needById('libbpf.so.1'), needById('libbpf headers')]
  t.deepEqual(packageNames('pacman', needs), ['libbpf'])
  t.deepEqual(packageNames('apt-get', needs), ['libbpf1', 'libbpf-dev'])
  t.deepEqual(packageNames('dnf', needs), ['libbpf', 'libbpf-devel'])
  t.deepEqual(packageNames('zypper', needs), ['libbpf1', 'libbpf-devel'])
})

test('the command is the one of the system', (t) => {
  const needs = [needById('clang')]
  t.is(managerOf(host(['zypper'])), 'zypper')
  t.is(managerOf(host([])), undefined)
  t.is(installCommand(host(['pacman', 'sudo']), needs, false), 'sudo pacman -S --needed --noconfirm clang')
  t.is(installCommand(host(['pacman']), needs, false), 'pacman -S --needed --noconfirm clang')
  t.is(installCommand(host(['apt-get', 'sudo']), needs, true), 'apt-get install -y --no-install-recommends clang')
  t.is(installCommand(host(['sudo']), needs, false), undefined)
})

test("commands that npm packages bring are not the system's", (t) => {
  t.is(
    withoutNpm('/a/node_modules/.bin:/usr/bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib:/bin'),
    '/usr/bin:/bin',
  )
})

test('libbpf-tools by the names of the distributions', (t) => {
  t.is(libbpfTool(host(['runqlat']), 'runqlat'), 'runqlat')
  t.is(libbpfTool(host(['bpf-runqlat']), 'runqlat'), 'bpf-runqlat')
  t.is(libbpfTool(host(['runqlat-libbpf']), 'runqlat'), 'runqlat-libbpf')
  t.is(libbpfTool(host(['runqlat-bpfcc']), 'runqlat'), undefined)
})
