// Tells apart why a kernel probe cannot run, and what the user can do about it, because the kernel and libbpf answer
// most of these cases with the same error number. What is quick is looked at before loading; the kernel's hooks only
// after a failure, as reading its type information takes longer than loading a probe.
import { existsSync, readFileSync } from 'node:fs'
import { absentHooks } from './native/btf.ts'
import { BpfError, libbpfVersion } from './native/libbpf.ts'
import { ProbeError } from './base/probe.ts'

interface Needs {
  /** Compiled object. */
  object: string
  /** Tracepoints that it cannot do without, and iterators as `iter/task`. */
  hooks: readonly string[]
}

/** What the checks look at; given by tests. */
export interface Surroundings {
  exists(path: string): boolean
  libbpf(): string
  /** Those of these hooks that the kernel lacks. */
  absent(hooks: readonly string[]): string[]
  /** Effective capabilities, as in /proc/self/status. */
  capabilities(): bigint
  lockdown(): string
}

/** Starts a probe that has these needs; throws ProbeError where they are not met. */
export const startChecked = <T>(needs: Needs, start: () => T): T => {
  checkNeeds(needs)
  try {
    return start()
  } catch (error) {
    if (error instanceof BpfError) checkHooks(needs)
    throw error
  }
}

/** Before loading. Throws ProbeError when the probe cannot run here. */
export const checkNeeds = ({ object }: Needs, here: Surroundings = thisMachine): void => {
  if (!here.exists(object)) {
    throw unsupported(
      `the compiled probe ${object} is missing`,
      'run `npm start` in the checkout, or install the package again',
    )
  }
  try {
    here.libbpf()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw IS_ABSENT.test(why)
      ? unsupported('libbpf.so.1 is not installed', LIBBPF_HINT)
      : unsupported(`libbpf.so.1 does not load: ${why}`, LOADS_HINT)
  }
  if (!here.exists(BTF)) throw unsupported('this kernel has no type information (BTF)', BTF_HINT)
  if (!mayLoad(here.capabilities())) throw unsupported('no right to load BPF programs', RIGHTS_HINT)
}

/** After loading or attaching failed: throws ProbeError when the kernel lacks a hook. */
export const checkHooks = ({ hooks }: Needs, here: Surroundings = thisMachine): void => {
  const missing = absentIn(hooks, here)
  if (missing.length === 0) return
  const what = missing.length === 1 ? 'the hook' : 'the hooks'
  throw unsupported(
    `this kernel lacks ${what} ${missing.join(', ')}`,
    'use a kernel from 5.15 on with tracepoints (CONFIG_TRACEPOINTS)',
  )
}

/** Any error thrown by a probe, as ProbeError. */
export const explain = (error: unknown, here: Surroundings = thisMachine): ProbeError => {
  if (error instanceof ProbeError) return error
  if (!(error instanceof BpfError)) {
    return new ProbeError('failed', error instanceof Error ? error.message : String(error), 'please report this')
  }
  if (error.errno === EPERM) return refused(error, here)
  if (error.errno === EACCES || error.errno === EINVAL) {
    return unsupported(
      `the kernel does not accept the program (${error.message})`,
      "please report this with the kernel's version",
    )
  }
  if (error.errno === ENOMEM)
    return new ProbeError('failed', `no memory for the probe (${error.message})`, 'free some memory')
  return new ProbeError('failed', error.message, "see the log for libbpf's own words")
}

const EPERM = 1
const ENOMEM = 12
const EACCES = 13
const EINVAL = 22
const BTF = '/sys/kernel/btf/vmlinux'
/** As the dynamic loader says it; anything else is about a library that is there. */
const IS_ABSENT = /cannot open shared object file|No such file/
const LOADS_HINT = 'see whether memory is limited (ulimit -v), or install libbpf again'
const LIBBPF_HINT = 'install libbpf1 (Debian, Ubuntu) or libbpf (Fedora, Arch, openSUSE)'
const BTF_HINT = 'use a kernel built with CONFIG_DEBUG_INFO_BTF, as those of the distributions are'
const RIGHTS_HINT = 'run probetop as root or with sudo'

const CAP_SYS_ADMIN = 21n
const CAP_PERFMON = 38n
const CAP_BPF = 39n

const mayLoad = (capabilities: bigint): boolean => {
  const has = (capability: bigint): boolean => ((capabilities >> capability) & 1n) === 1n
  return has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON))
}

const unsupported = (why: string, hint: string): ProbeError => new ProbeError('unsupported', why, hint)

const refused = (error: BpfError, here: Surroundings): ProbeError => {
  if (!mayLoad(here.capabilities())) return unsupported(`no right to load BPF programs (${error.message})`, RIGHTS_HINT)
  if (here.lockdown().includes('[confidentiality]')) {
    return unsupported(`the kernel is locked down (${error.message})`, 'boot without lockdown=confidentiality')
  }
  return unsupported(
    `the kernel refuses BPF programs (${error.message})`,
    'run outside the container, or give it CAP_BPF and CAP_PERFMON and a seccomp profile that allows bpf()',
  )
}

const absentIn = (hooks: readonly string[], here: Surroundings): string[] => {
  try {
    return here.absent(hooks)
  } catch (error) {
    if (error instanceof BpfError) throw unsupported(error.message, BTF_HINT)
    throw error
  }
}

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}

const thisMachine: Surroundings = {
  exists: existsSync,
  libbpf: libbpfVersion,
  absent: absentHooks,
  capabilities: () => BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(readOr('/proc/self/status', ''))?.[1] ?? '0'}`),
  lockdown: () => readOr('/sys/kernel/security/lockdown', ''),
}
