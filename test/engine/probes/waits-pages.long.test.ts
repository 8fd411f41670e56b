// Waits for pages of files and of memory whose cause is known by construction: the device below takes its time for each
// read or write, and threads do nothing else.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { controllerGroup } from '../../helpers/controller.ts'
import { mounted, MOUNT_COMMANDS, slowDevice, type MountedType, type Slowness } from '../../helpers/mounted.ts'
import { compiled } from '../../helpers/workload.ts'
import { blocked, holdsFor, type Row } from './blocking.ts'

const BYTES = 64 * 4096
const COMMANDS = [...MOUNT_COMMANDS, 'clang']

interface Way {
  way: string
  title: string
  slow: Slowness
  call: string
  /** Without its file system and disk. */
  chains(file: string): string[]
}

const WAYS: Way[] = [
  {
    way: 'read',
    title: 'two threads that read one page',
    slow: { readMs: 30 },
    call: 'pread64',
    chains: (file) => [`pread64 ${file} (locked page)`],
  },
  {
    way: 'fault',
    title: 'two threads that touch one page of a mapping',
    slow: { readMs: 30 },
    call: 'page fault',
    chains: (file) => [`page fault ${file} (locked page)`],
  },
  {
    way: 'copy',
    title: 'two threads that write from one page of a mapping into another file',
    slow: { readMs: 30 },
    call: 'pwrite64',
    chains: (file) => [`page fault in pwrite64 ${file} (locked page)`],
  },
  {
    way: 'writeback',
    title: 'pages that are being written, for sync_file_range()',
    slow: { writeMs: 30 },
    call: 'sync_file_range',
    chains: (file) => [`sync_file_range ${file} (writeback)`],
  },
  // as any fsync does, it goes on with what the journal has to write
  {
    way: 'msync',
    title: 'pages that are being written, for msync()',
    slow: { writeMs: 30 },
    call: 'msync',
    chains: (file) => ['writeback', 'journal commit', 'device flush', 'disk'].map((what) => `msync ${file} (${what})`),
  },
]

const testPages = (type: MountedType, { way, title, slow, call, chains }: Way): void =>
  bpfTest(
    `${type}, ${title}: what for, of which file and disk, in 99 of 100 readings`,
    async (t) => {
      const on = await mounted(t, type, { mebibytes: 16, ...slow })
      if (!on) return skip(t, `this machine has no FUSE, or no ${type}`)
      const file = join(on.folder, 'file')
      writeFileSync(file, Buffer.alloc(BYTES, 1), { flush: true })
      const { pid, tids } = await blocked(t, [compiled('pages', 'test/engine/probes/fixtures'), way, file])
      const end = type === 'btrfs' ? `btrfs at ${on.folder}` : `${type} on ${on.disk}`
      const right = chains(file).map((chain) => `${chain}, ${end}`)
      const said = new Map<string, number>()
      await holdsFor(
        t,
        pid,
        (row) => tids.includes(Number(row.tid)) && row.state === 'D' && row.call === call,
        ({ chain }) => {
          said.set(String(chain), (said.get(String(chain)) ?? 0) + 1)
          return right.includes(String(chain))
        },
      )
      t.log(said)
    },
    type === 'ext4' ? COMMANDS : [...COMMANDS, `mkfs.${type}`],
  )

for (const way of WAYS) testPages('ext4', way)
for (const way of WAYS.filter(({ way }) => way !== 'copy')) {
  testPages('xfs', way)
  testPages('btrfs', way)
}

/** Runs it with 16 MiB of memory and the rest on a device of its own. Undefined: that cannot be done here. */
const swapping = async (t: ExecutionContext, slow: Slowness, ...words: string[]) => {
  const group = controllerGroup(t, 'memory')
  if (!group) return undefined
  const limit = (mebibytes: number): void =>
    group.write(group.version === 1 ? 'memory.limit_in_bytes' : 'memory.max', `${mebibytes << 20}`)
  limit(16)
  const device = await slowDevice(t, 256, slow)
  if (device === undefined) return void skip(t, 'this machine has no FUSE')
  execFileSync('mkswap', [device], { stdio: 'ignore' })
  execFileSync('swapon', ['--priority', '32767', device])
  t.teardown(() => execFileSync('swapoff', [device]))
  const program = compiled('pages', 'test/engine/probes/fixtures')
  const run = await blocked(t, ['sh', '-c', `${group.enter}; exec "$0" ${words.join(' ')}`, program])
  const isMeant = ({ tid, state }: Row): boolean => run.tids.includes(Number(tid)) && state === 'D'
  return { ...run, device, limit, path: group.path, isMeant }
}
const SWAP_COMMANDS = [...COMMANDS, 'mkswap', 'swapon', 'swapoff']

bpfTest(
  'memory that has been swapped out: swap-in, and from which disk, in 99 of 100 readings',
  async (t) => {
    const run = await swapping(t, { readMs: 20 }, 'swap', '64')
    if (!run) return
    // from here on nothing has to make room
    run.limit(256)
    await holdsFor(
      t,
      run.pid,
      run.isMeant,
      ({ chain, class: of }) =>
        String(chain).startsWith('swap-in, ') &&
        String(chain).includes(run.device.slice('/dev/'.length)) &&
        of === 'memory',
    )
  },
  SWAP_COMMANDS,
)

bpfTest(
  'new memory of a group that has no more: what goes for the limit of the group, in 99 of 100 readings',
  async (t) => {
    const run = await swapping(t, { writeMs: 20 }, 'fresh', '192')
    if (!run) return
    await holdsFor(
      t,
      run.pid,
      run.isMeant,
      ({ chain, class: of }) =>
        String(chain).startsWith(`memory reclaim for the limit of its group ${run.path}, 16 MiB by memory.`) &&
        of === 'memory',
    )
  },
  SWAP_COMMANDS,
)
