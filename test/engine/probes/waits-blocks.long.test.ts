// Waits within the kernel whose cause is known by construction: two threads on a file system whose device takes its time,
// a disk that may serve so much only, a quota of CPU time.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { controllerRoot, groupIn } from '../../helpers/groups.ts'
import { MOUNT_COMMANDS, mountedExt4 } from '../../helpers/mounted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { throttledReads, throttledWrites } from '../../helpers/throttle.ts'
import { compiled, startEndless } from '../../helpers/workload.ts'
import { blocked, holdsFor } from './blocking.ts'

const FIXTURES = 'test/engine/probes/fixtures'
for (const [way, what, options] of [
  ['mutex', /^kernel mutex( in \w+)? held by/, 'defaults'],
  ['rwsem', /^rwsem \(to write\)( in \w+)? held by/, 'sync'],
] as const)
  bpfTest(
    `a ${way} of the kernel is held by the other thread, which waits for the journal`,
    async (t) => {
      const slow = await mountedExt4(t, { mebibytes: 32, flushMs: 200, options })
      if (!slow) return skip(t, 'this machine has no FUSE')
      const path = way === 'mutex' ? join(slow.folder, 'file') : slow.folder
      const { pid, tids } = await blocked(t, [compiled('blocks', FIXTURES), way, path])
      const other = (tid: unknown): number => tids.find((each) => each !== tid)!
      await holdsFor(
        t,
        pid,
        ({ tid, chain }) => tids.includes(Number(tid)) && / held by /.test(String(chain)),
        ({ tid, chain, holder }) => what.test(String(chain)) && String(holder).endsWith(` ${other(tid)}`),
      )
    },
    [...MOUNT_COMMANDS, 'clang'],
  )

for (const [call, action] of [
  ['write', `os.write(fd, b'y')`],
  ['fallocate', 'os.posix_fallocate(fd, 0, 8192)'],
  ['page fault', 'page[0] = 1'],
  ['mkdir', `os.mkdir(path + '-folder')`],
] as const)
  bpfTest(
    `${call} on a file system that is frozen: that it is, in 99 of 100 readings`,
    async (t) => {
      const on = (await mountedExt4(t, { mebibytes: 32 }))!
      const thaw = (): void => void spawnSync('fsfreeze', ['-u', on.folder], { stdio: 'ignore' })
      t.teardown(thaw)
      const file = join(on.folder, 'file')
      const program = `
import mmap, os, subprocess, sys
path, folder = sys.argv[1:]
fd = os.open(path, os.O_CREAT | os.O_RDWR)
os.write(fd, bytes(4096))
page = mmap.mmap(fd, 4096)
page[1]
subprocess.run(['fsfreeze', '-f', folder], check=True)
print(os.getpid())
print('ready', flush=True)
${action}`
      const { pid } = await blocked(t, ['python3', '-c', program, file, on.folder])
      // first of all: until then nobody can end it
      t.teardown(thaw)
      const what =
        call === 'mkdir' ? 'mkdir (frozen file system)' : `${call} ${file} (frozen file system), ext4 on ${on.disk}`
      await holdsFor(
        t,
        pid,
        (row) => row.tid === pid && row.state === 'D',
        ({ chain, class: of }) => chain === what && of === 'filesystem',
      )
    },
    [...MOUNT_COMMANDS, 'fsfreeze'],
  )

bpfTest(
  'reads of a group that may make so many only: its limit, the group and the file are named',
  async (t) => {
    const folder = temporaryFolder(t)
    const file = join(folder, 'data')
    const fd = openSync(file, 'w')
    for (let i = 0; i < 32; i++) writeSync(fd, Buffer.alloc(4096, i + 1))
    fsyncSync(fd)
    closeSync(fd)
    const throttle = throttledReads(folder, 5)
    if (!throttle) return skip(t, 'reads cannot be limited here')
    t.teardown(throttle.remove)
    const limit = new RegExp(`^I/O limit of group ${throttle.group} .* 5 reads/s$`)
    const command = [...throttle.enter, compiled('blocks', FIXTURES), 'read', file]
    const { pid, tids } = await blocked(t, command)
    await holdsFor(
      t,
      pid,
      ({ tid, state }) => tids.includes(Number(tid)) && state === 'D',
      ({ chain, class: of, sure }) =>
        limit.test(String(chain)) &&
        String(chain).includes(`holding back pread64 ${file},`) &&
        of === 'disk' &&
        sure === 'likely',
    )
  },
  ['clang'],
)

for (const [call, action, sure] of [
  ['pwrite64', 'os.pwrite(straight, page, 0)', 'likely'],
  // which of the pages that it waits for are held is not known
  ['fsync', `os.pwrite(fd, bytes(65536), 0); os.fsync(fd)`, 'possible'],
] as const)
  bpfTest(
    `${call} of a group that may write so much only to a loop device: its limit, the group and the file are named`,
    async (t) => {
      const on = (await mountedExt4(t, { mebibytes: 64 }))!
      const throttle = throttledWrites(on.folder, 100 << 10)
      if (!throttle) return skip(t, 'writes cannot be limited here')
      t.teardown(throttle.remove)
      const file = join(on.folder, 'file')
      const program = `
import mmap, os, sys
fd = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)
straight = os.open(sys.argv[1], os.O_RDWR | os.O_DIRECT)
page = mmap.mmap(-1, 65536)
print(os.getpid())
print('ready', flush=True)
while True: ${action}`
      const { pid } = await blocked(t, [...throttle.enter, 'python3', '-c', program, file])
      const what = `I/O limit of group ${throttle.group} holding back ${call} ${file}, ${on.disk} write 100 KiB/s`
      await holdsFor(
        t,
        pid,
        ({ tid, state }) => tid === pid && state === 'D',
        (row) => row.chain === what && row.class === 'disk' && row.sure === sure,
      )
    },
    MOUNT_COMMANDS,
  )

bpfTest('a thread whose group has no CPU time left waits for its quota', async (t) => {
  const root = controllerRoot('cpu')
  if (root === undefined) return skip(t, 'no control groups with quotas')
  const group = groupIn(root)
  t.teardown(() => group.remove())
  const child = startEndless('sh', ['-c', 'while :; do :; done'])
  t.teardown(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  try {
    group.write('cpu.cfs_period_us', '100000')
    group.write('cpu.cfs_quota_us', '5000')
  } catch {
    group.write('cpu.max', '5000 100000')
  }
  group.take(child.pid!)
  await holdsFor(
    t,
    child.pid!,
    ({ tid, state }) => tid === child.pid && state === 'q',
    ({ chain, class: of }) => String(chain) === `CPU quota of group ${group.path}, 0.05 CPUs` && of === 'throttled',
  )
})

bpfTest(
  'who waits for a CPU is told which one, and that it is taken by another',
  async (t) => {
    const cpu = '0'
    const pids = [1, 2].map(() => {
      const child = startEndless('taskset', ['-c', cpu, 'sh', '-c', 'while :; do :; done'])
      t.teardown(async () => {
        child.kill('SIGKILL')
        await once(child, 'close')
      })
      return child.pid!
    })
    await holdsFor(
      t,
      pids[0]!,
      ({ tid, state }) => tid === pids[0] && state === 'w',
      ({ chain, class: of, holder }) =>
        // of a CPU that ran it most itself nobody is named
        new RegExp(`^CPU ${cpu}( \\d+% taken by |, taken mostly by itself$|$)`).test(String(chain)) &&
        of === 'runq' &&
        !String(holder).endsWith(` ${pids[0]}`),
    )
  },
  ['taskset'],
)
