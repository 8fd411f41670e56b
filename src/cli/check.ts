// `probetop --check`: every precondition as ok, warn or fail, with cause and hint. What must hold before anything can
// be measured is in preconditions.ts; here is the rest, and what only the kernel itself can answer.
import { IN_KERNEL } from '../engine/probes/registry.ts'
import type { HookSpec } from '../stream/spec.ts'
import { detectEnvironment } from '../screen/environment.ts'
import { obtainRights, type Rights } from '../source/privileges.ts'
import { thisHost } from './checked-host.ts'
import type { Host } from './checked-host.ts'
import {
  compiledProbes,
  fail,
  hasOtherPids,
  install,
  kernel,
  library,
  lockdown,
  mayProbe,
  ok,
  procfs,
  rights,
  system,
  typeInformation,
  warn,
} from './preconditions.ts'
import type { Check } from './preconditions.ts'

/** What libbpf and the kernel answered; texts of errors where they did not. */
export interface KernelAnswers {
  libbpf: { version: string } | { error: string }
  /** Hook -> is it in this kernel. */
  hooks: ReadonlyMap<string, boolean> | { error: string }
  /** Undefined: not tried for lack of rights. */
  trial: 'loaded' | { error: string } | undefined
}

/** Exit code 0 when it can run live, 4 when not. */
export const runCheck = async (): Promise<{ text: string; exitCode: 0 | 4 }> => {
  const host = thisHost()
  const found = checks(host, await askKernel(host), await askSudo(host))
  return { text: checkText(found), exitCode: found.some(({ level }) => level === 'fail') ? 4 : 0 }
}

/** All of them, in the order to read them in. */
export const checks = (host: Host, answers: KernelAnswers, sudoWord?: Check): Check[] => [
  system(host),
  procfs(host),
  kernel(host),
  sudoWord ?? rights(host),
  typeInformation(host),
  lockdown(host),
  loadedLibrary(host, answers),
  compiledProbes(host),
  hooks(answers),
  ...trial(answers),
  bpftrace(host),
  tracefs(host),
  ...settings(host),
  names(host),
  pidNamespace(host),
  ...terminal(host),
]

export const checkText = (found: readonly Check[]): string => {
  const width = Math.max(...found.map(({ id }) => id.length))
  const indent = ' '.repeat(4 + 2 + width + 2)
  return found
    .map(({ id, level, what, cause, hint }) => {
      const head = `${level.padEnd(4)}  ${id.padEnd(width)}  ${what}${cause === undefined ? '' : `: ${cause}`}`
      return plain(head) + (hint === undefined ? '' : `\n${indent}hint: ${plain(hint)}`)
    })
    .join('\n')
}

/** What the probes say they attach to. Older or newer kernels may lack some. */
const HOOKS: readonly HookSpec[] = IN_KERNEL.flatMap(({ hooks }) => hooks)
/** Those that some probe cannot do without. */
const NEEDED: ReadonlySet<string> = new Set(HOOKS.filter(({ optional }) => !optional).map(({ name }) => name))
/** What the scripts' own words for it say, too; a test compares them. */
const LEAST_BPFTRACE = [0, 17] as const
const LEAST_SIZE = { columns: 60, rows: 16 }

/** What a run would be told, the password asked for as it would be; undefined where there is nothing to ask. */
export const askSudo = async (
  host: Host,
  obtain: (isTerminal: boolean) => Promise<Rights> = obtainRights,
): Promise<Check | undefined> => {
  if (mayProbe(host) || rights(host).level !== 'ok') return undefined
  const answer = await obtain(host.size !== undefined)
  return answer.are === 'none' ? fail('rights', 'not root', answer.why, answer.hint) : undefined
}

// The binding is loaded here and not above, so that only --check pays for it.
const askKernel = async (host: Host): Promise<KernelAnswers> => {
  const unasked = { error: 'libbpf is not there to ask' }
  try {
    const { libbpfVersion } = await import('../engine/native/libbpf.ts')
    const { absentHooks } = await import('../engine/native/btf.ts')
    const { tryToLoad } = await import('../engine/native/trial.ts')
    const version = libbpfVersion()
    return {
      libbpf: { version },
      hooks: attempt(() => {
        const absent = new Set(absentHooks(HOOKS.map(({ name }) => name)))
        return new Map(HOOKS.map(({ name }) => [name, !absent.has(name)] as const))
      }),
      trial: mayProbe(host) ? attempt(() => (tryToLoad(), 'loaded' as const)) : undefined,
    }
  } catch (error) {
    return { libbpf: { error: message(error) }, hooks: unasked, trial: undefined }
  }
}

const attempt = <T>(work: () => T): T | { error: string } => {
  try {
    return work()
  } catch (error) {
    return { error: message(error) }
  }
}

const message = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

const loadedLibrary = (host: Host, { libbpf }: KernelAnswers): Check => {
  if ('version' in libbpf) return ok('libbpf', `libbpf.so.1 ${libbpf.version}`)
  const absent = library(host)
  return absent.level === 'fail'
    ? absent
    : fail('libbpf', 'libbpf.so.1 does not load', libbpf.error, install(host, ['libbpf.so.1']))
}

