// A script as a probe: bpftrace with the user's text, asked for its maps shortly before each reading, so that all tabs
// show one instant; its lines as they come. Ready when it has answered once, as it then is attached; one that is
// attached nowhere, or only where nothing comes of it, is ended, as it would show nothing for ever.
import type { ScriptPlan } from '../../../stream/script.ts'
import type { TablesData } from '../../../stream/tables.ts'
import type { DescribedId } from '../../../stream/probe-ids.ts'
import { printsWholeLines } from '../../../model/scripts/printed-lines.ts'
import { canShow } from '../../../model/scripts/fed.ts'
import { silenceOf } from '../../../model/scripts/empty-scripts.ts'
import { specOfScript } from '../../../model/scripts/spec.ts'
import type { ScriptBudget } from '../script-budget.ts'
import { ProbeError } from '../../base/probe.ts'
import type { ProbeContext, RunningProbe } from '../../base/probe.ts'
import { processWork } from '../work.ts'
import { olderThan, type BpftraceMessage } from '../parse.ts'
import { runBpftrace, type BpftraceRun, type RunOptions } from '../run-bpftrace.ts'
import { createAsking } from './asking.ts'
import { createAttached } from './attached.ts'
import { createBlankKeys } from './blank-keys.ts'
import { addedProbes, LAST_MAP, liveMaps, programOf } from './compose.ts'
import { explainScriptEnd } from './ended.ts'
import { createHelperErrors } from './helper-errors.ts'
import { createLines, lineTables } from './output-lines.ts'
import { wordsOf } from './map-frames.ts'
import { createMaps } from './map-growth.ts'
import { withOwners } from './thread-rows.ts'
import { createVariant } from './variant.ts'

export interface ScriptOptions extends Pick<RunOptions, 'folders' | 'tracefs' | 'startMs'> {
  unsafe: boolean
  /** Without an answer, nor anything else; given by tests. */
  silentMs?: number
  /** Of all scripts; absent: any. */
  budget?: ScriptBudget
}

/** Of one to which nothing was added: attached when it still is there. */
const BARE_READY_MS = 1000
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
  const live = new Set(liveMaps(plan).map(({ name }) => name))
  const hasLive = live.size > 0
  const helperErrors = createHelperErrors()
  const silence = silenceOf(plan)
  const hasWholeLines = printsWholeLines(plan.text)
  let hasPrinted = false
  const variant = createVariant(plan)
  const how = variant.now
  let attached = createAttached(plan, addedProbes(how.bare))
  let run: BpftraceRun
  let toldMs: number | undefined
  let isAttached = false
  let isReadSinceEnd = false
  let nothing: ProbeError | undefined
  let closed = false
  /** One before this. */
  let ended = Promise.resolve()

  const asking = createAsking({
    intervalMs: context.intervalMs,
    isAskedAgain: hasLive,
    silentMs,
    canAsk: () => !closed && !how.bare && !run.failure(),
    ask() {
      // a signal while it waits for room in the pipe, and bpftrace prints nothing more
      if (run.isFlooding()) return false
      run.signal('SIGUSR1')
      return true
    },
  })

  const onAnswer = (): void => {
    maps.complete(asking.isAnswer())
    if (!asking.answered()) return
    onAttached()
    // what the maps had by then is no part of an interval
    maps.read()
  }

  const onAttached = (): void => {
    if (isAttached) return
    isAttached = true
    run.begun()
    endIfNowhere()
  }

  /** What it says of its hooks comes another way than its answers, and may come after them. */
  const endIfNowhere = (): void => {
    const { attached: some, of, why } = attached.now()
    if (isAttached && !nothing && of > 0 && (some === 0 || (some < of && !canShow(plan, attached.isMissing)))) {
      nothing = new ProbeError(
        'unsupported',
        `attached ${some} of ${of}${some > 0 ? ', and without the others nothing is shown' : ''}: ${why}`,
        'use a script for hooks that this machine has',
      )
      run.close()
    }
  }

  const onMessage = (message: BpftraceMessage): void => {
    const nowMs = context.nowMs()
    if (!ANSWERS.has(message.type)) asking.printed()
    switch (message.type) {
      case 'attached':
        attached.told(message.probes, !olderThan(run.version() ?? [0, 0], [0, 24]))
        toldMs = performance.now()
        // its handler of the signal is there by now
        return asking.begin()
      case 'map':
      case 'stats':
      case 'hist': {
        if (message.name === LAST_MAP) return onAnswer()
        if (live.has(message.name)) asking.began()
        return void maps.add(message, asking.isAnswer() && isOld())
      }
      case 'print':
      case 'value':
      case 'text':
        hasPrinted = true
        return lines.print(
          hasWholeLines && message.type === 'print' && message.by === 'printf'
            ? inOneLine(message.text)
            : textOf(message),
          nowMs,
        )
      case 'lost':
        return lines.missed(message.events)
      case 'helper error':
        helperErrors.add(message, performance.now())
        if (helperErrors.areTooMany()) beginQuietly()
    }
  }

  const onDropped = (line: string): void => {
    asking.said()
    if (PRINTS.test(line)) asking.printed()
    else maps.missed()
    if (!helperErrors.skip(line, performance.now())) lines.missed(1)
    if (helperErrors.areTooMany()) beginQuietly()
  }

  /** Its maps begin anew, and what they had is no part of an interval. */
  const beginQuietly = (): void => {
    if (how.quiet || closed) return
    variant.beQuiet()
    asking.reset()
    ended = run.close()
    isAttached = false
    toldMs = undefined
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
        asking.said()
        onMessage(message)
      },
      onDropped,
      onWord(line) {
        attached.word(line)
        endIfNowhere()
      },
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
    if (how.bare ? toldMs !== undefined && performance.now() - toldMs > BARE_READY_MS : asking.isBehind()) onAttached()
    return isAttached
  }

  const hasMaps = (): boolean => {
    if (!hasLive || how.bare) return true
    return asking.hasFrame() || (asking.hasBaseline() && run.failure() !== undefined)
  }

  const silent = (): ProbeError | undefined =>
    asking.isSilent()
      ? new ProbeError('failed', `bpftrace has said nothing for ${silentMs / 1000} s`, 'it is started again')
      : undefined

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
    isLate: () => !hasMaps() && !run.failure() && !asking.isBehind(),
    read() {
      const nowMs = context.nowMs()
      const isWhole = hasMaps()
      const said = notes()
      const { tables, hists, notes: full } = isWhole ? maps.read(how.bare || run.failure() !== undefined) : NO_MAPS
      const spanMs = isWhole ? asking.take() : undefined
      isReadSinceEnd = run.failure() !== undefined
      const taken = lines.take(nowMs)
      const lost = lines.lost()
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
        lost,
        ...(spanMs === undefined ? {} : { intervalMs: Math.round(spanMs * 1000) / 1000 }),
      }
    },
    command(command) {
      if (command.cmd === 'interval') asking.setInterval(command.ms)
    },
    work: processWork(() => run.pid()),
    async close() {
      closed = true
      asking.close()
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

/** A text of several lines is a part of one. */
const inOneLine = (text: string): string => text.replace(/\n(?!$)/g, ' ')

const ANSWERS: ReadonlySet<BpftraceMessage['type']> = new Set(['map', 'stats', 'hist'])

/** Printed without the end of their line. */
const UNENDED = new Set(['join', 'warnf', 'errorf'])

const NO_MAPS = { tables: {}, hists: {}, notes: [] }

/** What may be dropped when there is too much. */
const PRINTS = /^\{"type": "(?:printf|time|join|cat|value|syscall|helper_error)"/
