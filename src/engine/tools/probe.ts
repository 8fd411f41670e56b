// A tool of bcc as a probe: the program as it is, told how often to print where it can be told, and read line by line. It
// says nothing of when it has attached: it has once it printed something, or holds hooks of the kernel for a while.
import { specOfScript } from '../../model/scripts/spec.ts'
import { argumentsOf, PACKAGES, secondsOf } from '../../model/tools/tools.ts'
import type { ScriptPlan } from '../../stream/script.ts'
import type { ProbeSpec } from '../../stream/spec.ts'
import type { DescribedId } from '../../stream/probe-ids.ts'
import { processWork } from '../bpftrace/work.ts'
import { ProbeError, type ProbeContext, type RunningProbe } from '../base/probe.ts'
import { FOLDERS } from '../proc/find-program.ts'
import type { ScriptBudget } from '../bpftrace/script-budget.ts'
import { needProgram, watch, type Watched } from '../bpftrace/watched.ts'
import { createAdapter } from './adapter.ts'
import { dataOf } from './data.ts'
import { explainToolEnd } from './ended.ts'
import { findTool, type FoundTool } from './find-tool.ts'
import { isHooked } from './hooked.ts'

export interface ToolOptions {
  /** What its panel has now. */
  describe(spec: ProbeSpec): void
  budget?: ScriptBudget
  /** Given by tests. */
  find?: typeof findTool
  folders?: readonly string[]
  /** So long without a word it is taken for attached, when it holds a hook: of one in C, and of one in Python. */
  silenceMs?: number
  quietMs?: number
  isHooked?: typeof isHooked
  startMs?: number
}

const QUIET = 'it is attached and has printed nothing so far: nothing that it reports has happened'
const SILENCE_MS = { c: 1500, python: 15_000 }
const START_MS = 60_000
const MOST_LINE_BYTES = 64 * 1024
/** Stacks of a whole interval come at once. */
const MOST_LINES_AT_ONCE = 40_000
const MOST_WORDS = 50
/** What a tool prints at once is whole when nothing came for so long. */
const SETTLED_MS = 60
/** Attached for so long, and for two of its own intervals, it is said that nothing came of it. */
const QUIET_MS = 5000
/** By so much of its own interval a tool may be late. */
const PATIENCE = 1.5

