// What others do within an fsync, on file systems of our own: by their own clocks.
import { join } from 'node:path'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { rowsOf } from '../../../helpers/described-probe.ts'
import { mountAgain, MOUNT_COMMANDS, mountedExt4 } from '../../../helpers/mounted.ts'
import { startSyncing } from '../../../helpers/traffic.ts'
import { begin } from './syncs.ts'

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
