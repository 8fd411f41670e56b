// Waits for pages of files and of memory whose cause is known by construction: the device below takes its time for each
// read or write, and threads do nothing else.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { controllerGroup } from '../../helpers/controller.ts'
import { MOUNT_COMMANDS, mountedExt4, slowDevice, type Slowness } from '../../helpers/mounted.ts'
import { compiled } from '../../helpers/workload.ts'
import { blocked, holdsFor, type Row } from './blocking.ts'

const BYTES = 64 * 4096
const COMMANDS = [...MOUNT_COMMANDS, 'clang']

const WAYS: [way: string, title: string, Slowness, call: string, chain: (file: string, disk: string) => string[]][] = [
  [
    'read',
    'two threads that read one page',
    { readMs: 30 },
    'pread64',
    (file, disk) => [`pread64 ${file} (locked page), ext4 on ${disk}`],
  ],
  // neither the address nor the file of a fault is kept by the kernel
  [
    'fault',
    'two threads that touch one page of a mapping',
    { readMs: 30 },
    'page fault',
    () => ['page fault (locked page)'],
  ],
  [
    'writeback',
    'pages that are being written, for sync_file_range()',
    { writeMs: 30 },
    'sync_file_range',
    (file, disk) => [`sync_file_range ${file} (writeback), ext4 on ${disk}`],
  ],
  // as any fsync does, it goes on with what the journal has to write
  [
    'msync',
    'pages that are being written, for msync()',
    { writeMs: 30 },
    'msync',
    () => ['msync (writeback)', 'journal commit', 'msync (journal commit)', 'msync (device flush)'],
  ],
]

for (const [way, title, slowness, call, chains] of WAYS)
  bpfTest(
    `${title}: what for, of which file and disk, in 99 of 100 readings`,
    async (t) => {
      const slow = await mountedExt4(t, { mebibytes: 16, ...slowness })
      if (!slow) return skip(t, 'this machine has no FUSE')
      const file = join(slow.folder, 'file')
      writeFileSync(file, Buffer.alloc(BYTES, 1), { flush: true })
      const { pid, tids } = await blocked(t, [compiled('pages', 'test/engine/probes/fixtures'), way, file])
      const said = new Map<string, number>()
      await holdsFor(
        t,
        pid,
        (row) => tids.includes(Number(row.tid)) && row.state === 'D' && row.call === call,
        ({ chain }) => {
          said.set(String(chain), (said.get(String(chain)) ?? 0) + 1)
          return chains(file, slow.disk).includes(String(chain))
        },
      )
      t.log(said)
    },
    COMMANDS,
  )

bpfTest(
  'memory that has been swapped out: swap-in, and from which disk, in 99 of 100 readings',
  async (t) => {
    const group = controllerGroup(t, 'memory')
    if (!group) return
    const limit = (mebibytes: number): void =>
      group.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', `${mebibytes << 20}`)
    limit(16)
    const device = await slowDevice(t, 128, { readMs: 20 })
    if (device === undefined) return skip(t, 'this machine has no FUSE')
    execFileSync('mkswap', [device], { stdio: 'ignore' })
    execFileSync('swapon', ['--priority', '32767', device])
    t.teardown(() => execFileSync('swapoff', [device]))
    const program = compiled('pages', 'test/engine/probes/fixtures')
    const { pid, tids } = await blocked(t, ['sh', '-c', `${group.enter}; exec "$0" swap 64`, program])
    // from here on nothing has to make room
    limit(256)
    const isMeant = ({ tid, state }: Row): boolean => tids.includes(Number(tid)) && state === 'D'
    await holdsFor(
      t,
      pid,
      isMeant,
      ({ chain, class: of }) =>
        String(chain).startsWith('swap-in, ') &&
        String(chain).includes(device.slice('/dev/'.length)) &&
        of === 'memory',
    )
  },
  [...COMMANDS, 'mkswap', 'swapon', 'swapoff'],
)
