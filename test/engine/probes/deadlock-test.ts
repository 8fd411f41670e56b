// Tests of deadlocks: of several, and of a thread with itself.
import type { ExecutionContext } from 'ava'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { sleepMs } from '../../helpers/workload.ts'
import { holds, type Pair } from './holding.ts'

/** The second reading, and of a table of it what is the program's own: others may be in a deadlock as well. */
export const secondOf = async (t: ExecutionContext, pairs: readonly Pair[]) => {
  const probe = startHere(t, start, 'waits')
  await sleepMs(100)
  const sample = probe.read()
  const { pid } = rowsOf(sample, 'chains').find(({ tid }) => tid === pairs[0]!.waiter)!
  const own = (table: string, column = 'pid') => rowsOf(sample, table).filter((row) => row[column] === pid)
  return { sample, own, closed: own('chains').filter(({ closed }) => closed === 2).length }
}

export const testDeadlock = (count: number, ...kind: string[]): void =>
  bpfTest(
    `a deadlock of ${[count, ...kind].join(', ')} is found in the second reading, with all its links`,
    async (t) => {
      const pairs = await holds(t, 'deadlock', String(count), ...kind)
      const { sample, own, closed } = await secondOf(t, pairs)
      const rows = own('chains').filter(({ tid }) => pairs.some(({ waiter }) => waiter === tid))
      t.deepEqual(
        rows.map(({ closed }) => closed),
        pairs.map(() => 2),
      )
      t.is(closed, count)
      t.true(sample.totals.deadlocked! >= count)
      for (const { waiter, holder } of pairs)
        t.true(String(rows.find(({ tid }) => tid === waiter)!.holder).endsWith(` ${holder}`))
      const first = rows[0]!
      for (const { waiter } of pairs)
        t.true(String(first.chain).includes(`held by holds ${waiter}`), `${waiter} in ${first.chain}`)
      t.regex(String(first.chain), /which is where it closes$/)
      const links = own('links').filter(({ tid }) => tid === first.tid)
      t.is(new Set(links.map(({ whoTid }) => whoTid)).size, count)
      t.is(own('things', 'holderPid').filter(({ closed }) => closed === 2).length, count)
    },
    ['clang'],
  )

export const testItself = (kind: string): void =>
  bpfTest(
    `a thread that wants a ${kind} which it has itself is a deadlock of one, and who waits behind it is none`,
    async (t) => {
      const pairs = (await holds(t, 'itself', '2', ...(kind === 'mutex' ? [] : ['pi']))) as [Pair, Pair]
      const [itself, behind] = pairs
      const { own, closed } = await secondOf(t, pairs)
      const of = (waiter: number) => own('chains').find(({ tid }) => tid === waiter)!
      t.is(closed, 1)
      t.is(of(itself.waiter).closed, 2)
      t.regex(
        String(of(itself.waiter).chain),
        new RegExp(`^${kind} 0x\\S+ held by holds ${itself.waiter}, which is where it closes$`),
      )
      t.is(of(behind.waiter).closed, 0)
      t.true(String(of(behind.waiter).holder).endsWith(` ${itself.waiter}`))
    },
    ['clang'],
  )
