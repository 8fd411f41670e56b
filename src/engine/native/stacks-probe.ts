// Reader of probes/stacks.bpf.c: which stacks the selected threads left their CPUs with, ran in, or are in now. The
// kernel's notes are taken several times an interval, so that names are looked up while the process is still there.
import type { Stack, StackOptions, StackRefs, StacksData, ThreadStack } from '../../stream/stack-types.ts'
import type { Target } from '../../stream/target.ts'
import type { ProbeCommand, StartProbe } from '../base/probe.ts'
import { unfitForSwitch } from './btf.ts'
import { missedRuns } from './missed.ts'
import { onlineCpus, openTimers } from './perf-events.ts'
import { commAt, difference, sumPerCpu, u64, words } from './per-cpu.ts'
import { blockingCalls } from './blocked-in.ts'
import { openNotedStacks } from './noted-stacks.ts'
import { blockedAt, callsIn, frameTable, merged } from './stack-rows.ts'
import { loadStacks } from './stacks-object.ts'
import { addressesAt, idAt } from './stack-store.ts'
import { stacksConfig } from './stacks-config.ts'
import { openInstants, type Instants } from './stacks-instants.ts'
import { stacksLayout } from './stacks-layout.ts'
import { objectWork } from './work.ts'

const EARLY_MS = 100
/** Kernel functions through which an interrupt comes: whoever ran was only in its way. */
const INTERRUPT = /^(asm_)?(sysvec_|common_interrupt|exc_nmi)|^(__)?irq_exit|^el[01]h?t?_(64_)?(irq|interrupt|fiq)/
const INTERRUPT_ENTRY = /^asm_|^el[01]/

const UNTOLD: StackOptions = { mode: 'offcpu', thresholdNs: 1e6, wakers: false }

