// Chains, their links and the things that are waited for, as the probe's tables. Of whoever waits on the row is the very one of
// the reading before, which is found out by what may change of it alone: most do not. Pure but for these rows.
import type { Explained } from '../../../model/waits/chains.ts'
import { classOf } from '../../../model/waits/graph.ts'
import { createTable, type RowOf } from '../../../stream/spec.ts'
import type { TablesData } from '../../../stream/tables.ts'
import type { Threads } from './thread.ts'
import { WAITS } from './spec.ts'

const CLOSED = { locks: 2, waits: 1 }

type ChainRow = RowOf<typeof WAITS.tables.chains>
type LinkRow = RowOf<typeof WAITS.tables.links>
type ThingRow = RowOf<typeof WAITS.tables.things>

/** What is said of a reading, and when that was. */
export interface Said extends Pick<Explained, 'chains' | 'steps' | 'things'> {
  /** Who was found holding each thing most often. */
  mostly: readonly string[]
  byTid: Threads['byTid']
  intervalNs: number
  clockNs: number
}

export const openRows = (): ((said: Said) => TablesData['tables']) => {
  const tableOf = {
    chains: createTable(WAITS.tables.chains),
    links: createTable(WAITS.tables.links),
    things: createTable(WAITS.tables.things),
  }
  const kept = { chains: keptRows(sameChain), links: keptRows(sameLink), things: keptRows(sameThing) }
  return (said) => ({
    chains: tableOf.chains(kept.chains(chainsOf(said))),
    links: tableOf.links(kept.links(linksOf(said))),
    things: tableOf.things(kept.things(thingsOf(said))),
  })
}

/** Those of before in the place of those that say the same: they mostly come in the same order. */
const keptRows = <Row>(isSame: (a: Row, b: Row) => boolean) => {
  let before: readonly Row[] = []
  return (rows: readonly Row[]): Row[] => {
    let next = 0
    const now = rows.map((row) => {
      for (let at = next; at < before.length && at < next + LOOK_AHEAD; at++)
        if (isSame(before[at]!, row)) {
          next = at + 1
          return before[at]!
        }
      return row
    })
    before = now
    return now
  }
}

/** Rows by which others may have come or gone between two. */
const LOOK_AHEAD = 64

/** A thread stays in its process. */
const sameChain = (a: ChainRow, b: ChainRow): boolean =>
  a.tid === b.tid &&
  a.sinceNs === b.sinceNs &&
  a.call === b.call &&
  a.thread === b.thread &&
  a.chain === b.chain &&
  a.state === b.state &&
  a.class === b.class &&
  a.heldNs === b.heldNs &&
  a.held === b.held &&
  a.sure === b.sure &&
  a.source === b.source &&
  a.holder === b.holder &&
  a.holderPid === b.holderPid &&
  a.closed === b.closed &&
  a.cpu === b.cpu &&
  a.comm === b.comm

const sameLink = (a: LinkRow, b: LinkRow): boolean =>
  a.tid === b.tid &&
  a.step === b.step &&
  a.whoTid === b.whoTid &&
  a.who === b.who &&
  a.sinceNs === b.sinceNs &&
  a.what === b.what &&
  a.relation === b.relation &&
  a.does === b.does &&
  a.sure === b.sure &&
  a.source === b.source &&
  a.closed === b.closed

const sameThing = (a: ThingRow, b: ThingRow): boolean =>
  a.thing === b.thing &&
  a.kind === b.kind &&
  a.sinceNs === b.sinceNs &&
  a.waiters === b.waiters &&
  a.waitedNs === b.waitedNs &&
  a.waited === b.waited &&
  a.heldNs === b.heldNs &&
  a.held === b.held &&
  a.what === b.what &&
  a.class === b.class &&
  a.holder === b.holder &&
  a.holderPid === b.holderPid &&
  a.mostly === b.mostly &&
  a.holderDoes === b.holderDoes &&
  a.closed === b.closed

/** What is left of a time without that of so many who waited throughout. */
const partOf = (ns: number, throughout: number, intervalNs: number): number =>
  Math.max(0, Math.round(ns - throughout * intervalNs))

const chainsOf = ({ chains, byTid, intervalNs, clockNs }: Said) =>
  chains.map(({ waiter, text, heldNs, closed, holder, holderText }): ChainRow => {
    const held = heldNs > 0 && heldNs >= intervalNs ? 1 : 0
    return {
      pid: waiter.pid,
      tid: waiter.tid,
      comm: byTid.get(waiter.pid)?.comm ?? waiter.comm,
      thread: waiter.comm,
      state: waiter.state,
      class: classOf(waiter),
      call: waiter.call,
      sinceNs: clockNs - waiter.forNs,
      heldNs: partOf(heldNs, held, intervalNs),
      held,
      chain: text,
      sure: waiter.link!.sure,
      source: waiter.link!.source,
      holder: holderText,
      holderPid: holder?.pid ?? null,
      closed: closed ? CLOSED[closed] : 0,
      cpu: waiter.link!.kind === 'cpu' ? (byTid.get(waiter.tid)?.cpu ?? null) : null,
    }
  })

const linksOf = ({ steps, clockNs }: Said) =>
  steps.map((step): LinkRow => ({
    pid: step.pid,
    tid: step.tid,
    step: step.step,
    who: step.who,
    whoTid: step.whoTid,
    whoPid: step.whoPid,
    does: step.does,
    what: step.link.what,
    relation: step.link.relation,
    sinceNs: clockNs - step.forNs,
    sure: step.link.sure,
    source: step.link.source,
    closed: step.closed ? CLOSED[step.closed] : 0,
  }))

const thingsOf = ({ things, mostly, intervalNs, clockNs }: Said) =>
  things.map((thing, index): ThingRow => ({
    thing: thing.key,
    kind: thing.kind,
    what: thing.what,
    class: thing.class,
    waiters: thing.waiters,
    waitedNs: partOf(thing.waitedNs, thing.waited, intervalNs),
    waited: thing.waited,
    heldNs: partOf(thing.heldNs, thing.held, intervalNs),
    held: thing.held,
    sinceNs: clockNs - thing.longestNs,
    holder: thing.holder,
    holderPid: thing.holderPid || null,
    mostly: mostly[index]!,
    holderDoes: thing.holderDoes,
    closed: thing.closed ? CLOSED[thing.closed] : 0,
  }))
