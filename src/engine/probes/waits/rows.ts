// Chains, their links and the things that are waited for, as the probe's tables. Pure.
import type { Explained } from '../../../model/waits/chains.ts'
import { classOf } from '../../../model/waits/graph.ts'
import { tableOf, type RowOf } from '../../../stream/spec.ts'
import type { TablesData } from '../../../stream/tables.ts'
import type { Threads } from './thread.ts'
import { WAITS } from './spec.ts'

const CLOSED = { locks: 2, waits: 1 }

/** `mostly`: who was found holding each thing most often. */
export const tablesOf = (
  { chains, steps, things }: Pick<Explained, 'chains' | 'steps' | 'things'>,
  mostly: readonly string[],
  byTid: Threads['byTid'],
): TablesData['tables'] => ({
  chains: tableOf(
    WAITS.tables.chains,
    chains.map(({ waiter, text, heldNs, closed, holder, holderText }, index): RowOf<typeof WAITS.tables.chains> => ({
      pid: waiter.pid,
      tid: waiter.tid,
      comm: byTid.get(waiter.pid)?.comm ?? waiter.comm,
      thread: waiter.comm,
      state: waiter.state,
      class: classOf(waiter),
      call: waiter.call,
      forNs: waiter.forNs,
      heldNs,
      chain: text,
      sure: waiter.link!.sure,
      source: waiter.link!.source,
      holder: holderText,
      holderPid: holder?.pid ?? null,
      closed: closed ? CLOSED[closed] : 0,
      place: index + 1,
      cpu: waiter.link!.kind === 'cpu' ? (byTid.get(waiter.tid)?.cpu ?? null) : null,
    })),
  ),
  links: tableOf(
    WAITS.tables.links,
    steps.map((step): RowOf<typeof WAITS.tables.links> => ({
      pid: step.pid,
      tid: step.tid,
      step: step.step,
      who: step.who,
      whoTid: step.whoTid,
      whoPid: step.whoPid,
      does: step.does,
      what: step.link.what,
      relation: step.link.relation,
      forNs: step.forNs,
      sure: step.link.sure,
      source: step.link.source,
      closed: step.closed ? CLOSED[step.closed] : 0,
    })),
  ),
  things: tableOf(
    WAITS.tables.things,
    things.map((thing, index): RowOf<typeof WAITS.tables.things> => ({
      thing: thing.key,
      kind: thing.kind,
      what: thing.what,
      class: thing.class,
      waiters: thing.waiters,
      waitedNs: thing.waitedNs,
      heldNs: thing.heldNs,
      longestNs: thing.longestNs,
      holder: thing.holder,
      holderPid: thing.holderPid || null,
      mostly: mostly[index]!,
      holderDoes: thing.holderDoes,
      closed: thing.closed ? CLOSED[thing.closed] : 0,
    })),
  ),
})
