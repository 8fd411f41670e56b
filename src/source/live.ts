// The live source: an engine process on this machine. Notices when it dies or falls silent, says so at once, starts
// it again after a while and tells it again what was wanted.
import { execa } from 'execa'
import type { ResultPromise } from 'execa'
import { oomKills } from './memory.ts'
import { createDecoder, encode } from '../stream/codec.ts'
import { splitLines } from '../stream/line-splitter.ts'
import type { Command, Message, ProbeStatus, Source } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { EPOCH_MS, streamMs } from './clock.ts'
import { ARE_YOU_THERE, endedCode, engineCommand, keeperCommand, START } from './keeper.ts'
import { whyEnded } from './why-ended.ts'
import { createRestarts } from './restarts.ts'
import { firstOfSession } from './session.ts'
import { watchSilence } from './silence-watch.ts'

interface LiveOptions {
  /** Path of sudo when we have no rights ourselves. */
  sudo?: string
  intervalMs: number
  probes: readonly ProbeId[]
  /** The first interval as long as the others. */
  fullFirst?: boolean
  /** The most that the probes may take of all CPUs; 0 or absent: any. */
  maxOverheadPercent?: number
  /** Who has the screen, where root gives it away. */
  invoker?: string
  /** Scripts may call what bpftrace calls unsafe. */
  unsafe?: boolean
  /** MB that scripts may take together; 0 or absent: any. */
  scriptMb?: number
  /** Program and first arguments of the engine; given by tests. */
  engine?: readonly string[]
}

/** The keeper takes up to two seconds to end an engine by force. */
const STOP_MS = 2300
/** Beyond the interval; and until the first message, in which a slow machine loads node and the probes. */
const SILENCE_MS = 2000
const FIRST_SILENCE_MS = 15_000
const KEPT_LINES = 20
/** Of a pipe no more is read at once: who gets less has all that was there. */
const MOST_READ_BYTES = 65_536
/** Of commands, until the engine says something again: a small part of what a pipe holds, so that the keeper, which
 * writes into one, never waits for an engine that does not read. What was not sent is sent when it speaks. */
const UNHEARD_BYTES = 4 * 1024
/** What it printed last comes another way than the word of its end. */
const LAST_WORDS_MS = 30
/** What the keeper's shell says of a killed engine; the keeper says it better. */
const SHELLS_WORD = 'Killed'
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const KEEPER_GONE = { why: 'what starts the engine was killed', hint: 'quit and start probetop again' }

