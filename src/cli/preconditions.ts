// The preconditions without which nothing can be measured, each as a function of the machine. Quick and without side
// effects: they are looked at on every start.
import { objectsOf } from '../engine/base/in-kernel.ts'
import { IN_KERNEL } from '../engine/probes/registry.ts'
import { installCommand, needById } from '../setup/packages.mjs'
import type { Host } from './checked-host.ts'

export interface Check {
  id: string
  /** warn: it runs, but something is missing or not as good. fail: it cannot run live. */
  level: 'ok' | 'warn' | 'fail'
  /** What was found. */
  what: string
  /** Why that matters; set unless ok. */
  cause?: string
  /** What to do about it: a command, or one sentence. */
  hint?: string
}

/** Compiled objects. */
export const COMPILED: readonly string[] = [...new Set(IN_KERNEL.flatMap(objectsOf))]
const BTF = '/sys/kernel/btf/vmlinux'

export const system = ({ platform, arch }: Host): Check => {
  if (platform !== 'linux') {
    return fail('system', platform, 'BPF is a part of Linux', 'run it on Linux')
  }
  if (arch !== 'x64' && arch !== 'arm64') {
    return fail('system', `Linux on ${arch}`, 'the probes are built for x64 and arm64', 'run it on one of these')
  }
  return ok('system', `Linux on ${arch}`)
}

/** Rights, processes and the kernel's settings are read there; without it every other reason would be a wrong one. */
export const procfs = (host: Host): Check =>
  host.read('/proc/self/status') === undefined
    ? fail(
        '/proc',
        '/proc cannot be read',
        'processes, rights and settings are known from there',
        'mount -t proc proc /proc',
      )
    : ok('/proc', 'mounted')

export const kernel = (host: Host): Check => {
  const release = (host.read('/proc/sys/kernel/osrelease') ?? 'unknown').trim()
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10) || 0)
  const version = major * 100 + minor
  // until then its compiler for BPF knows no atomic operation but adding
  if (host.arch === 'arm64' && version >= 515 && version < 518)
    return warn(
      'kernel',
      release,
      'on arm64 run queue, off-CPU, block I/O, disks, system calls and stacks need 5.18',
      'use a kernel from 5.18 on',
    )
  if (version >= 515) return ok('kernel', release)
  const hint = 'use a kernel from 5.15 on'
  if (version >= 511) return warn('kernel', release, 'older than 5.15: probes may be refused', hint)
  return fail('kernel', release, 'the probes need storage that belongs to a task, which came with 5.11', hint)
}

/** Whoever is not root gets there through sudo, for the engine alone. */
export const rights = (host: Host): Check => {
  const again = host.checkout ? 'npm start' : 'probetop'
  if (mayProbe(host)) {
    if (!inFirstUserNamespace(host)) {
      return fail(
        'rights',
        'root of a user namespace only',
        'the kernel wants rights over the whole machine',
        'run it outside the user namespace',
      )
    }
    return ok('rights', host.euid === 0 ? 'root' : 'CAP_BPF and CAP_PERFMON')
  }
  if (host.euid === 0) {
    return fail(
      'rights',
      'root without CAP_BPF and CAP_PERFMON',
      'a container or service manager took them away',
      'docker run --privileged --pid=host ..., or run it on the machine itself',
    )
  }
  if (!host.has('sudo')) {
    return fail('rights', 'not root, and no sudo', 'loading probes takes root', `su -c '${again}'`)
  }
  if (/^NoNewPrivs:\s*1$/m.test(status(host))) {
    return fail(
      'rights',
      'not root, and sudo is disabled here (no_new_privs)',
      'loading probes takes root',
      `run \`${again}\` from a login that may use sudo`,
    )
  }
  return ok('rights', 'not root; the probes are started through sudo')
}

export const typeInformation = (host: Host): Check =>
  host.exists(BTF)
    ? ok('BTF', BTF)
    : fail(
        'BTF',
        `no ${BTF}`,
        "the probes find the kernel's fields through its type information",
        'use a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of the distributions are',
      )

export const lockdown = (host: Host): Check => {
  const mode = /\[(\w+)\]/.exec(host.read('/sys/kernel/security/lockdown') ?? '')?.[1]
  return mode === 'confidentiality'
    ? fail(
        'lockdown',
        mode,
        'the kernel lets nobody read its memory, root included',
        'boot without lockdown=confidentiality',
      )
    : ok('lockdown', mode ?? 'none')
}

export const library = (host: Host): Check =>
  needById('libbpf.so.1').here(host)
    ? ok('libbpf', 'libbpf.so.1')
    : fail('libbpf', 'no libbpf.so.1', 'it loads the probes', install(host, ['libbpf.so.1']))

export const compiledProbes = (host: Host): Check => {
  const absent = COMPILED.filter((probe) => !host.exists(objectOf(host, probe)))
  if (absent.length === 0) return ok('probes', `${COMPILED.join(' ')}, compiled for ${host.arch}`)
  const hint = !host.checkout
    ? 'install the package again'
    : ['clang', 'libbpf headers'].every((id) => needById(id).here(host))
      ? 'npm start'
      : `${install(host, ['clang', 'libbpf headers'])} && npm start`
  const what = `not compiled: ${absent.join(' ')}`
  return absent.length === COMPILED.length
    ? fail('probes', what, 'there is nothing to load', hint)
    : warn('probes', what, 'these panels stay empty', hint)
}

const objectOf = (host: Host, probe: string): string => `${host.objects}/${probe}.bpf.o`

/** Of the namespace that the machine starts with: a constant of the kernel. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]'

/** True where /proc has other process ids than the kernel programs see. Of the namespace that /proc shows, if it says. */
export const hasOtherPids = ({ link }: Pick<Host, 'link'>): boolean =>
  (link('/proc/1/ns/pid') ?? link('/proc/self/ns/pid') ?? FIRST_PID_NAMESPACE) !== FIRST_PID_NAMESPACE

/** The command that installs these, or their names where no known package manager is. */
export const install = (host: Host, ids: readonly string[]): string =>
  installCommand(host, ids.map(needById), host.euid === 0) ?? `install ${ids.join(' and ')}`

/** Rights to load programs and read the kernel's memory from them. */
export const mayProbe = (host: Host): boolean => {
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status(host))?.[1] ?? '0'}`)
  const has = (capability: bigint): boolean => ((mask >> capability) & 1n) === 1n
  return has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON))
}

export const ok = (id: string, what: string): Check => ({ id, level: 'ok', what })
export const warn = (id: string, what: string, cause: string, hint: string): Check => ({
  id,
  level: 'warn',
  what,
  cause,
  hint,
})
export const fail = (id: string, what: string, cause: string, hint: string): Check => ({
  id,
  level: 'fail',
  what,
  cause,
  hint,
})

const CAP_SYS_ADMIN = 21n
const CAP_PERFMON = 38n
const CAP_BPF = 39n

const status = (host: Host): string => host.read('/proc/self/status') ?? ''

/** Only there does the identity map span all ids. */
const inFirstUserNamespace = (host: Host): boolean =>
  /^\s*0\s+0\s+4294967295\s*$/.test(host.read('/proc/self/uid_map') ?? '0 0 4294967295')
