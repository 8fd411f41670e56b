// A probe of fsync that knows the kernel's functions, and a program that syncs when it is asked to.
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { start } from '../../../../src/engine/probes/fsync/probe.ts'
import { rowsOf, startHere } from '../../../helpers/described-probe.ts'
import { startSyncing } from '../../../helpers/traffic.ts'
import { sleepMs } from '../../../helpers/workload.ts'

type Row = Record<string, number>

/** `of` asks for one sync, and gives what both say of it. */
export const begin = async (t: ExecutionContext, folder: string) => {
  const talker = startSyncing(folder)
  t.teardown(talker.stop)
  const probe = startHere(t, start, 'fsync')
  await talker.ask('own 1 10')
  for (let tries = 0; tries < 100; tries++) {
    await sleepMs(100)
    await talker.ask('own 1 10')
    if (rowsOf(probe.read(), 'syncs').some(({ pid, restNs }) => pid === talker.pid && restNs !== null)) break
  }
  const of = async (words: string) => {
    probe.read()
    const said = await talker.ask(words)
    const data = probe.read()
    const rows = rowsOf(data, 'syncs').filter(({ file }) => file === join(folder, 'wal'))
    t.is(rows.length, 1)
    t.is(rows[0]!.pid, talker.pid)
    return { said, data, row: rows[0] as Row & { others: string } }
  }
  return { of, pid: talker.pid }
}

export const partsOf = ({ ownNs, handlesNs, othersNs, logNs, flushNs, restNs }: Row): number =>
  ownNs! + handlesNs! + othersNs! + logNs! + flushNs! + restNs!