export const liveSource = (options: LiveOptions): Source => {
  let wanted: (Command & { cmd: 'want' }) | undefined
  const scripts = new Map<string, Command>()
  /** Told one by one, each when the engine has said something: together they are more than a pipe holds. */
  let untoldScripts: Command[] = []
  const statuses = new Map<ProbeId, ProbeStatus>()
  const restarts = createRestarts()
  const stderr: string[] = []
  const startedAs = process.geteuid?.()
  /** An engine is always started as at first, and told what is wanted now. */
  const intervalMs = (): number => wanted?.intervalMs ?? options.intervalMs
  const probes = (): readonly ProbeId[] => (wanted?.probes ? (Object.keys(wanted.probes) as ProbeId[]) : options.probes)
  let onMessage: (message: Message) => void = () => {}
  let onDrained: () => void = () => {}
  let keeper: ResultPromise | undefined
  let engineRuns = false
  let greeted = false
  let stopping = false
  let unheardBytes = 0
  let untold = false
  let killsBefore = 0
  /** Of the last sample, and whether the engine has ended since. */
  let measuredMs: number | undefined
  let isBack = false
  let restartTimer: NodeJS.Timeout | undefined

  const tell = (message: Message): void => {
    if (!stopping) onMessage(message)
  }

  const startKeeper = (): void => {
    const [file, ...args] = keeperCommand(
      [
        ...(options.engine ?? engineCommand()),
        '--interval',
        String(options.intervalMs),
        '--probes',
        options.probes.join(','),
        '--epoch',
        String(EPOCH_MS),
        ...(options.fullFirst ? ['--full-first'] : []),
        ...(options.invoker === undefined ? [] : ['--invoker', options.invoker]),
        ...(options.unsafe ? ['--unsafe'] : []),
        ...(options.scriptMb ? ['--script-memory', String(options.scriptMb)] : []),
        ...(options.maxOverheadPercent ? ['--max-overhead', String(options.maxOverheadPercent)] : []),
      ],
      options.sudo,
      firstOfSession(),
    )
    const child = execa(file, args, {
      env: { PATH, LANG: 'C.UTF-8' },
      extendEnv: false,
      // ours may have been removed, and keeps a file system busy
      cwd: '/',
      // a group of its own, to be killed as one; but sudo knows a password only on its terminal
      detached: options.sudo === undefined,
      stdin: 'pipe',
      buffer: false,
      reject: false,
      cleanup: false,
    })
    keeper = child
    for (const stream of [child.stdin!, child.stdout!, child.stderr!]) stream.on('error', () => {})
    const decoder = createDecoder(onEngineMessage, { nowMs: streamMs, takeLine, trusted: true })
    child.stdout!.on('data', (chunk: Buffer) => {
      decoder.push(chunk)
      if (chunk.length < MOST_READ_BYTES) onDrained()
    })
    const words = splitLines({ onLine: onWord, maxBytes: 64 * 1024 })
    child.stderr!.on('data', (chunk: Buffer) => words.push(chunk))
    void child.then(({ exitCode }) => {
      words.end()
      if (keeper === child) keeper = undefined
      onEnd(exitCode ?? 1)
    })
  }

  const start = (): void => {
    if (!keeper && !mayStartKeeper()) return interrupt(KEEPER_GONE.why, { is: 'failed', ...KEEPER_GONE })
    if (!keeper) startKeeper()
    engineRuns = true
    killsBefore = oomKills()
    stderr.length = 0
    untold = false
    unheardBytes = 0
    untoldScripts = [...scripts.values()]
    write(START + wantedLine())
    silence.expect(FIRST_SILENCE_MS)
  }

  const write = (text: string): void => {
    unheardBytes += Buffer.byteLength(text)
    keeper?.stdin!.write(text)
  }

  const wantedLine = (): string => (wanted ? encode(wanted) : '')

  const heard = (): void => {
    unheardBytes = 0
    const script = engineRuns ? untoldScripts.shift() : undefined
    if (script) write(encode(script))
    else if (untold) write(wantedLine())
    if (!script) untold = false
  }

  /** Not any more once we have dropped our rights. */
  const mayStartKeeper = (): boolean => process.geteuid?.() === startedAs

  const takeLine = (line: string): boolean => {
    const code = endedCode(line)
    if (code !== undefined) setTimeout(onEnd, LAST_WORDS_MS, code)
    return code !== undefined
  }

  const onEngineMessage = (message: Message): void => {
    if (message.type === 'hello') {
      if (greeted) return
      greeted = true
    }
    heard()
    if (silence.isSilent()) speakAgain()
    if (message.type === 'status') statuses.set(message.probe, message.status)
    if (message.type === 'sample') {
      restarts.worked(performance.now())
      if (isBack) tellLost(message.atMs)
      isBack = false
      measuredMs = message.atMs
    }
    silence.expect(intervalMs() + SILENCE_MS)
    tell(message)
  }

  /** What the engine and libbpf print: kept to explain an end, and told as far as anybody could read it. */
  const onWord = (line: string): void => {
    if (line.trim() === '' || line === SHELLS_WORD) return
    stderr.push(line.slice(0, 300))
    if (stderr.length > KEPT_LINES) stderr.shift()
    if (restarts.mayTell(performance.now()))
      tell({ type: 'log', atMs: streamMs(), level: 'warn', text: line.slice(0, 300) })
  }

  const onEnd = (code: number): void => {
    if (!engineRuns || stopping) return
    engineRuns = false
    isBack = measuredMs !== undefined
    silence.end()
    const { why, hint } = whyEnded(code, stderr, greeted, oomKills() > killsBefore)
    const retryMs = keeper || mayStartKeeper() ? restarts.nextMs(performance.now()) : undefined
    interrupt(why, { is: 'failed', why, hint, ...(retryMs !== undefined && { retryMs }) })
    if (retryMs !== undefined) restartTimer = setTimeout(start, retryMs)
  }

  const tellLost = (atMs: number): void => {
    const text = `the engine is back: ${((atMs - measuredMs!) / 1000).toFixed(1)} s without a figure`
    tell({ type: 'log', atMs, level: 'warn', text })
  }

  /** Nothing is measured from now on. */
  const interrupt = (why: string, status: ProbeStatus): void => {
    const atMs = streamMs()
    tell({ type: 'gap', atMs, why })
    for (const probe of probes()) tell({ type: 'status', atMs, probe, status })
  }

  const silence = watchSilence(() => {
    write(ARE_YOU_THERE)
    const why = 'the engine does not answer'
    interrupt(why, { is: 'failed', why, hint: 'it may be stopped, or the machine overloaded', silent: true })
  })

  const speakAgain = (): void => {
    silence.end()
    for (const [probe, status] of statuses) tell({ type: 'status', atMs: streamMs(), probe, status })
  }

  const sendScript = (command: Command & { cmd: 'script' }): void => {
    scripts.set(command.plan.id, command)
    if (!engineRuns) return
    if (greeted && unheardBytes === 0 && untoldScripts.length === 0) write(encode(command))
    else untoldScripts.push(command)
  }

  return {
    start(listener, drained = onDrained) {
      onMessage = listener
      onDrained = drained
      start()
    },
    send(command) {
      if (command.cmd === 'stop') return
      if (command.cmd === 'script') return sendScript(command)
      const before = intervalMs()
      wanted = command
      if (unheardBytes > UNHEARD_BYTES) untold = true
      else if (engineRuns) write(encode(command))
      if (intervalMs() !== before && engineRuns && greeted) silence.expect(intervalMs() + SILENCE_MS)
    },
    async stop() {
      stopping = true
      clearTimeout(restartTimer)
      silence.end()
      const child = keeper
      if (!child) return
      child.stdin!.end()
      if (await endsWithin(child, STOP_MS)) return
      killGroup(child, options.sudo === undefined)
      await endsWithin(child, STOP_MS / 4)
    },
  }
}

const endsWithin = (child: ResultPromise, ms: number): Promise<boolean> => {
  let timer: NodeJS.Timeout
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)))
  return Promise.race([child.then(() => true), late]).finally(() => clearTimeout(timer))
}

/** As far as we may; what we may not kill ends by itself, as its input is closed. */
const killGroup = (child: ResultPromise, isLeader: boolean): void => {
  try {
    if (isLeader) process.kill(-child.pid!, 'SIGKILL')
    else child.kill('SIGTERM')
  } catch {
    // no right to, or gone
  }
}
