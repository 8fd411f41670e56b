// Starts one bpftrace and watches over it: the right program, a clean environment, messages parsed, floods capped,
// its end explained. The kernel kills it with this process, whatever happens to us and however it is stuck (setpriv
// --pdeathsig). Nothing here waits:
// start-up goes on in the background, and the loop asks for readiness and failure.
import { existsSync } from 'node:fs'
import type { ResultPromise } from 'execa'
import { goNormally } from '../../source/priority.ts'
import { splitLines } from '../../stream/lines.ts'
import { ProbeError } from '../probe.ts'
import type { ProbeContext } from '../probe.ts'
import { FOLDERS, findProgram } from '../proc/find.ts'
import { createParser, olderThan, parseVersion, STRING_BYTES } from './parse.ts'
import type { BpftraceMessage, Parser, Version } from './parse.ts'
import { explainEnd, INSTALL_MEND } from './reasons.ts'
import type { Ended } from './reasons.ts'

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
  /** Why it ended; absent: in the words of reasons.ts. */
  explain?(ended: Ended): ProbeError
  log: ProbeContext['log']
  /** Where programs are looked for; given by tests. */
  folders?: readonly string[]
  /** Where tracefs shows its events; given by tests. */
  tracefs?: readonly string[]
  startMs?: number
}

export interface BpftraceRun {
  ready(): boolean
  /** Undefined until it was asked. */
  version(): Version | undefined
  signal(name: 'SIGUSR1'): void
  /** It is known that it is attached, by other means than `isReady`. */
  begun(): void
  pid(): number | undefined
  failure(): ProbeError | undefined
  /** Resolves when it is gone. */
  close(): Promise<void>
}

/** Lines parsed in a tenth of a second; the rest of that tenth is dropped and counted. */
const LINES_A_TENTH = 2000
/** Read in a tenth of a second; what bpftrace then finds no room for it counts itself. */
const BYTES_A_TENTH = 1024 * 1024
const MOST_LINE_BYTES = 4 * 1024 * 1024
const START_MS = 20_000
const PATIENCE_MS = 1500
const KEPT_WORDS = 300
const TRACEFS = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events']
/** For systems that have not mounted it: seen by this bpftrace only. A constant; all else is passed as arguments. */
const WITH_TRACEFS = 'mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"'