export const startStacks: StartProbe<'stacks'> = (context) => {
  const { log } = context
  const { object, canUnwind } = loadStacks(context)
  const layout = stacksLayout(object)
  const { key: keyAt, sum: sumAt, now: nowAt, kernelThread, letters } = layout
  const { nameOf } = blockingCalls(object)
  const hasCall = callsIn(layout.states)
  const config = stacksConfig(object)
  const noted = openNotedStacks(object, canUnwind, log)
  const { store, symbols } = noted
  const halves = { even: object.map('even'), odd: object.map('odd') }
  const totals = object.map('totals')
  const key = Buffer.alloc(4)
  const one = new Float64Array(1)
  const changes = { lost: difference(), othersNs: difference(), others: difference() }
  const missed = missedRuns(object)
  let wanted = UNTOLD
  let target: Target | undefined
  let timers: (() => void)[] = []
  let timed = ''
  let started = false
  /** Hooks cost too much. */
  let isThin = false
  let instants: Instants | undefined
  let readMs = performance.now()
  const onSwitch = unfitForSwitch() === 'switch_plain' ? 'switch_state' : 'switch_plain'
  const look = (): Buffer => Buffer.from(object.iterate('read_now'))

  const early = setInterval(noted.take, EARLY_MS)
  early.unref()

  const readTotal = (name: keyof typeof changes): number =>
    changes[name](sumPerCpu(words(totals.lookup(key)!), totals.valueSize, layout.totals[name], one)[0]!)

  /** Drops what was noted: under other settings, or before there was anybody to read it. */
  const forget = (): void => {
    halves.even.drain()
    halves.odd.drain()
    readTotal('lost')
    readTotal('others')
    readTotal('othersNs')
    missed()
  }

  const time = (): void => {
    for (const end of timers.splice(0)) end()
    timed = onlineCpus()
    timers = openTimers(layout.hz).map((fd) => object.attachTo('sample', fd))
  }

  const apply = (): void => {
    const { thresholdNs, wakers } = wanted
    const followed = !isThin || wanted.mode === 'oncpu'
    const mode = followed ? wanted.mode : 'now'
    instants?.close()
    instants = isThin && wanted.mode === 'offcpu' ? openInstants(look) : undefined
    if (followed) object.attach([onSwitch])
    else object.detach([onSwitch, 'waking'])
    const sampling = mode === 'oncpu'
    if (!sampling) for (const end of timers.splice(0)) end()
    const users = followed && target !== undefined
    const why = config.change({ target, mode, thresholdNs, wakers, users, unwind: users && canUnwind })
    if (why !== undefined) log('error', `stacks of nobody: ${why}`)
    object.map('threads').drain()
    noted.clear()
    if (wakers && followed) object.attach(['waking'])
    if (sampling && timers.length === 0) time()
    forget()
  }

  const frames = frameTable()

  const refs = (user: number, kernel: number, state: number): StackRefs => {
    const stack = user === 0 ? undefined : store.get(user)
    const kernelAddresses = store.get(kernel)?.addresses
    const isLost = (id: number): boolean => id === layout.lostId || (id !== 0 && !store.get(id))
    const found = stack?.pid ? symbols.user(stack.pid, stack.addresses, stack.how) : undefined
    const cut =
      isLost(user) || isLost(kernel)
        ? 'lost'
        : stack?.addresses.length === layout.depth
          ? 'too deep'
          : user === 0 && !(state & kernelThread)
            ? 'no user stack'
            : found?.cut
    return {
      user: (found?.frames ?? []).map(frames.index),
      kernel: (kernelAddresses ? symbols.kernel(kernelAddresses) : []).map(frames.index),
      ...(cut && { cut }),
    }
  }

  const stacksIn = ({ count, keys, values }: { count: number; keys: Buffer; values: Buffer }): Stack[] => {
    const keyView = words(keys)
    const view = words(values)
    const stacks = Array.from({ length: count }, (_, i): Stack => {
      const at = i * keyAt.size
      const word = (offset: number): number => keyView[(at + offset) >>> 2]!
      const id = (offset: number): number => idAt(keyView, (at + offset) >>> 2)
      const state = word(keyAt.state)
      const sum = i * sumAt.size
      return {
        pid: word(keyAt.pid),
        comm: commAt(keys, at + keyAt.comm),
        state: letters[state & ~kernelThread]!,
        ns: u64(view, sum + sumAt.ns),
        count: u64(view, sum + sumAt.count),
        ...((state & ~kernelThread) !== layout.states.running && { maxNs: u64(view, sum + sumAt.maxNs) }),
        ...refs(id(keyAt.user), id(keyAt.kernel), state),
        ...(word(keyAt.woken) !== 0 && {
          waker: waker(
            word(keyAt.wakerPid),
            commAt(keys, at + keyAt.wakerComm),
            id(keyAt.wakerUser),
            id(keyAt.wakerKernel),
          ),
        }),
      }
    })
    return merged(stacks)
  }

  const waker = (pid: number, comm: string, user: number, kernel: number): NonNullable<Stack['waker']> => {
    const found = refs(user, kernel, user === 0 ? kernelThread : 0)
    const names = found.kernel.map((index) => frames.at(index).name)
    if (pid !== 0 && !names.some((name) => INTERRUPT.test(name))) return { pid, comm, ...found }
    // what lies below was interrupted
    const entry = names.findIndex((name) => INTERRUPT_ENTRY.test(name))
    return { pid: 0, comm: 'interrupt', user: [], kernel: entry < 0 ? found.kernel : found.kernel.slice(0, entry + 1) }
  }

  const threadsIn = (records: Buffer): ThreadStack[] => {
    const view = words(records)
    return Array.from({ length: records.length / nowAt.size }, (_, i) => {
      const at = i * nowAt.size
      const word = (offset: number): number => view[(at + offset) >>> 2]!
      const state = word(nowAt.state)
      const forNs = u64(view, at + nowAt.forNs)
      const call = word(nowAt.call)
      const user = refs(idAt(view, (at + nowAt.user) >>> 2), 0, state)
      const kernel = symbols.kernel(addressesAt(view, (at + nowAt.addresses) >>> 2, word(nowAt.depth)))
      return {
        pid: word(nowAt.pid),
        tid: word(nowAt.tid),
        comm: commAt(records, at + nowAt.comm),
        state: letters[state & ~kernelThread]!,
        ...(forNs > 0 && { forNs }),
        ...(call !== 0 && hasCall(state & ~kernelThread) && { call: nameOf(call) }),
        ...user,
        kernel: kernel.map(frames.index),
      }
    })
  }

  const read = () => {
    if (timers.length > 0 && timed !== onlineCpus()) time()
    noted.take() // of processes that are gone, before what is not needed of them is let go
    symbols.renew()
    frames.clear()
    const half = halves[config.next()]
    const records = wanted.mode === 'now' ? look() : undefined
    const looks = instants?.take() ?? []
    const nowMs = performance.now()
    const lastedNs = (nowMs - readMs) * 1e6
    readMs = nowMs
    // emptied after the numbers were raised: whatever refers to a stack was noted after it
    const sums = half.drain()
    noted.take()
    const data: StacksData = {
      mode: wanted.mode,
      ...(target && { of: target }),
      frames: frames.list,
      stacks:
        wanted.mode === 'now'
          ? []
          : looks.length > 0
            ? merged(looks.flatMap((records) => blockedAt(threadsIn(records), lastedNs / looks.length)))
            : stacksIn(sums),
      ...(records && { threads: threadsIn(records) }),
      thresholdNs: wanted.thresholdNs,
      ...(wanted.mode === 'oncpu' && { hz: layout.hz }),
    }
    const others = { ns: readTotal('othersNs'), count: readTotal('others') }
    if (others.count > 0) data.others = others
    const tier = looks.length > 0 ? { is: 'sampled' as const, windows: looks.length } : undefined
    return { data, lost: readTotal('lost') + missed(), ...(tier && { tier }) }
  }

  const start = (): void => {
    started = true
    if (symbols.hidden())
      log('warn', 'kernel functions have no names: kptr_restrict hides their addresses (sysctl kernel.kptr_restrict=1)')
    forget()
  }

  const close = (): void => {
    clearInterval(early)
    instants?.close()
    symbols.close()
    object.close()
  }

  try {
    apply()
  } catch (error) {
    close()
    throw error
  }
  return {
    read,
    thin(level) {
      isThin = level > 0
      apply()
      readMs = performance.now()
    },
    work: objectWork(() => [object]),
    ready() {
      if (!started && symbols.ready()) start()
      return started
    },
    command(command: ProbeCommand) {
      if (command.cmd === 'target') target = command.target
      else if (command.cmd === 'options') wanted = { ...UNTOLD, ...command.options }
      else return
      apply()
    },
    close,
  }
}