export const startTool = (plan: ScriptPlan, context: ProbeContext, options: ToolOptions): RunningProbe<DescribedId> => {
  const found = toolOf(plan, options.find ?? findTool)
  const { tool, path, isPython } = found
  const args = argumentsOf(tool, plan.args, Math.max(1, Math.round(context.intervalMs / 1000)))
  const everyMs = 1000 * (secondsOf(tool, args) ?? 0)
  const adapter = createAdapter(plan, tool.name !== 'profile')
  let described = plan
  let run: Watched
  let startedMs = performance.now()
  let readMs = startedMs
  /** The same on the stream's clock. */
  let takenMs = -Infinity
  /** When what was read last was printed. */
  let printedMs: number | undefined
  /** Ended with their time since they were read last. */
  let runs = 0
  let dropped = 0
  /** Said before it began. */
  const words: string[] = []
  let isReadSinceEnd = false
  let attachedMs: number | undefined
  let hasPrinted = false

  const begin = (): void => {
    startedMs = performance.now()
    run = watch({
      name: tool.name,
      hint: `install ${PACKAGES}`,
      mostLineBytes: MOST_LINE_BYTES,
      startMs: options.startMs ?? START_MS,
      folders: options.folders,
      program: async () => ({
        command: [...buffered(found, options.folders), path, ...args],
        env: { PATH: FOLDERS.join(':'), LC_ALL: 'C', ...(isPython ? { PYTHONUNBUFFERED: '1' } : {}) },
      }),
      mostLines: everyMs > 0 ? MOST_LINES_AT_ONCE : undefined,
      onLine(line) {
        adapter.line(line, context.nowMs())
        if (adapter.hasBegun()) run.begun()
        else if (words.length < MOST_WORDS) words.push(line.slice(0, 500))
      },
      onDropped: () => void dropped++,
      onWord: (line) => void (dropped += lostIn(line)),
      // what prints when its time is over is begun anew
      onEnded: ({ exitCode }) => {
        const isOver = tool.timing.prints === 'at the end' && performance.now() - startedMs > everyMs / 2
        if (exitCode !== 0 || everyMs === 0 || !isOver) return false
        runs++
        begin()
        return true
      },
      explain: (ended) =>
        explainToolEnd(tool.name, {
          ...ended,
          stderr: [...words, ...ended.stderr],
          wasReady: attachedMs !== undefined || ended.wasReady,
        }),
    })
  }
  const leave = options.budget?.enter(() => run.pid(), isPython ? undefined : C_BYTES)
  begin()

  const { quietMs = QUIET_MS } = options
  const silenceMs = options.silenceMs ?? (isPython ? SILENCE_MS.python : SILENCE_MS.c)
  const holds = options.isHooked ?? isHooked
  const isReady = (): boolean => {
    if (run.ready() || (performance.now() - startedMs > silenceMs && hasHook())) attachedMs ??= performance.now()
    return attachedMs !== undefined
  }
  const hasHook = (): boolean => {
    const pid = run.pid()
    return pid !== undefined && holds(pid)
  }

  const announce = (): void => {
    const now = adapter.plan()
    if (now === described) return
    described = now
    options.describe(specOfScript(now))
  }

  const isQuiet = (): boolean => !hasPrinted && performance.now() - (attachedMs ?? Infinity) > quietMs + 2 * everyMs

  const isSettled = (): boolean => context.nowMs() - adapter.lastMs() > SETTLED_MS

  return {
    ready() {
      if (!isReady()) return false
      run.begun()
      return true
    },
    failure() {
      const failure = run.failure()
      // what it printed last is still to be read
      return failure && (attachedMs === undefined || isReadSinceEnd) ? failure : undefined
    },
    isLate: () =>
      everyMs > 0 &&
      !run.failure() &&
      !(adapter.lastMs() > takenMs && isSettled()) &&
      performance.now() - readMs < PATIENCE * everyMs + context.intervalMs,
    read() {
      const nowMs = context.nowMs()
      const failure = run.failure()
      const lastMs = adapter.lastMs()
      takenMs = nowMs
      const taken = adapter.take(isSettled() || failure !== undefined)
      announce()
      const covers = everyMs > 0 && taken.maps.length + (taken.table ? 1 : 0) > 0
      const spanMs = !covers
        ? 0
        : runs > 0 || printedMs === undefined
          ? Math.max(1, runs) * everyMs
          : lastMs - printedMs
      if (covers) printedMs = lastMs
      runs = 0
      readMs = performance.now()
      isReadSinceEnd = failure !== undefined
      const lost = taken.lost + dropped
      dropped = 0
      hasPrinted ||= taken.maps.length + taken.lines.length + (taken.table?.length ?? 0) > 0
      const data = dataOf(adapter.plan(), taken, nowMs)
      return {
        data: isQuiet() ? { ...data, notes: [...(data.notes ?? []), QUIET] } : data,
        lost,
        ...(spanMs > 0 ? { intervalMs: Math.round(spanMs * 1000) / 1000 } : {}),
      }
    },
    work: processWork(() => run.pid(), 'tool'),
    async close() {
      await run.close()
      leave?.()
    },
  }
}

/** `Lost 7 events on CPU #0!`, `Possibly lost 7 samples`. */
const lostIn = (line: string): number => Number(/\blost (\d{1,9}) (?:events|samples)/i.exec(line)?.[1] ?? 0)

/** What one in C takes at most; one in Python has a compiler in it. */
const C_BYTES = 30e6

const toolOf = (plan: ScriptPlan, find: typeof findTool): FoundTool => {
  const found = find(plan.tool!)
  if (!found)
    throw new ProbeError(
      'unsupported',
      `${plan.tool} is not installed`,
      `install it, for instance: apt-get install ${PACKAGES}`,
    )
  if ('problem' in found) throw new ProbeError('unsupported', `${plan.tool} is not run: ${found.problem}`, 'chmod go-w')
  return found
}

/** C programs keep what they print to a pipe. */
const buffered = ({ isPython }: FoundTool, folders: readonly string[] | undefined): string[] =>
  isPython ? [] : [needProgram('stdbuf', 'install coreutils', folders), '-oL']
