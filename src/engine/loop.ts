// The engine's loop: hello, then at every tick one host message and one sample of each running probe, all with the
// same atMs. step() does what is due and says when it wants to be called again; the caller owns the timer, so that
// tests run it on a clock of their own. Ticks keep to a steady grid: a late one does not shift those that follow.
import type { Command, Hello, HostFacts, Message, ProbeId, ProbeStatus } from '../stream/types.ts'
import { toMicroseconds } from './supervise.ts'
import type { Supervised } from './supervise.ts'

/** A first tick that comes early. */
export const FIRST_TICK_MS = 50
/** Timers may fire a little early. */
const EARLY_MS = 1

export interface LoopOptions {
  hello: Omit<Hello, 'type' | 'atMs' | 'intervalMs'>
  intervalMs: number
  /** No early first tick. */
  fullFirst?: boolean
  on: readonly ProbeId[]
  /** Makes the supervisor of each probe. */
  probes(loop: { onStatus(probe: ProbeId, status: ProbeStatus): void; commands(): Command[] }): Supervised[]
  host(): Pick<HostFacts, 'uptimeS' | 'load'>
  wallMs(): number
  steadyMs(): number
  send(message: Message): void
  /** True while the reader has not taken what was sent before. */
  congested(): boolean
}

export interface Loop {
  begin(): void
  /** Does what is due; returns the milliseconds until it is to be called again. */
  step(): number
  /** Everything but `stop`, which is the caller's. */
  command(command: Command): void
  close(): Promise<void>
}

export const createLoop = (options: LoopOptions): Loop => {
  const { wallMs, steadyMs } = options
  let closed = false
  const send = (message: Message): void => {
    if (!closed) options.send(message)
  }
  let intervalMs = options.intervalMs
  let detail: Command = { cmd: 'detail', on: false }
  let target: Command = { cmd: 'target' }
  let lastTickMs = 0
  let nextTickMs = 0
  let skipped = 0

  const onStatus = (probe: ProbeId, status: ProbeStatus): void =>
    send({ type: 'status', atMs: wallMs(), probe, status })
  const commands = (): Command[] => [{ cmd: 'interval', ms: intervalMs }, detail, target]
  const probes = options.probes({ onStatus, commands })

  const tick = (nowMs: number): void => {
    // nothing is read while the reader is behind: the next sample then covers the longer interval and nothing is lost
    if (options.congested()) {
      skipped++
      return
    }
    const atMs = wallMs()
    if (skipped > 0) {
      send({ type: 'log', atMs, level: 'warn', text: `the reader was slow: ${skipped + 1} intervals became one` })
      skipped = 0
    }
    send({ type: 'host', atMs, intervalMs: toMicroseconds(nowMs - lastTickMs), ...options.host() })
    lastTickMs = nowMs
    for (const probe of probes) {
      const sample = probe.read(steadyMs(), atMs)
      if (sample) send(sample as Message)
    }
  }

  /** The next point of the grid that is not yet over. */
  const advance = (nowMs: number): void => {
    nextTickMs += intervalMs
    if (nextTickMs <= nowMs) nextTickMs += Math.ceil((nowMs - nextTickMs + EARLY_MS) / intervalMs) * intervalMs
  }

  const turnOn = (on: readonly ProbeId[], nowMs: number): void => {
    for (const probe of probes) {
      if (on.includes(probe.id)) probe.switchOn(nowMs)
      else void probe.switchOff()
    }
  }

  const changeInterval = (ms: number, nowMs: number): void => {
    if (ms === intervalMs) return
    nextTickMs = Math.max(nowMs, nextTickMs - intervalMs + ms)
    intervalMs = ms
  }

  return {
    begin() {
      send({ type: 'hello', ...options.hello, atMs: wallMs(), intervalMs })
      turnOn(options.on, steadyMs())
      lastTickMs = steadyMs()
      nextTickMs = lastTickMs + (options.fullFirst ? intervalMs : Math.min(FIRST_TICK_MS, intervalMs))
    },
    step() {
      const nowMs = steadyMs()
      for (const probe of probes) probe.check(nowMs)
      if (nowMs >= nextTickMs - EARLY_MS) {
        tick(nowMs)
        advance(nowMs)
      }
      const afterMs = steadyMs()
      const due = probes.map((probe) => probe.dueMs(afterMs) ?? Infinity)
      return Math.max(0, Math.min(nextTickMs, ...due) - afterMs)
    },
    command(command) {
      const nowMs = steadyMs()
      if (command.cmd === 'probes') return turnOn(command.on, nowMs)
      if (command.cmd === 'interval') changeInterval(command.ms, nowMs)
      if (command.cmd === 'detail') detail = command
      if (command.cmd === 'target') target = command
      for (const probe of probes) probe.command(command, nowMs)
    },
    async close() {
      closed = true
      await Promise.all(probes.map((probe) => probe.switchOff()))
    },
  }
}
