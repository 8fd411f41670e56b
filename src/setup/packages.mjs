// What probetop needs from the system, how to see whether it is there, and what each package manager calls it.
// One table, used by set-up to install and by --check to advise. Nothing here changes anything.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** @typedef {'apt-get' | 'dnf' | 'pacman' | 'zypper'} Manager */
/** `read` gives undefined for what cannot be read.
 * @typedef {{ has: (command: string) => boolean, exists: (path: string) => boolean,
 *   read: (path: string) => string | undefined }} Host */
/** `run` is wanted by the running program, `build` to compile the kernel programs, `test` by the tests.
 * @typedef {{ id: string, purpose: 'run' | 'build' | 'test', why: string, here: (host: Host) => boolean,
 *   names: Record<Manager, string> }} Need */

/** The name is the same everywhere unless given.
 * @param {string} name @param {Partial<Record<Manager, string>>} [others] @returns {Record<Manager, string>} */
const called = (name, others = {}) => ({ 'apt-get': name, dnf: name, pacman: name, zypper: name, ...others })

/** @param {string} command @returns {(host: Host) => boolean} */
const command = (command) => (host) => host.has(command)

const TRIPLETS = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }
const LIBRARY_FOLDERS = ['/usr/lib64', '/lib64', '/usr/lib', '/lib', '/usr/local/lib', '/usr/local/lib64'].concat(
  Object.values(TRIPLETS).flatMap((triplet) => [`/usr/lib/${triplet}`, `/lib/${triplet}`]),
)
const INCLUDE_FOLDERS = ['/usr/include', '/usr/local/include']

/** @type {readonly Need[]} */
export const NEEDS = [
  {
    id: 'libbpf.so.1',
    purpose: 'run',
    why: 'loads the probes into the kernel',
    here: (host) =>
      LIBRARY_FOLDERS.some((folder) => host.exists(`${folder}/libbpf.so.1`)) ||
      host.read('/etc/ld.so.cache')?.includes('libbpf.so.1\0') === true,
    names: called('libbpf', { 'apt-get': 'libbpf1', zypper: 'libbpf1' }),
  },
  {
    id: 'bpftrace',
    purpose: 'run',
    why: 'runs the script panels',
    here: command('bpftrace'),
    names: called('bpftrace'),
  },
  { id: 'clang', purpose: 'build', why: 'compiles the probes', here: command('clang'), names: called('clang') },
  {
    id: 'libbpf headers',
    purpose: 'build',
    why: 'the probes include them',
    here: (host) => INCLUDE_FOLDERS.some((folder) => host.exists(`${folder}/bpf/bpf_helpers.h`)),
    names: called('libbpf-devel', { 'apt-get': 'libbpf-dev', pacman: 'libbpf' }),
  },
  {
    id: 'tmux',
    purpose: 'test',
    why: 'a terminal for the tests of the screen',
    here: command('tmux'),
    names: called('tmux'),
  },
  { id: 'fio', purpose: 'test', why: 'known block I/O', here: command('fio'), names: called('fio') },
  {
    id: 'libbpf-tools',
    purpose: 'test',
    why: 'the tools that the benchmark compares with',
    here: (host) => libbpfTool(host, 'runqlat') !== undefined,
    names: called('libbpf-tools'),
  },
  {
    id: 'ip',
    purpose: 'test',
    why: 'network namespaces',
    here: command('ip'),
    names: called('iproute2', { dnf: 'iproute' }),
  },
  { id: 'nft', purpose: 'test', why: 'refused and lossy connections', here: command('nft'), names: called('nftables') },
  { id: 'stress-ng', purpose: 'test', why: 'load', here: command('stress-ng'), names: called('stress-ng') },
  {
    id: 'strace',
    purpose: 'test',
    why: 'the truth about system calls',
    here: command('strace'),
    names: called('strace'),
  },
  {
    id: 'musl-gcc',
    purpose: 'test',
    why: 'programs of another C library',
    here: command('musl-gcc'),
    names: called('musl-gcc', { 'apt-get': 'musl-tools', pacman: 'musl', zypper: 'musl-devel' }),
  },
  { id: 'gcc', purpose: 'test', why: 'musl-gcc calls it', here: command('gcc'), names: called('gcc') },
]

/** The command of one of the libbpf-tools, which the distributions name differently (Debian 12, Fedora, Debian 13).
 * @param {Host} host @param {string} name */
export const libbpfTool = (host, name) => [name, `bpf-${name}`, `${name}-libbpf`].find(host.has)

/** Folders that a user's PATH may lack though tools live there. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** npm puts the packages' own commands first on PATH, and one of them is called nft.
 * @param {string} path */
export const withoutNpm = (path) =>
  path
    .split(delimiter)
    .filter((folder) => !/[/\\]node_modules[/\\]/.test(folder))
    .join(delimiter)

/** @returns {Host} */
export const thisHost = () => {
  const folders = [
    ...withoutNpm(process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => folder !== ''),
    ...SYSTEM_FOLDERS,
  ]
  return {
    has: (name) => folders.some((folder) => isExecutable(join(folder, name))),
    exists: existsSync,
    read: readText,
  }
}

/** @param {Host} host @param {readonly Need['purpose'][]} purposes */
export const missing = (host, purposes) => NEEDS.filter((need) => purposes.includes(need.purpose) && !need.here(host))

/** @type {Record<Manager, { install: string[], refresh: string[] | undefined }>} */
const COMMANDS = {
  'apt-get': { install: ['apt-get', 'install', '-y', '--no-install-recommends'], refresh: ['apt-get', 'update'] },
  dnf: { install: ['dnf', 'install', '-y', '--setopt=install_weak_deps=False'], refresh: undefined },
  pacman: { install: ['pacman', '-S', '--needed', '--noconfirm'], refresh: ['pacman', '-Sy'] },
  zypper: {
    install: ['zypper', '--non-interactive', 'install', '--no-recommends'],
    refresh: ['zypper', '--non-interactive', 'refresh'],
  },
}

/** @param {Host} host @returns {Manager | undefined} */
export const managerOf = (host) => /** @type {Manager[]} */ (Object.keys(COMMANDS)).find((manager) => host.has(manager))

/** @param {Manager} manager @param {readonly Need[]} needs */
export const packageNames = (manager, needs) => [...new Set(needs.map((need) => need.names[manager]))]

/** @param {Manager} manager @param {readonly string[]} names */
export const installArguments = (manager, names) => [...COMMANDS[manager].install, ...names]

/** Brings the package lists up to date, where the manager does not do so itself.
 * @param {Manager} manager */
export const refreshArguments = (manager) => COMMANDS[manager].refresh

/** What to type to get these, as one line to paste; undefined when no known package manager is here.
 * @param {Host} host @param {readonly Need[]} needs @param {boolean} root */
export const installCommand = (host, needs, root) => {
  const manager = managerOf(host)
  if (!manager) return undefined
  const words = installArguments(manager, packageNames(manager, needs)).join(' ')
  return root || !host.has('sudo') ? words : `sudo ${words}`
}

/** @param {string} id */
export const needById = (id) => /** @type {Need} */ (NEEDS.find((need) => need.id === id))

/** @param {string} path */
const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param {string} path */
const readText = (path) => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
