// Reader of probes/waits.bpf.c: what all threads wait for, once an interval while somebody looks.
import { CALLS_ON_ADDRESSES, CALLS_ON_FILES, CALLS_ON_SETS, EXPLAINED_CALLS } from '../../../model/waits/classes.ts'
import { explain } from '../../../model/waits/chains.ts'
import type { Waiter } from '../../../model/waits/wait-types.ts'
import type { Target } from '../../../stream/target.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { kernelHasMember } from '../../native/btf.ts'
import { tellCalls } from '../../native/call-bits.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { selectionWriter } from '../../native/selection.ts'
import { cpuMs } from '../../proc/pace.ts'
import { openProcessMemory } from '../../native/process-memory.ts'
import { objectWork } from '../../native/work.ts'
import { threadReader } from './decode.ts'
import type { Threads } from './thread.ts'
import { openHolders } from './holders.ts'
import { mostOften } from './most-often.ts'
import { openSources, type SourcesNow } from './sources.ts'
import { WAITS } from './spec.ts'
import { openOrphans } from './orphans.ts'
import { openPace } from './pace.ts'
import type { Polled } from './polled.ts'
import { openRows } from './rows.ts'
import { openSeen, seenTable } from './seen-rows.ts'
import { openUserStacks } from './user-stacks.ts'
import { isOwnerless, openWaiters } from './waiters.ts'
import { openWakers } from './wakers.ts'

const MOST_CHAINS = 200
/** Of one process for one thing, of all the machine; more would say the same, and hide what else waits. */
const MOST_ALIKE = 3
/** Of threads of all the machine those that rest, where there are so many that a screen would have nothing but them. */
const MOST_RESTING = 50
const MANY = 1000
const MOST_LINKS = 400
const MOST_THINGS = 200
/** Of epoll, that are read in a reading: of threads that have run since the one before. */
const MOST_SETS = 256
/** All that was said of threads is asked for again so often, as it takes as long as ten readings: somebody may have put
 * one that sleeps into another group. */
