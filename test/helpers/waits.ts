// Waiters and what they wait for, made up.
import type { ExplainOptions } from '../../src/model/waits/chains.ts'
import { openGraph, type Graph } from '../../src/model/waits/graph.ts'
import type { Link, Waiter } from '../../src/model/waits/wait-types.ts'

export const fakeLink = (of: Pick<Link, 'kind' | 'key' | 'class'> & Partial<Link>): Link => ({
  what: of.key,
  relation: 'held by',
  holders: [],
  sure: 'certain',
  source: 'test',
  only: false,
  open: false,
  ...of,
})

/** One that waits for `link`; without that it runs. */
export const fakeWaiter = (of: Pick<Waiter, 'tid'> & Partial<Waiter>): Waiter => ({
  pid: 1,
  comm: `t${of.tid}`,
  state: of.link ? '.' : 'R',
  call: 'futex',
  forNs: 1e9,
  still: true,
  functions: [],
  link: undefined,
  ...of,
})

/** A second, with room for all. */
export const ALL_SHOWN: ExplainOptions = {
  self: 0,
  intervalNs: 1e9,
  wanted: () => true,
  mostChains: 100,
  mostAlike: 100,
  mostResting: 100,
  mostSteps: 100,
  mostThings: 100,
}

export const graphOf = (waiters: Iterable<Waiter>): Graph => {
  const graph = openGraph()
  for (const waiter of waiters) graph.put(waiter)
  return graph
}
