// Chains, their links and the things that are waited for, as the probe's tables. Of whoever waits on the row is the very one of
// the reading before. Pure but for these rows.
import type { Explained } from '../../../model/waits/chains.ts'
import { classOf } from '../../../model/waits/graph.ts'
import { createTable, sameRow, type RowOf } from '../../../stream/spec.ts'
import type { TablesData } from '../../../stream/tables.ts'
import type { Threads } from './thread.ts'
import { WAITS } from './spec.ts'

const CLOSED = { locks: 2, waits: 1 }

type ChainRow = RowOf<typeof WAITS.tables.chains>
type LinkRow = RowOf<typeof WAITS.tables.links>
type ThingRow = RowOf<typeof WAITS.tables.things>

/** What is said of a reading, and when that was. */
interface Said extends Pick<Explained, 'chains' | 'steps' | 'things'> {
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
  const kept = {
    chains: keptRows<ChainRow>(({ tid }) => tid),
    links: keptRows<LinkRow>(({ tid, step }) => `${tid} ${step}`),
    things: keptRows<ThingRow>(({ thing }) => thing),
  }
  return (said) => ({
    chains: tableOf.chains(kept.chains(chainsOf(said))),
    links: tableOf.links(kept.links(linksOf(said))),
    things: tableOf.things(kept.things(thingsOf(said))),
  })
}

/** Those of before in the place of those that say the same. */
const keptRows = <Row extends object>(keyOf: (row: Row) => unknown) => {
  let before = new Map<unknown, Row>()
  return (rows: readonly Row[]): Row[] => {
    const now = rows.map((row) => {
      const old = before.get(keyOf(row))
      return old && sameRow(old, row) ? old : row
    })
    before = new Map(now.map((row) => [keyOf(row), row]))
    return now
  }
}

/** What is left of a time without that of so many who waited throughout. */
const partOf = (ns: number, throughout: number, intervalNs: number): number =>
  Math.max(0, Math.round(ns - throughout * intervalNs))

const chainsOf = ({ chains, byTid, intervalNs, clockNs }: Said) =>
  chains.map(({ waiter, text, heldNs, closed, holder, holderText, more }): ChainRow => {
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
      more,
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