export const runBpftrace = (options: RunOptions): BpftraceRun => {
  let child: ResultPromise | undefined
  let failure: ProbeError | undefined
  let ready = false
  let closing = false
  let known: Version | undefined
  let lateTimer: NodeJS.Timeout | undefined
  const stderr: string[] = []

  const begin = async (): Promise<void> => {
    const { execa } = await import('execa')
    const setpriv = need('setpriv', 'install util-linux', options.folders)
    const bpftrace = need('bpftrace', INSTALL_MEND, options.folders)
    const version = await checkVersion(execa, bpftrace, options.version)
    if (closing) return
    known = version
    const { args, input, env } = options.program(version)
    child = execa(setpriv, ['--pdeathsig', 'KILL', '--', ...namespaced(options), bpftrace, '-f', 'json', ...args], {
      env: { ...environment(version), ...env },
      extendEnv: false,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      buffer: false,
      reject: false,
      cleanup: false,
      detached: true,
    })
    if (child.pid !== undefined) goNormally(child.pid)
    lateTimer = setTimeout(() => {
      failure ??= new ProbeError('failed', 'bpftrace does not start', 'see whether the machine is overloaded')
    }, options.startMs ?? START_MS)
    listen(child, createParser(version), version)
    const { exitCode, signal } = (await child) as { exitCode?: number; signal?: string }
    clearTimeout(lateTimer)
    if (closing || options.onEnded?.(stderr)) return
    if (!options.explain) for (const line of stderr.slice(-5)) options.log('warn', `bpftrace: ${line}`)
    failure ??= (options.explain ?? explainEnd)({ exitCode, signal, stderr, wasReady: ready })
  }

  const setReady = (): void => {
    ready = true
    clearTimeout(lateTimer)
  }

  const listen = ({ stdout, stderr: errors }: ResultPromise, parser: Parser, version: Version): void => {
    const tellsWhenAttached = !olderThan(version, [0, 24])
    const mayParse = cap(LINES_A_TENTH, 100)
    const mayRead = cap(BYTES_A_TENTH, 100)
    const isReady =
      options.isReady ?? ((message: BpftraceMessage) => message.type === (tellsWhenAttached ? 'attached' : 'print'))
    const lines = splitLines({
      maxBytes: MOST_LINE_BYTES,
      onTooLong: (bytes) => options.onDropped(`a line of ${bytes} bytes`),
      onLine(line) {
        if (!mayParse(performance.now()) && !options.isVital?.(line)) {
          parser.skip(line)
          return options.onDropped(line)
        }
        const message = parser.parse(line)
        if (!message) return
        if (!ready && isReady(message)) setReady()
        options.onMessage(message)
      },
    })
    stdout!.on('data', (chunk: Buffer) => {
      if (closing) return
      lines.push(chunk)
      if (mayRead(performance.now(), chunk.length)) return
      stdout!.pause()
      setTimeout(() => stdout!.resume(), 100)
    })
    const errorLines = splitLines({
      maxBytes: 64 * 1024,
      onLine(line) {
        stderr.push(line.slice(0, 500))
        if (stderr.length > KEPT_WORDS) stderr.shift()
        options.onWord?.(line.slice(0, 500))
      },
    })
    errors!.on('data', (chunk: Buffer) => errorLines.push(chunk))
    errors!.on('end', () => errorLines.end())
    // a reader that is gone shows as the end of the process
    for (const stream of [stdout!, errors!, child!.stdin]) stream?.on('error', () => {})
  }

  const begun = begin().catch((error: unknown) => {
    failure ??=
      error instanceof ProbeError ? error : new ProbeError('failed', `bpftrace: ${String(error)}`, INSTALL_MEND)
  })

  return {
    ready: () => ready,
    version: () => known,
    signal(name) {
      if (child?.exitCode === null && child.signalCode === null) child.kill(name)
    },
    begun: setReady,
    pid: () => child?.pid,
    failure: () => failure,
    async close() {
      closing = true
      clearTimeout(lateTimer)
      child?.kill('SIGINT')
      const force = setTimeout(() => {
        child?.kill('SIGKILL')
        // what a script started may keep them open
        child?.stdout?.destroy()
        child?.stderr?.destroy()
      }, PATIENCE_MS)
      await begun
      clearTimeout(force)
    },
  }
}

/** True for at most `most` in each window. */
const cap = (most: number, windowMs: number): ((nowMs: number, times?: number) => boolean) => {
  let windowStartMs = -Infinity
  let seen = 0
  return (nowMs, times = 1) => {
    if (nowMs - windowStartMs >= windowMs) {
      windowStartMs = nowMs
      seen = 0
    }
    seen += times
    return seen <= most
  }
}

const need = (name: string, mend: string, folders: readonly string[] = FOLDERS): string => {
  const path = findProgram(name, folders)
  if (!path) throw new ProbeError('unsupported', `${name} is not installed`, mend)
  return path
}

const checkVersion = async (
  execa: typeof import('execa').execa,
  bpftrace: string,
  lowest: Version,
): Promise<Version> => {
  const { stdout } = await execa(bpftrace, ['--version'], {
    env: environment(undefined),
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: 10_000,
    cleanup: false,
    maxBuffer: 10_000,
  })
  const version = parseVersion(String(stdout))
  if (!version) throw new ProbeError('failed', `${bpftrace} --version says nothing of use`, INSTALL_MEND)
  if (olderThan(version, lowest)) {
    throw new ProbeError(
      'unsupported',
      `bpftrace ${version.join('.')} is too old`,
      `install bpftrace ${lowest.join('.')} or later`,
    )
  }
  return version
}

/** Nothing of ours: neither BPFTRACE_* nor LD_* nor a PATH. Before 0.23 the buffer is one for each CPU. */
const environment = (version: Version | undefined): Record<string, string> => ({
  PATH: FOLDERS.join(':'),
  LC_ALL: 'C',
  BPFTRACE_STRLEN: String(STRING_BYTES),
  ...(version && !olderThan(version, [0, 23]) && { BPFTRACE_PERF_RB_PAGES: '1024' }),
})

const namespaced = ({ folders, tracefs = TRACEFS }: RunOptions): string[] =>
  tracefs.some((path) => existsSync(path))
    ? []
    : [need('unshare', 'install util-linux', folders), '--mount', '--', '/bin/sh', '-c', WITH_TRACEFS, 'sh']
