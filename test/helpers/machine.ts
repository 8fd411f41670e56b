// A machine on which everything is fine, and changes to it: what the checks look at, without any real machine.
import type { Host } from '../../src/cli/checked-host.ts'

export interface Machine {
  platform?: string
  arch?: string
  euid?: number
  /** Effective capabilities. */
  capabilities?: bigint
  noNewPrivileges?: boolean
  /** Content by path, over that of the good machine. */
  files?: Record<string, string>
  /** Ends of paths that do not exist. */
  absent?: string[]
  /** Commands on PATH. */
  commands?: string[]
  /** What `bpftrace --version` prints. */
  bpftrace?: string
  pidNamespace?: string
  env?: Record<string, string>
  size?: Host['size']
  checkout?: boolean
}

export const machine = (changes: Machine = {}): Host => {
  const {
    platform = 'linux',
    arch = 'x64',
    euid = 0,
    capabilities = 0x1ffffffffffn,
    noNewPrivileges = false,
    files = {},
    absent = [],
    commands = ['apt-get', 'bpftrace', 'clang', 'sudo'],
    bpftrace = 'bpftrace v0.17.0\n',
    pidNamespace = 'pid:[4026531836]',
    env = { TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    checkout = true,
  } = changes
  const content: Record<string, string> = {
    '/proc/sys/kernel/osrelease': '6.12.0-amd64\n',
    '/proc/self/status': `CapEff:\t${capabilities.toString(16).padStart(16, '0')}\nNoNewPrivs:\t${noNewPrivileges ? 1 : 0}\n`,
    '/proc/self/uid_map': '         0          0 4294967295\n',
    '/proc/mounts': 'tracefs /sys/kernel/tracing tracefs rw 0 0\n',
    '/proc/sys/kernel/kptr_restrict': '1\n',
    ...files,
  }
  return {
    platform,
    arch,
    euid,
    env,
    size: 'size' in changes ? changes.size : { columns: 120, rows: 36 },
    objects: '/probetop/.build/probes/x64',
    checkout,
    has: (command) => commands.includes(command),
    exists: (path) => !absent.some((end) => path.endsWith(end)),
    read: (path) => content[path],
    link: (path) => (/^\/proc\/(1|self)\/ns\/pid$/.test(path) ? pidNamespace : undefined),
    output: (command) => (command === 'bpftrace' && commands.includes(command) ? bpftrace : undefined),
  }
}
