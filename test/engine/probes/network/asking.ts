// Starts the network probe for tests, and asks servers.
import type { ExecutionContext } from 'ava'
import { start } from '../../../../src/engine/probes/network/probe.ts'
import { rowsOf, startHere } from '../../../helpers/described-probe.ts'
import { startTraffic } from '../../../helpers/traffic.ts'
import { sleepMs } from '../../../helpers/workload.ts'

export const traffic = async (t: ExecutionContext) => {
  const talker = await startTraffic()
  t.teardown(talker.stop)
  return talker
}

export const begin = (t: ExecutionContext) => startHere(t, start, 'network')

export type Row = ReturnType<typeof rowsOf>[number]

/** Sockets are not read while reading them rests: several times, until there is one such. */
export const socketWhere = async (
  probe: ReturnType<typeof begin>,
  fits: (row: Row) => boolean,
): Promise<Row | undefined> => {
  for (let tries = 0; tries < 40; tries++) {
    const found = rowsOf(probe.read(), 'sockets').find(fits)
    if (found) return found
    await sleepMs(100)
  }
  return undefined
}
