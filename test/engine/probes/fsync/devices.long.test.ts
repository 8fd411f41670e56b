// fsync on devices of our own: one that is slow, and one that others write to.
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { rowsOf } from '../../../helpers/described-probe.ts'
import { MOUNT_COMMANDS, mountedExt4 } from '../../../helpers/mounted.ts'
import { begin } from './syncs.ts'

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
