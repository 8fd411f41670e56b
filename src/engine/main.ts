// The privileged process: loads the probes, writes samples to stdout, takes commands from stdin. Ends, and with it
// every program in the kernel, when its input ends, when nobody reads its output, on `stop` and on a signal.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'
import { ROOT } from '../paths.ts'
import { clockOf } from '../source/clock.ts'
import { goFirst } from '../source/priority.ts'
import { cry } from '../source/say.ts'
import { settleLater } from '../source/settled.ts'
import { decodeCommand } from '../stream/commands.ts'
import { createEncoder, PIPED_KEY_EVERY } from '../stream/delta.ts'
import { MOST_SCRIPTS, type ScriptPlan } from '../stream/script.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import { SCHEMA } from '../stream/stream-types.ts'
import { isOwnProbe, PROBES, type DescribedId, type OwnProbeId } from '../stream/probe-ids.ts'
import { specOfScript } from '../model/scripts/spec.ts'
import { createHookNames } from './bpftrace/hook-names.ts'
import { deferred } from './deferred.ts'
import { startDescribed } from './described.ts'
import { readLines } from './input.ts'
import { createLoop } from './loop.ts'
import { ratesOf } from './events.ts'
import { engineOptions } from './options.ts'
import type { EngineOptions } from './options.ts'
import { exitNow } from './native/exit.ts'
import { groupPlace } from './native/selection.ts'
import { holdStatistics } from './native/work.ts'
import { createDispatch } from './native/dispatch.ts'
import { openOutput } from './output.ts'
import type { ProbeContext, StartProbe } from './base/probe.ts'
import { REGISTRY } from './own-probes.ts'
import { DESCRIBED, IN_KERNEL, SPECS, STACKS } from './probes/registry.ts'
import { hostReader, machine } from './proc/host-facts.ts'
import { processReader, startedMsOf } from './proc/selected-process.ts'
import { explain } from './reasons.ts'
import { createBudget } from './bpftrace/script-budget.ts'
import { createRights } from './script-rights.ts'
import { supervise } from './supervise.ts'

/** bpftrace may take a moment to let go of its tracepoints; the kernel removes the rest at once. A moment later the
 * keeper would end us by force. */
const LAST_WORDS_MS = 1700

/** Objects are loaded by as many threads: more than there are CPUs are not sooner, and each needs memory meanwhile. Node makes
 * them when the first is needed. Of what koffi needs for a call in a thread one is kept for the next, and not eight. */
const THREADS = Math.max(2, Math.min(8, availableParallelism()))

const OPTIONS = new Map([STACKS, ...SPECS].map(({ id, options }) => [id, options]))

const run = ({
  intervalMs,
  probes,
  objects,
  scripts,
  fullFirst,
  limitPercent,
  epochMs,
  invoker,
  unsafe,
  scriptBytes,
}: EngineOptions): void => {
  goFirst()
  process.env['UV_THREADPOOL_SIZE'] = String(THREADS)
  koffi.config({ resident_async_pools: 1 })
  settleLater()
  const steadyMs = (): number => performance.now()
  const nowMs = clockOf(epochMs)
  let timer: NodeJS.Timeout | undefined
  let ending = false

  const end = (leave: () => void): void => {
    if (ending) return
    ending = true
    clearTimeout(timer)
    input.stop()
    const over = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))
    void Promise.race([Promise.all([loop.close(), output.drained()]), over]).then(leave)
  }
  const leaveQuietly = (): void => end(() => exitNow(0))

  const output = openOutput(1, leaveQuietly)
  const encode = createEncoder(PIPED_KEY_EVERY)
  const context: ProbeContext = {
    objects,
    scripts,
    intervalMs,
    nowMs,
    log: (level, text) => output.send(encode({ type: 'log', atMs: nowMs(), level, text })),
  }
  const rights = createRights(invoker, scripts)
  const budget = createBudget(scriptBytes)
  const describe = (spec: ProbeSpec): void => output.send(encode({ type: 'probe', atMs: nowMs(), spec }))
  const added = new Set<string>()
  let addScript: (plan: ScriptPlan) => void = () => {}
  const loop = createLoop({
    hello: { schema: SCHEMA, version: version(), ...machine() },
    intervalMs,
    fullFirst,
    on: probes,
    specs: SPECS,
    limitPercent,
    statistics: holdStatistics,
    dispatch: createDispatch(),
    host: hostReader(),
    noteRates: ratesOf(IN_KERNEL),
    follow: { group: groupPlace, startedMs: startedMsOf },
    process: processReader(),
    nowMs,
    wallMs: Date.now,
    steadyMs,
    send: (message) => output.send(encode(message)),
    congested: output.congested,
    probes: (hooks) => {
      const common = { explain, steadyMs, ...hooks }
      addScript = (plan) => {
        const id = plan.id as DescribedId
        if (isOwnProbe(id) || SPECS.some((spec) => spec.id === id) || added.has(id) || added.size >= MOST_SCRIPTS)
          return
        added.add(id)
        const start: StartProbe<DescribedId> = (context) =>
          deferred(async () => {
            await rights.check(plan)
            if (plan.tool !== undefined) {
              const { startTool } = await import('./tools/probe.ts')
              return { start: () => startTool(plan, context, { describe, budget }) }
            }
            const { startScript } = await import('./bpftrace/script/probe.ts')
            return { start: () => startScript(plan, context, { unsafe, budget }) }
          })
        const probe = supervise<DescribedId>({ id, start: () => start(context), ...common })
        loop.add(specOfScript(plan), probe)
      }
      const one = <P extends OwnProbeId>(id: P) =>
        supervise({ id, start: () => REGISTRY[id](context), thins: true, awaited: true, ...common })
      const described = DESCRIBED.map((entry) => {
        const start = startDescribed(entry)
        return supervise<DescribedId>({
          id: entry.spec.id as DescribedId,
          start: () => start(context),
          thins: entry.spec.cheaper !== undefined,
          awaited: entry.spec.kind !== 'bpftrace',
          ...common,
        })
      })
      return [...PROBES.map((id) => one(id)), ...described]
    },
  })

  const hookNames = createHookNames((found) => {
    if (!ending) output.send(encode({ type: 'hooks', atMs: nowMs(), ...found }))
  })
  const onTimer = (): void => {
    const delayMs = loop.step()
    if (!ending) timer = setTimeout(onTimer, delayMs)
  }
  const onLine = (line: string): void => {
    const command = decodeCommand(line, (probe) => OPTIONS.get(probe) ?? [])
    if (command?.cmd === 'stop') leaveQuietly()
    else if (command?.cmd === 'script') addScript(command.plan)
    else if (command) {
      loop.want(command)
      hookNames.want(command.hooks)
      if (timer === undefined) return
      clearTimeout(timer)
      onTimer()
    }
  }
  const input = readLines(0, onLine, leaveQuietly)

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => end(() => process.kill(process.pid, signal)))
  }
  loop.begin()
  // later, so that hello is on its way before probes start
  timer = setTimeout(onTimer, 0)
}

const version = (): string => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version

const crash = (error: unknown): void => {
  cry(`${error instanceof Error ? error.stack : error}\n`)
  exitNow(1)
}

process.title = 'probetop-engine'
process.on('uncaughtException', crash)
try {
  run(engineOptions(process.argv.slice(2)))
} catch (error) {
  cry(`probetop engine: ${error instanceof Error ? error.message : error}\n`)
  process.exit(2)
}
