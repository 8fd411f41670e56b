// Why a bpftrace ended, from its exit and the last words on its stderr. The word ERROR alone means nothing: 0.17
// prints one about RLIMIT_MEMLOCK at every start without CAP_SYS_RESOURCE and works.
import { ProbeError } from '../base/probe.ts'
import type { Ended } from './watched.ts'

export const INSTALL_HINT = 'install bpftrace with the package manager, for instance `apt-get install bpftrace`'
const TRACEFS_HINT = 'mount -t tracefs tracefs /sys/kernel/tracing'

const KNOWN: readonly { says: RegExp; why: string; hint: string }[] = [
  {
    says: /only supports running as the root|Missing CAP_|Operation not permitted/i,
    why: 'no right to run bpftrace',
    hint: 'run probetop as root or with sudo',
  },
  { says: /mount: |available_events|tracefs/i, why: 'tracefs is not mounted', hint: TRACEFS_HINT },
  {
    says: /tracepoint not found|No matches for tracepoint|tracepoint .* not found/i,
    why: 'this kernel lacks a hook the script needs',
    hint: 'use a kernel with tracepoints (CONFIG_TRACEPOINTS)',
  },
  {
    says: /Unknown struct|Struct\/union of type|does not contain a field|BTF/i,
    why: "the script does not fit this kernel's types",
    hint: 'use a kernel with BTF (CONFIG_DEBUG_INFO_BTF)',
  },
]

export const explainEnd = ({ exitCode, signal, stderr, wasReady }: Ended): ProbeError => {
  const words = stderr.filter((line) => line.trim() !== '' && !HARMLESS.test(line))
  if (!wasReady && signal === undefined) {
    const known = KNOWN.find(({ says }) => words.some((line) => says.test(line)))
    if (known) return new ProbeError('unsupported', `${known.why} (${quote(words)})`, known.hint)
  }
  const how = signal === undefined ? `ended with code ${exitCode ?? '?'}` : `was killed by ${signal}`
  const why = words.length === 0 ? `bpftrace ${how}` : `bpftrace ${how}: ${quote(words)}`
  return new ProbeError('failed', why, 'it is started again; see the log if that does not help')
}

const HARMLESS = /RLIMIT_MEMLOCK|^WARNING: |available_filter_functions|^\s*~+\s*$/
const ERROR = /ERROR: (.*)/

/** The first line that says ERROR, else the last one, cut to a title's length. */
const quote = (words: readonly string[]): string => {
  const error = words.map((line) => ERROR.exec(line)?.[1]).find((found) => found !== undefined)
  const line = (error ?? words.at(-1) ?? '').trim()
  return line.length > 160 ? `${line.slice(0, 160)}...` : line
}
