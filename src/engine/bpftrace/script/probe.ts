// A script as a probe: bpftrace with the user's text, asked for its maps shortly before each reading, so that all tabs
// show one instant; its lines as they come. Ready when it has answered once, as it then is attached; one that is
// attached nowhere is ended, as it would show nothing for ever.
import type { ScriptPlan } from '../../../stream/script.ts'
import type { TablesData } from '../../../stream/tables.ts'
import type { DescribedId } from '../../../stream/stream-types.ts'
import { silenceOf } from '../../../model/scripts/silence.ts'
import { specOfScript } from '../../../model/scripts/spec.ts'
import type { ScriptBudget } from '../../script-budget.ts'
import { ProbeError } from '../../probe.ts'
import type { ProbeContext, RunningProbe } from '../../probe.ts'
import { processWork } from '../work.ts'
import { olderThan, type BpftraceMessage } from '../parse.ts'
import { runBpftrace, type BpftraceRun, type RunOptions } from '../run-bpftrace.ts'
import { createAttached } from './attached.ts'
import { createBlankKeys } from './blank-keys.ts'
import { addedProbes, LAST_MAP, liveMaps, programOf } from './compose.ts'
import { explainScriptEnd } from './ended.ts'
import { createHelperErrors } from './helper-errors.ts'
import { createLines, lineTables } from './output-lines.ts'
import { wordsOf } from './map-frames.ts'
import { createMaps } from './maps.ts'
import { withOwners } from './thread-rows.ts'
import { createVariant } from './variant.ts'

export interface ScriptOptions extends Pick<RunOptions, 'folders' | 'tracefs' | 'startMs'> {
  unsafe: boolean
  /** Without an answer, nor anything else; given by tests. */
  silentMs?: number
  /** Of all scripts; absent: any. */
  budget?: ScriptBudget
}

/** Asked so long before a reading at first, then by how long answers take. */
const LEAD_MS = { first: 60, least: 15 }
const FIRST_ASK_MS = 60
/** Asked again when there is no answer. */
const ASK_AGAIN_MS = 200
/** What is counted from is the second: for the first one bpftrace reads the kernel's symbols, in the middle of it. */
const BASELINE_ANSWERS = 2
/** Of one to which nothing was added: attached when it still is there. */
const BARE_READY_MS = 1000
/** Behind all that it prints an answer may take long, or get lost: what is printed is shown without. */
const BEHIND_MS = 1500
/** Stopped, or stuck. */
const SILENT_MS = 30_000
const LOWEST = [0, 17] as const

