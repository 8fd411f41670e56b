// A process started cold: its own pages are read from the disk its program is on, and it reads another disk through the
// page cache, with read-ahead. The truth is what the kernel says in /proc/PID/io that it caused to be read.
import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBlock } from '../helpers/block.ts'
import { findProgram } from '../../src/engine/proc/find-program.ts'
import type { Disk } from '../helpers/disks.ts'
import { probeContext } from '../helpers/workload.ts'
import { exact, atLeast } from './check.ts'
import type { Finding } from './check.ts'

/** Says what it has read so far, twice, as the first time may read more of the program itself; and is gone. */
const READER = `$| = 1; open F, '<', $ARGV[0] or die; 1 while sysread F, $_, 65536;
  for (1..2) { open I, '<', '/proc/self/io'; @io = <I>; close I; print @io } kill KILL => $$`

export const coldProcess = async (disk: Disk, mebibytes: number): Promise<Finding[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-'))
  const copy = join(folder, 'reader')
  copyFileSync(findProgram('perl')!, copy)
  execFileSync('sync', [copy])
  execFileSync('dd', [`if=${copy}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' }) // out of the page cache
  const probe = startBlock(probeContext)
  try {
    const { pid, text } = await new Promise<{ pid: number; text: string }>((resolve) => {
      const child = execFile(copy, ['-e', READER, disk.path], (_killed, stdout) =>
        resolve({ pid: child.pid!, text: stdout }),
      )
    })
    const proc = probe.read().data.procs.find((each) => each.pid === pid)
    const truth = Number([...text.matchAll(/^read_bytes: (\d+)$/gm)].at(-1)?.[1])
    return [
      exact('process started cold: bytes read, /proc/PID/io', proc?.readBytes ?? 0, truth, 'bytes'),
      atLeast(
        'process started cold: bytes read, the disk and part of the program',
        proc?.readBytes ?? 0,
        (mebibytes << 20) + 65536,
        'bytes',
      ),
    ]
  } finally {
    probe.close()
    rmSync(folder, { recursive: true })
  }
}
