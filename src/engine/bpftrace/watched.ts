// Starts one program that tells us something line by line, and watches over it: found in fixed folders only, started by
// its arguments and never through a shell's words, a clean environment, floods capped, its end explained. The kernel kills
// it with this process, whatever happens to us and however it is stuck (setpriv --pdeathsig). Nothing here waits:
// start-up goes on in the background, and the loop asks for readiness and failure.
import { spawn, type ChildProcess } from 'node:child_process'
import { goNormally } from '../../source/priority.ts'
import { splitLines } from '../../stream/line-splitter.ts'
import { ProbeError } from '../base/probe.ts'
import { FOLDERS, findProgram } from '../proc/find-program.ts'

export interface Ended {
  exitCode?: number
  signal?: string
  stderr: readonly string[]
  /** It had begun to work. */
  wasReady: boolean
}

interface WatchedProgram {
  /** Its file, and what it is given. */
  command: readonly string[]
  env: Readonly<Record<string, string>>
  /** Written to its input. */
  input?: string
}

interface WatchOptions {
  /** As failures call it. */
  name: string
  /** What is to be done where it cannot be started. */
  hint: string
  /** Asked once; a ProbeError thrown is the failure. */
  program(): Promise<WatchedProgram>
  onLine(line: string): void
  /** A line over the cap, or too long, is not read. */
  onDropped(line: string): void
  /** Read whatever else comes. */
  isVital?(line: string): boolean
  /** A line on its stderr, cut. */
  onWord?(line: string): void
  /** It ended by itself; true: that is taken care of. */
  onEnded?(ended: Ended): boolean
  /** Why it ended. */
  explain(ended: Ended): ProbeError
  /** Where programs are looked for; given by tests. */
  folders?: readonly string[]
  mostLineBytes: number
  /** Lines read in a tenth of a second, the rest of which is dropped; absent: as many as single events may be. */
  mostLines?: number
  startMs?: number
}

export interface Watched {
  ready(): boolean
  /** It is known that it works. */
  begun(): void
  signal(name: NodeJS.Signals): void
  pid(): number | undefined
  /** It says so much that it may be waiting for us to read. */
  isFlooding(): boolean
  failure(): ProbeError | undefined
  /** Resolves when it is gone. */
  close(): Promise<void>
}

const LINES_A_TENTH = 2000
/** Read in a tenth of a second; what the program then finds no room for it counts itself. */
const BYTES_A_TENTH = 1024 * 1024
const START_MS = 20_000
/** More lines in a tenth of a second may fill the pipe; for so long after. */
const FLOOD_LINES = 500
const FLOOD_MS = 300
const PATIENCE_MS = 1500
const KEPT_WORDS = 300

export const watch = (options: WatchOptions): Watched => {
  let child: ChildProcess | undefined
  let failure: ProbeError | undefined
  let ready = false
  let closing = false
  let lateTimer: NodeJS.Timeout | undefined
  const stderr: string[] = []
  let floodMs = -Infinity

  const begin = async (): Promise<void> => {
    const setpriv = needProgram('setpriv', 'install util-linux', options.folders)
    const { command, env, input } = await options.program()
    if (closing) return
    child = spawn(setpriv, ['--pdeathsig', 'KILL', '--', ...command], {
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    const gone = endOf(child)
    // one that could not be started has no streams, and says why
    if (child.pid === undefined) await gone
    else goNormally(child.pid)
    lateTimer = setTimeout(() => {
      failure ??= new ProbeError('failed', `${options.name} does not start`, 'see whether the machine is overloaded')
    }, options.startMs ?? START_MS)
    listen(child)
    child.stdin?.end(input)
    const ended = { ...(await gone), stderr, wasReady: ready }
    clearTimeout(lateTimer)
    if (closing || options.onEnded?.(ended)) return
    failure ??= options.explain(ended)
  }

  const listen = ({ stdout, stderr: errors, stdin }: ChildProcess): void => {
    const mayTake = cap(options.mostLines ?? LINES_A_TENTH, 100)
    const isCalm = cap(FLOOD_LINES, 100)
    const mayRead = cap(BYTES_A_TENTH, 100)
    const lines = splitLines({
      maxBytes: options.mostLineBytes,
      onTooLong: (bytes) => options.onDropped(`a line of ${bytes} bytes`),
      onLine(line) {
        const isWithin = mayTake(performance.now())
        const isVital = options.isVital?.(line)
        if (!isVital && !isCalm(performance.now())) floodMs = performance.now()
        if (isWithin || isVital) options.onLine(line)
        else options.onDropped(line)
      },
    })
    stdout!.on('data', (chunk: Buffer) => {
      if (closing) return
      lines.push(chunk)
      if (mayRead(performance.now(), chunk.length)) return
      floodMs = performance.now()
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
    for (const stream of [stdout!, errors!, stdin]) stream?.on('error', () => {})
  }

  const begun = begin().catch((error: unknown) => {
    failure ??=
      error instanceof ProbeError ? error : new ProbeError('failed', `${options.name}: ${String(error)}`, options.hint)
  })

  return {
    ready: () => ready,
    begun() {
      ready = true
      clearTimeout(lateTimer)
    },
    signal(name) {
      if (child?.exitCode === null && child.signalCode === null) child.kill(name)
    },
    pid: () => child?.pid,
    isFlooding: () => performance.now() - floodMs < FLOOD_MS,
    failure: () => failure,
    async close() {
      closing = true
      clearTimeout(lateTimer)
      child?.kill('SIGINT')
      const force = setTimeout(() => {
        child?.kill('SIGKILL')
        // what it started may keep them open
        child?.stdout?.destroy()
        child?.stderr?.destroy()
      }, PATIENCE_MS)
      await begun
      clearTimeout(force)
    },
  }
}

export const needProgram = (name: string, hint: string, folders: readonly string[] = FOLDERS): string => {
  const path = findProgram(name, folders)
  if (!path) throw new ProbeError('unsupported', `${name} is not installed`, hint)
  return path
}

/** Once its output is read to the end, too. Rejects where it could not be started. */
const endOf = (child: ChildProcess): Promise<Pick<Ended, 'exitCode' | 'signal'>> =>
  new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) }),
    )
  })

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