export const startScript = (
  plan: ScriptPlan,
  context: ProbeContext,
  options: ScriptOptions,
): RunningProbe<DescribedId> => {
  const { silentMs = SILENT_MS } = options
  const spec = specOfScript(plan)
  const maps = createMaps(plan, spec)
  const lines = createLines(plan)
  const withBlanks = createBlankKeys(plan)
  const hasLive = liveMaps(plan).length > 0
  const helperErrors = createHelperErrors()
  const silence = silenceOf(plan)
  let hasPrinted = false
  const variant = createVariant(plan)
  const how = variant.now
  let attached = createAttached(plan, addedProbes(how.bare))
  let run: BpftraceRun
  let toldMs: number | undefined
  let isAttached = false
  /** It is known what the maps had before the first interval. */
  let hasBaseline = false
  let intervalMs = context.intervalMs
  let lost = 0
  /** When the maps were asked for, when the answer began, and when those did that were had and read last. */
  let askedMs: number | undefined
  let asks = 0
  let saidMs = -Infinity
  let beganMs: number | undefined
  let frameMs: number | undefined
  let readFrameMs: number | undefined
  let leadMs = LEAD_MS.first
  let timer: NodeJS.Timeout | undefined
  let isReadSinceEnd = false
  let answers = 0
  let nothing: ProbeError | undefined
  let closed = false
  /** One before this. */
  let ended = Promise.resolve()

  const ask = (): void => {
    clearTimeout(timer)
    if (closed || how.bare || run.failure()) return
    askedMs ??= performance.now()
    // a signal while it waits for room in the pipe, and bpftrace prints nothing more
    if (!run.isFlooding()) {
      asks++
      run.signal('SIGUSR1')
    }
    timer = setTimeout(ask, Math.max(ASK_AGAIN_MS, intervalMs))
  }
  const askLater = (): void => {
    if (!hasLive || how.bare) return
    clearTimeout(timer)
    timer = setTimeout(ask, Math.max(0, intervalMs - leadMs))
  }

  const onAnswer = (): void => {
    maps.complete()
    // one that was asked twice answers twice
    if (askedMs === undefined) return
    clearTimeout(timer)
    const nowMs = performance.now()
    leadMs = Math.min(intervalMs / 2, Math.max(LEAD_MS.least, (leadMs + 1.5 * (nowMs - askedMs) + 10) / 2))
    frameMs = beganMs ?? nowMs
    askedMs = beganMs = undefined
    asks = 0
    if (!hasBaseline && ++answers >= BASELINE_ANSWERS) onBaseline()
    else if (!hasBaseline) ask()
  }

  /** What the maps had by then is no part of an interval. */
  const onBaseline = (): void => {
    hasBaseline = true
    onAttached()
    maps.read()
    readFrameMs = frameMs
    askLater()
  }

  const onAttached = (): void => {
    if (isAttached) return
    isAttached = true
    run.begun()
    const { attached: some, of, why } = attached.now()
    if (of > 0 && some === 0) {
      nothing = new ProbeError(
        'unsupported',
        `attached 0 of ${of}: ${why}`,
        'use a script for hooks that this machine has',
      )
      run.close()
    }
  }

  const onMessage = (message: BpftraceMessage): void => {
    const nowMs = context.nowMs()
    switch (message.type) {
      case 'attached':
        attached.told(message.probes, !olderThan(run.version() ?? [0, 0], [0, 24]))
        toldMs = performance.now()
        // its handler of the signal is there by now; whether it floods us is seen soon
        timer = setTimeout(ask, FIRST_ASK_MS)
        return
      case 'map':
      case 'stats':
      case 'hist':
        if (message.name === LAST_MAP) return onAnswer()
        if (askedMs !== undefined) beganMs ??= performance.now()
        return void maps.add(message, askedMs !== undefined && isOld())
      case 'print':
      case 'value':
      case 'text':
        hasPrinted = true
        return lines.print(textOf(message), nowMs)
      case 'lost':
        lost += message.events
        return
      case 'helper error':
        helperErrors.add(message, performance.now())
        if (helperErrors.areTooMany()) beginQuietly()
    }
  }

  const onDropped = (line: string): void => {
    saidMs = performance.now()
    asks = 0
    if (!helperErrors.skip(line, saidMs)) return void lost++
    if (helperErrors.areTooMany()) beginQuietly()
  }

  /** Its maps begin anew, and what they had is no part of an interval. */
  const beginQuietly = (): void => {
    if (how.quiet || closed) return
    variant.beQuiet()
    clearTimeout(timer)
    ended = run.close()
    isAttached = hasBaseline = false
    toldMs = askedMs = beganMs = undefined
    answers = asks = 0
    begin()
  }

  const isSqueezed = (): boolean => !olderThan(run.version() ?? [0, 0], [0, 24])
  const isOld = (): boolean => olderThan(run.version() ?? [0, 0], [0, 22])

  const begin = (): void => {
    // one that is quiet does not say what is missing
    if (!how.quiet) attached = createAttached(plan, addedProbes(how.bare))
    run = runBpftrace({
      ...options,
      program: (version) => programOf(plan, version, { ...how, unsafe: options.unsafe }),
      version: plan.version ?? LOWEST,
      isReady: () => false,
      isVital: (line) => !PRINTS.test(line),
      onMessage(message) {
        saidMs = performance.now()
        asks = 0
        onMessage(message)
      },
      onDropped,
      onWord: (line) => attached.word(line),
      explain: (ended) =>
        explainScriptEnd(
          { ...ended, wasReady: isAttached },
          { plan, bpftrace: run.version()?.join('.') ?? '', attached: attached.now },
        ),
      onEnded: (stderr) => {
        if (closed || !variant.afterEnd(stderr, { isOld: isOld(), wasAttached: isAttached })) return false
        begin()
        return true
      },
      log: context.log,
    })
  }
  const leave = options.budget?.enter(() => run.pid())
  begin()

  const isReady = (): boolean => {
    if (isAttached) return true
    if (how.bare ? toldMs !== undefined && performance.now() - toldMs > BARE_READY_MS : isBehind()) onAttached()
    return isAttached
  }

  /** What it prints comes, an answer does not. */
  const isBehind = (): boolean =>
    askedMs !== undefined && saidMs > askedMs && performance.now() - askedMs > Math.max(BEHIND_MS, 2 * intervalMs)

  const hasMaps = (): boolean => {
    if (!hasLive || how.bare) return true
    return hasBaseline && (run.failure() !== undefined || frameMs !== readFrameMs)
  }

  const silent = (): ProbeError | undefined =>
    askedMs === undefined || asks * Math.max(ASK_AGAIN_MS, intervalMs) < silentMs
      ? undefined
      : new ProbeError('failed', `bpftrace has said nothing for ${silentMs / 1000} s`, 'it is started again')

  const notes = (): string[] => {
    const { attached: some, of, why } = attached.now()
    return [
      ...(silence === undefined || hasPrinted ? [] : [silence]),
      ...(some < of ? [`attached ${some} of ${of}: ${why}`] : []),
      ...(how.bare && hasLive
        ? ['its maps come when it ends: bpftrace does not take what would print them before']
        : []),
      ...(hasMaps() ? [] : ['its maps are late: bpftrace has too much else to say']),
      ...helperErrors.notes(),
    ]
  }

  const totals = (): TablesData['totals'] => {
    const { attached: some, of } = attached.now()
    return { attached: some, hooks: of }
  }

  return {
    ready: isReady,
    failure() {
      const failure = nothing ?? run.failure() ?? silent()
      if (!failure) return undefined
      // what it said last is still to be read
      return !isAttached || isReadSinceEnd || failure !== run.failure() ? failure : undefined
    },
    isLate: () => !hasMaps() && !run.failure() && !isBehind(),
    read() {
      const nowMs = context.nowMs()
      const isWhole = hasMaps()
      const said = notes()
      const { tables, hists, notes: full } = isWhole ? maps.read() : NO_MAPS
      const covers = isWhole && hasLive && frameMs !== undefined && readFrameMs !== undefined && frameMs > readFrameMs
      const spanMs = covers ? frameMs! - readFrameMs! : undefined
      isReadSinceEnd = run.failure() !== undefined
      if (isWhole) {
        readFrameMs = frameMs
        askLater()
      }
      const taken = lines.take(nowMs)
      const unread = lost + lines.lost()
      lost = 0
      return {
        data: {
          tables: withOwners(
            { ...(isSqueezed() ? withBlanks(tables) : tables), ...lineTables(spec, taken, nowMs) },
            spec,
          ),
          hists,
          totals: totals(),
          notes: [...said, ...full],
        },
        lost: unread,
        ...(spanMs === undefined ? {} : { intervalMs: Math.round(spanMs * 1000) / 1000 }),
      }
    },
    command(command) {
      if (command.cmd !== 'interval' || command.ms === intervalMs) return
      intervalMs = command.ms
      leadMs = Math.min(leadMs, intervalMs / 2)
      if (isAttached && askedMs === undefined) askLater()
    },
    work: processWork(() => run.pid()),
    async close() {
      closed = true
      clearTimeout(timer)
      await Promise.all([run.close(), ended])
      leave?.()
    },
  }
}

/** As bpftrace would print it. */
const textOf = (message: Extract<BpftraceMessage, { type: 'print' | 'value' | 'text' }>): string => {
  if (message.type === 'value')
    return `${Array.isArray(message.value) ? message.value.map(wordsOf).join(' ') : wordsOf(message.value)}\n`
  return message.type === 'print' && !UNENDED.has(message.by) ? message.text : `${message.text}\n`
}

/** Printed without the end of their line. */
const UNENDED = new Set(['join', 'warnf', 'errorf'])

const NO_MAPS = { tables: {}, hists: {}, notes: [] }

/** What may be dropped when there is too much. */
const PRINTS = /^\{"type": "(?:printf|time|join|cat|value|syscall|helper_error)"/