const RENEW_READINGS = 200

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, WAITS, { maxEntries })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { log } = context
  const { object, absent } = loadDescribed(plan(context))
  const read = threadReader(object)
  const pace = openPace(() => performance.now(), cpuMs)
  const wakers = openWakers(object, absent.includes('sched_waking'))
  const holders = openHolders(object, () => performance.now())
  const memory = openProcessMemory()
  const userStacks = openUserStacks(object.map('framed'), memory, log)
  const { begin } = openSources(memory)
  const waitersOf = openWaiters(holders, wakers, userStacks)
  const seenOf = openSeen()
  const often = mostOften()
  const tablesOf = openRows()
  const adopt = openOrphans()
  // from 6.16 on the kernel notes itself for which lock a thread waits, where it was built so
  const hasNotes = kernelHasMember('task_struct', 'blocker')
  const hooks = ['lock_begins', 'lock_ends'].filter((name) => object.programFds().has(name))
  if (!hasNotes) object.attach(hooks)
  if (!hasNotes)
    log(
      'info',
      absent.includes('contention_begin')
        ? 'waits: this kernel does not tell for which of its own locks threads wait (Linux 5.19 and later do)'
        : 'waits: of locks of the kernel only waits that begin from now on are known (from Linux 6.16 on, all)',
    )

  tellCalls(object, '.data.on_files', CALLS_ON_FILES)
  tellCalls(object, '.data.on_sets', CALLS_ON_SETS)
  tellCalls(object, '.data.explained', EXPLAINED_CALLS)
  tellCalls(object, '.data.on_addresses', CALLS_ON_ADDRESSES)

  const listing = object.map('.data.listing')
  const selections = selectionWriter(object)
  const listingAt = object.layout('listing', ['since', 'polled', 'framed', 'sets', 'selection', 'may_poll', 'began'])
  const pollWords = object.record('listing').place('may_poll').elements
  const listingBytes = Buffer.alloc(listing.valueSize)
  const polledMap = object.map('polled')
  const polledRecord = object.record('polled')
  let target: Target | undefined
  let isCounted = false
  let sinceNs = 0
  let readings = 0
  let lastMs = performance.now()
  let told = new Map<number, Polled>()
  let hasFramed = false

  const tellTarget = (): void => {
    const why = selections.write(listingBytes, listingAt.selection, target, 'all')
    if (why !== undefined) log('error', `waits of nobody: ${why}`)
  }
  tellTarget()

  const readThreads = (full: boolean): Threads => {
    listingBytes.writeBigUInt64LE(full ? 0n : BigInt(Math.max(0, Math.round(sinceNs))), listingAt.since)
    listingBytes.writeBigUInt64LE(told.size > 0 ? 1n : 0n, listingAt.polled)
    listingBytes.writeBigUInt64LE(hasFramed ? 1n : 0n, listingAt.framed)
    listingBytes.writeBigUInt64LE(BigInt(MOST_SETS), listingAt.sets)
    listing.update(Buffer.alloc(4), listingBytes)
    const threads = read(object.iterate('read_waits'))
    // not the time at its end: whoever ran after it was read has to be said the next time
    sinceNs = Number(listing.lookup(Buffer.alloc(4))!.readBigUInt64LE(listingAt.began))
    return threads
  }

  /** For the next reading. */
  const tellPolled = ({ polled, isNew }: SourcesNow): void => {
    if (!isNew) return
    const key = Buffer.alloc(4)
    for (const tid of told.keys())
      if (!polled.has(tid)) {
        key.writeUInt32LE(tid, 0)
        polledMap.delete(key)
      }
    for (const [tid, one] of polled) {
      // of those that stay the kernel's program knows what it said
      if (told.get(tid) === one) continue
      const { fds, address } = one
      const value = Buffer.alloc(polledRecord.size)
      key.writeUInt32LE(tid, 0)
      value.writeBigUInt64LE(BigInt.asUintN(64, BigInt(address)), polledRecord.offset('address'))
      value.writeUInt32LE(fds.length, polledRecord.offset('count'))
      fds.forEach((fd, index) => value.writeInt32LE(fd, polledRecord.offset('fds') + index * 4))
      polledMap.update(key, value)
    }
    told = new Map(polled)
    listingBytes.fill(0, listingAt.may_poll, listingAt.may_poll + pollWords * 8)
    for (const tid of told.keys()) {
      const bit = tid % (pollWords * 64)
      listingBytes[listingAt.may_poll + (bit >>> 3)]! |= 1 << (bit & 7)
    }
  }

  const reading = () => {
    const threads = readThreads(readings % RENEW_READINGS === 0)
    const adopted = adopt(threads)
    // before they run again
    userStacks.take(threads)
    // what is missing is in the next one: a second reading now would say nothing of what ran since the one before
    readings = threads.isIncomplete ? 0 : readings + 1
    holders.search()
    const lost = wakers.read()
    const now = begin(threads, adopted, holders)
    const graph = waitersOf(threads, now.sources, target !== undefined)
    hasFramed = userStacks.ask()
    tellPolled(now)
    const nowMs = performance.now()
    const intervalMs = nowMs - lastMs
    lastMs = nowMs
    const wanted = ({ tid }: Waiter): boolean => target === undefined || threads.byTid.get(tid)!.isSelected
    const isFewer = target === undefined && threads.byTid.size > MANY
    const explained = explain(graph, {
      intervalNs: intervalMs * 1e6,
      self: process.pid,
      wanted,
      mostChains: MOST_CHAINS,
      mostAlike: target === undefined ? MOST_ALIKE : MOST_CHAINS,
      mostResting: isFewer ? MOST_RESTING : MOST_CHAINS,
      mostSteps: MOST_LINKS,
      mostThings: MOST_THINGS,
    })
    wakers.watch(explained.chains.flatMap(({ waiter }) => (isOwnerless(waiter) ? [waiter.tid] : [])))
    const seen = seenOf(graph, wanted)
    const { byTid, clockNs } = threads
    return { ...explained, lost, seen, byTid, clockNs, intervalMs, isFewer }
  }

  // the first reading says what is there; from the second on it is known who has not run
  reading()

  return {
    isLate: () => pace.isEarly(),
    read() {
      const { result, tookMs } = pace.measured(reading)
      const { things, closed, byTid, clockNs, waiting, locked, intervalMs, lost, seen, isFewer } = result
      const intervalNs = intervalMs * 1e6
      const how = [...closed.values()]
      return {
        lost,
        // shares are of the very time that waits were cut to
        intervalMs,
        tables: { ...tablesOf({ ...result, intervalNs, mostly: often(things) }), seen: seenTable(seen) },
        hists: {},
        clockNs,
        totals: {
          threads: byTid.size,
          waiting,
          locked,
          deadlocked: how.filter((each) => each === 'locks').length,
          circled: how.filter((each) => each === 'waits').length,
          everyNs: intervalNs,
          tookNs: tookMs * 1e6,
        },
        ...(isCounted && { tier: { is: 'counted' as const } }),
        ...(isFewer && { notes: [`of threads at rest ${MOST_RESTING} at most are listed; of what is selected, all`] }),
      }
    },
    command(command) {
      if (command.cmd !== 'target') return
      target = command.target
      tellTarget()
      readings = 0
      pace.forget()
      userStacks.clear()
    },
    thin(on) {
      isCounted = on
      wakers.allow(!on)
      // which locks is not told then, where the kernel does not note it itself
      if (hasNotes) return
      if (on) object.detach(hooks)
      else object.attach(hooks)
    },
    work: objectWork(() => [object]),
    close() {
      userStacks.close()
      object.close()
    },
  }
}
