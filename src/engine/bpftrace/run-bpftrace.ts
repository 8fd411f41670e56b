// Runs one bpftrace under watch: the right program and version, its messages parsed.
import { existsSync } from 'node:fs'
import { ProbeError } from '../base/probe.ts'
import type { ProbeContext } from '../base/probe.ts'
import { FOLDERS } from '../proc/find-program.ts'
import { askProgram } from './ask-program.ts'
import { needProgram, watch, type Ended, type Watched } from './watched.ts'
import { createParser, olderThan, parseVersion, STRING_BYTES } from './parse.ts'
import type { BpftraceMessage, Parser, Version } from './parse.ts'
import { explainEnd, INSTALL_HINT } from './bpftrace-end.ts'

/** What bpftrace is given. */
export interface Program {
  args: readonly string[]
  /** Written to its input. */
  input?: string
  env?: Readonly<Record<string, string>>
}

export interface RunOptions {
  program(version: Version): Program
  /** Lowest version the script runs on. */
  version: Version
  onMessage(message: BpftraceMessage): void
  /** A line over the cap, not parsed. */
  onDropped(line: string): void
  /** Parsed whatever else comes. */
  isVital?(line: string): boolean
  /** By what it is known that it is attached; absent: by what its version says first. */
  isReady?(message: BpftraceMessage): boolean
  /** A line on its stderr, cut. */
  onWord?(line: string): void
  /** It ended by itself; true: that is taken care of. */
  onEnded?(stderr: readonly string[]): boolean
  /** Why it ended; absent: in the words of bpftrace-end.ts. */
  explain?(ended: Ended): ProbeError
  log: ProbeContext['log']
  /** Where programs are looked for; given by tests. */
  folders?: readonly string[]
  /** Where tracefs shows its events; given by tests. */
  tracefs?: readonly string[]
  startMs?: number
}

export interface BpftraceRun extends Watched {
  /** Undefined until it was asked. */
  version(): Version | undefined
}

const MOST_LINE_BYTES = 4 * 1024 * 1024
const TRACEFS = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events']
/** For systems that have not mounted it: seen by this bpftrace only. A constant; all else is passed as arguments. */
const WITH_TRACEFS = 'mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"'

export const runBpftrace = (options: RunOptions): BpftraceRun => {
  const { folders, startMs, isVital, onWord, onMessage, onDropped, onEnded, log } = options
  let known: Version | undefined
  let parser: Parser | undefined
  let isReady = options.isReady

  const run = watch({
    name: 'bpftrace',
    hint: INSTALL_HINT,
    mostLineBytes: MOST_LINE_BYTES,
    folders,
    startMs,
    isVital,
    onWord,
    async program() {
      const bpftrace = needProgram('bpftrace', INSTALL_HINT, folders)
      const version = (known = await checkVersion(bpftrace, options.version, startMs))
      parser = createParser(version)
      const attachedType = olderThan(version, [0, 24]) ? 'print' : 'attached'
      isReady ??= ({ type }) => type === attachedType
      const { args, input, env } = options.program(version)
      return {
        command: [...namespaced(options), bpftrace, '-f', 'json', ...args],
        env: { ...environment(version), ...env },
        input,
      }
    },
    onLine(line) {
      const message = parser!.parse(line)
      if (!message) return
      if (!run.ready() && isReady!(message)) run.begun()
      onMessage(message)
    },
    onDropped(line) {
      parser!.skip(line)
      onDropped(line)
    },
    onEnded: (ended) => onEnded?.(ended.stderr) ?? false,
    explain(ended) {
      if (options.explain) return options.explain(ended)
      for (const line of ended.stderr.slice(-5)) log('warn', `bpftrace: ${line}`)
      return explainEnd(ended)
    },
  })
  return { ...run, version: () => known }
}

const checkVersion = async (bpftrace: string, lowest: Version, longestMs?: number): Promise<Version> => {
  const said = await askProgram(bpftrace, ['--version'], environment(undefined), { longestMs })
  if (said === undefined)
    throw new ProbeError('failed', `${bpftrace} --version does not answer`, 'see whether the machine is overloaded')
  const version = parseVersion(said)
  if (!version) throw new ProbeError('failed', `${bpftrace} --version says nothing of use`, INSTALL_HINT)
  if (olderThan(version, lowest)) {
    throw new ProbeError(
      'unsupported',
      `bpftrace ${version.join('.')} is too old`,
      `install bpftrace ${lowest.join('.')} or later`,
    )
  }
  return version
}

/** Nothing of ours: neither BPFTRACE_* nor LD_* nor a PATH. What its compiler no longer needs goes back to the kernel at once, a
 * sixth of what it has. Before 0.23 the buffer is one for each CPU. */
export const environment = (version: Version | undefined): Record<string, string> => ({
  PATH: FOLDERS.join(':'),
  LC_ALL: 'C',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  BPFTRACE_STRLEN: String(STRING_BYTES),
  ...(version && !olderThan(version, [0, 23]) && { BPFTRACE_PERF_RB_PAGES: '1024' }),
})

export const namespaced = ({ folders, tracefs = TRACEFS }: Pick<RunOptions, 'folders' | 'tracefs'>): string[] =>
  tracefs.some((path) => existsSync(path))
    ? []
    : [needProgram('unshare', 'install util-linux', folders), '--mount', '--', '/bin/sh', '-c', WITH_TRACEFS, 'sh']