const hooks = ({ hooks: found }: KernelAnswers): Check => {
  if ('error' in found) return warn('hooks', 'not known', found.error as string, 'fix the above first')
  const absent = [...found].filter(([name, there]) => !there && NEEDED.has(name)).map(([name]) => name)
  return absent.length === 0
    ? ok('hooks', `${[...found.values()].filter(Boolean).length} tracepoints and iterators found`)
    : warn(
        'hooks',
        `not in this kernel: ${absent.join(' ')}`,
        'the panels that want them are unavailable or show less',
        'use a kernel from 5.15 on',
      )
}

const trial = ({ trial: outcome }: KernelAnswers): Check[] => {
  if (outcome === undefined) return []
  if (outcome === 'loaded') return [ok('BPF', 'the kernel takes a trial program')]
  return [
    fail(
      'BPF',
      'the kernel refuses a trial program',
      outcome.error,
      'run it outside the container, or with a seccomp profile that allows bpf()',
    ),
  ]
}

const bpftrace = (host: Host): Check => {
  const cause = 'the panels made of scripts stay empty'
  const hint = install(host, ['bpftrace'])
  if (!host.has('bpftrace')) return warn('bpftrace', 'not installed', cause, hint)
  const version = /v?(\d+)\.(\d+)(\.\d+)?/.exec(host.output('bpftrace', ['--version']) ?? '')
  if (!version) return warn('bpftrace', 'does not tell its version', cause, hint)
  const [text, major, minor] = version
  const older = Number(major) === LEAST_BPFTRACE[0] && Number(minor) < LEAST_BPFTRACE[1]
  return older ? warn('bpftrace', text, `older than ${LEAST_BPFTRACE.join('.')}: ${cause}`, hint) : ok('bpftrace', text)
}

const tracefs = (host: Host): Check => {
  const mounted = / tracefs /.test(host.read('/proc/mounts') ?? '')
  return mounted
    ? ok('tracefs', 'mounted')
    : warn('tracefs', 'not mounted', 'bpftrace needs it', 'mount -t tracefs tracefs /sys/kernel/tracing')
}

/** Settings that matter less than their fame has it; said because people look for them. */
const settings = (host: Host): Check[] => {
  const value = (name: string): string | undefined => host.read(`/proc/sys/kernel/${name}`)?.trim()
  const paranoid = value('perf_event_paranoid')
  const unprivileged = value('unprivileged_bpf_disabled')
  const pointers = value('kptr_restrict')
  return [
    ok(
      'paranoid',
      `perf_event_paranoid ${paranoid ?? 'absent'}, unprivileged_bpf_disabled ${unprivileged ?? 'absent'} (neither binds root)`,
    ),
    pointers === '2'
      ? warn('kptr_restrict', pointers, 'kernel stacks show addresses without names', 'sysctl kernel.kptr_restrict=1')
      : ok('kptr_restrict', pointers ?? 'absent'),
  ]
}

/** Of functions in stacks. Many do well without debug files, so that is nothing to warn of. */
const names = (host: Host): Check =>
  ok(
    'names',
    host.exists('/usr/lib/debug/.build-id')
      ? 'debug files in /usr/lib/debug name functions of stripped programs, and inlined ones'
      : 'no debug files in /usr/lib/debug: of stripped programs stacks name exported functions only, others by their address, and nothing inlined',
  )

const pidNamespace = (host: Host): Check =>
  hasOtherPids(host)
    ? warn(
        'pid namespace',
        "a container's",
        "the kernel counts in the machine's process ids, /proc here shows others, and -p is refused",
        'docker run --pid=host ...',
      )
    : ok('pid namespace', "the machine's own")

const terminal = (host: Host): Check[] => {
  const { term, addressable, colours, unicode } = detectEnvironment(host.env)
  const { size } = host
  return [
    addressable
      ? ok('TERM', `${term}, ${colours || 'no'} colours`)
      : warn('TERM', term || 'not set', 'no full screen here; text output instead', 'TERM=xterm-256color probetop'),
    unicode
      ? ok('locale', 'UTF-8')
      : warn(
          'locale',
          host.env['LC_ALL'] || host.env['LC_CTYPE'] || host.env['LANG'] || 'not set',
          'not UTF-8: drawn in ASCII',
          'LC_ALL=C.UTF-8 probetop',
        ),
    !size
      ? ok('size', 'not a terminal: text output')
      : size.columns >= LEAST_SIZE.columns && size.rows >= LEAST_SIZE.rows
        ? ok('size', `${size.columns}x${size.rows}`)
        : warn(
            'size',
            `${size.columns}x${size.rows}`,
            `smaller than ${LEAST_SIZE.columns}x${LEAST_SIZE.rows}`,
            'enlarge the window',
          ),
  ]
}

/** Names from the environment reach a terminal here. */
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
