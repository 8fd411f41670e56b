// Work on a disk, and what the block probe says of it.
import type { ExecutionContext } from 'ava'
import { loopDevice } from '../../../helpers/disks.ts'
import type { Disk } from '../../../helpers/disks.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'

export const COMMANDS = ['losetup']

export const diskOf = (t: ExecutionContext): Disk => {
  const disk = loopDevice(temporaryFolder(t), 16)
  t.teardown(disk.detach)
  return disk
}
