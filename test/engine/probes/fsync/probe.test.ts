// Where the time of fsync goes, on file systems of our own: by the clock of who syncs, and by what was done beside it.
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { start } from '../../../../src/engine/probes/fsync/probe.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../../helpers/described-probe.ts'
import { mountAgain, MOUNT_COMMANDS, mountedExt4 } from '../../../helpers/mounted.ts'
import { startSyncing } from '../../../helpers/traffic.ts'
import { sleepMs } from '../../../helpers/workload.ts'

type Row = Record<string, number>

/** A probe that knows the kernel's functions, and a program that syncs. */
const begin = async (t: ExecutionContext, folder: string) => {
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

const partsOf = ({ ownNs, handlesNs, othersNs, logNs, flushNs, restNs }: Row): number =>
  ownNs! + handlesNs! + othersNs! + logNs! + flushNs! + restNs!

bpfTest(
  'as many and as long as the program itself says, in parts that add up',
  async (t) => {
    const { folder, disk } = (await mountedExt4(t))!
    const { of } = await begin(t, folder)
    const { said, data, row } = await of('own 20 4096')
    t.is(row.count, 20)
    t.is(String(row.disk), disk)
    t.true(row.ns! <= said.ms! * 1e6 && row.ns! >= said.ms! * 0.9e6, `${row.ns! / 1e6} of ${said.ms} ms`)
    t.true(row.maxNs! <= said.worstMs! * 1e6, `${row.maxNs! / 1e6} of ${said.worstMs} ms`)
    t.true(Math.abs(partsOf(row) / row.ns! - 1) < 0.001, `${partsOf(row)} of ${row.ns}`)
    // nobody else is in the journal
    t.true(row.othersNs! < row.ns! * 0.05, `${row.othersNs! / 1e6} of ${row.ns! / 1e6} ms`)
    t.is(row.others, '')
    t.is(data.hists[row.latency as unknown as string]!.count, 20)
    const journal = rowsOf(data, 'journals').find((each) => each.disk === disk)!
    t.true((journal.count as number) >= 20 && journal.mount === folder)
  },
  MOUNT_COMMANDS,
)

bpfTest(
  'a device that takes 40 ms to flush',
  async (t) => {
    const mounted = await mountedExt4(t, { mebibytes: 32, flushMs: 40 })
    if (!mounted) return skip(t, 'this machine has no FUSE')
    const { of } = await begin(t, mounted.folder)
    const { said, row } = await of('own 5 4096')
    t.is(row.count, 5)
    t.true(row.flushNs! >= 5 * 40e6, `${row.flushNs! / 1e6} ms`)
    t.true(row.flushNs! <= said.ms! * 1e6)
  },
  MOUNT_COMMANDS,
)

bpfTest(
  'changes of another process in the same transaction',
  async (t) => {
    const { folder } = (await mountedExt4(t))!
    const { of } = await begin(t, folder)
    const changes = await of('changes 1500')
    const [, share] =
      new RegExp(`^python3 ${changes.said.other}: (\\d+)% of \\d+ blocks`).exec(changes.row.others) ?? []
    t.true(Number(share) >= 80, changes.row.others)
    const made = rowsOf(changes.data, 'parts').find(({ pid, file }) => pid === changes.said.other && file === null)!
    t.true((made.handles as number) >= 1500, `${made.handles}`)
  },
  MOUNT_COMMANDS,
)

bpfTest(
  'data of another process in the same transaction, and whose they are',
  async (t) => {
    // by default ext4 has had none in it since Linux 5.6; and each write takes so long that none is over by then
    const mounted = await mountedExt4(t, { mebibytes: 64, writeMs: 300, options: 'dioread_lock' })
    if (!mounted) return skip(t, 'this machine has no FUSE')
    const { folder } = mounted
    const { of } = await begin(t, folder)
    const { row, said, data } = await of('others 4')
    t.true(row.othersNs! > 50e6, `${row.othersNs! / 1e6} of ${said.ms} ms`)
    t.true(row.othersNs! <= row.ns!)
    t.regex(row.others, new RegExp(`for data of python3 ${said.other} in ${join(folder, 'big')}`))
    const waited = rowsOf(data, 'parts').find(({ file }) => file === join(folder, 'big'))!
    t.like(waited, { pid: said.other, comm: 'python3' })
    t.true((waited.ns as number) > 0 && (waited.ns as number) <= said.ms! * 1e6)
  },
  MOUNT_COMMANDS,
)

bpfTest(
  'a change of another process that goes on: as long as that one took by its own clock',
  async (t) => {
    const mounted = await mountedExt4(t, { mebibytes: 32, readMs: 200 })
    if (!mounted) return skip(t, 'this machine has no FUSE')
    const { folder } = mounted
    const writer = startSyncing(folder)
    await writer.ask('holes 40')
    await writer.stop()
    // what lies where is to be read again, within the change
    mountAgain(mounted)
    const { of } = await begin(t, folder)
    const { row, said } = await of('handle')
    t.true(said.heldMs! > 100, `${said.heldMs} ms`)
    t.true(
      row.handlesNs! >= said.heldMs! * 0.7e6 && row.handlesNs! <= said.ms! * 1e6,
      `${row.handlesNs! / 1e6} of ${said.heldMs} ms, of ${said.ms} in all`,
    )
    t.log(`HANDLES ${row.handlesNs! / 1e6} ms, the other one ${said.heldMs} ms, fsync ${said.ms} ms`)
  },
  MOUNT_COMMANDS,
)
