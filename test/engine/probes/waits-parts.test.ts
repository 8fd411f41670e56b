// Parts of the waits probe on what was made up: /proc/locks, kernel stacks.
import test from 'ava'
import { callDoes } from '../../../src/model/waits/classes.ts'
import { stackRule } from '../../../src/model/waits/stack-rules.ts'
import type { Types } from '../../../src/engine/native/btf-types.ts'
import { endsReader } from '../../../src/engine/probes/waits/tcp-ends.ts'
import { openOrphans } from '../../../src/engine/probes/waits/orphans.ts'
import { waitedFile } from '../../../src/engine/probes/waits/waited.ts'
import type { Sources } from '../../../src/engine/probes/waits/link-parts.ts'
import type { Thread, WaitedFile } from '../../../src/engine/probes/waits/thread.ts'
import { fileLocksIn } from '../../../src/engine/probes/waits/file-locks.ts'
import { mostOften } from '../../../src/engine/probes/waits/most-often.ts'
import { polledIn, selectedIn } from '../../../src/engine/probes/waits/polled.ts'
import { titleIn, waitsByTitle } from '../../../src/engine/probes/waits/titles.ts'

test('/proc/locks: who waits stands behind whom he waits for', (t) => {
  const locks = fileLocksIn(
    [
      '1: FLOCK  ADVISORY  WRITE 700 08:01:131 0 EOF',
      '1: -> FLOCK  ADVISORY  WRITE 701 08:01:131 0 EOF',
      '1:   -> FLOCK  ADVISORY  WRITE 702 08:01:131 0 EOF',
      '2: OFDLCK ADVISORY  WRITE -1 08:01:140 0 EOF',
      '2: -> POSIX  ADVISORY  WRITE 703 08:01:140 0 EOF',
      '3: POSIX  ADVISORY  READ  704 08:01:150 0 EOF',
      'garbage',
    ].join('\n'),
  )
  t.deepEqual([...locks.keys()], [701, 702, 703])
  t.deepEqual(locks.get(702), [{ kind: 'FLOCK', ino: 131, holder: 700 }])
  t.deepEqual(locks.get(703), [{ kind: 'POSIX', ino: 140, holder: 0 }])
})

test('kernel stacks: the cause is found behind the functions that only wait', (t) => {
  const commit = stackRule([
    'schedule',
    'jbd2_log_wait_commit',
    'jbd2_complete_transaction',
    'ext4_sync_file',
    'do_fsync',
  ])
  t.is(commit.rule?.words, 'journal commit')
  t.is(commit.from, 'jbd2_log_wait_commit')
  t.is(
    stackRule(['schedule', 'io_schedule', 'folio_wait_bit_common', 'do_swap_page', 'handle_mm_fault']).rule?.words,
    'swap-in',
  )
  t.is(
    stackRule(['schedule', 'folio_wait_writeback', 'shrink_node', 'try_to_free_mem_cgroup_pages', 'do_swap_page']).rule
      ?.words,
    'memory reclaim for the limit of its group',
  )
  t.is(stackRule(['schedule', 'reclaim_throttle', 'shrink_node', 'try_to_free_pages']).rule?.words, 'memory reclaim')
  const lock = stackRule([
    'schedule',
    'schedule_preempt_disabled',
    'rwsem_down_write_slowpath',
    'down_write',
    'ext4_buffered_write_iter',
  ])
  t.is(lock.rule?.kind, 'kernel lock')
  t.is(lock.from, 'ext4_buffered_write_iter')
  const percpu = (from: string) =>
    stackRule(['schedule', 'percpu_rwsem_wait', '__percpu_down_read', from, 'do_it']).rule
  t.is(percpu('mnt_want_write')?.words, 'frozen file system')
  t.is(percpu('ext4_page_mkwrite')?.words, 'frozen file system')
  t.is(percpu('cgroup_attach_lock')?.words, 'percpu rwsem')
  t.is(stackRule(['schedule', 'folio_wait_bit_common', 'vfs_write']).rule?.words, 'locked page')
  t.deepEqual(stackRule([]), { from: undefined })
  t.is(stackRule(['some_driver_wait']).rule, undefined)
})

const waitedIn = (
  thread: { call?: string; kind?: string; waited?: Partial<WaitedFile> },
  ...functions: string[]
): [string, string] | undefined => {
  const { call = 'page fault', kind = 'none', waited } = thread
  const made = {
    call,
    file: { kind, ino: 1, dev: 9 },
    waited: waited && {
      by: 'page',
      kind: 'named',
      ino: 2,
      dev: 9,
      parts: [],
      isCut: false,
      isDeleted: false,
      ...waited,
    },
  } as unknown as Thread
  const sources = { path: () => '/own', waitedPath: () => '/waited' } as unknown as Sources
  const found = waitedFile(made, functions, sources)
  return found && [`${found.does} ${found.path}`, found.source]
}

test('the file that is waited for is that of the page, the fault or the address, else that of the descriptor', (t) => {
  t.deepEqual(waitedIn({ waited: {} }), ['page fault /waited', 'page that it waits for'])
  t.deepEqual(waitedIn({ waited: { by: 'fault' } }), ['page fault /waited', 'mapping of the fault'])
  t.deepEqual(waitedIn({ call: 'msync', waited: { by: 'address' } }), ['msync /waited', 'mapping at the address given'])
  t.is(waitedIn({}), undefined)
  const regular = { call: 'pwrite64', kind: 'regular' }
  const own = ['pwrite64 /own', 'descriptor of the call']
  t.deepEqual(waitedIn(regular), own)
  t.deepEqual(waitedIn({ ...regular, waited: { ino: 1 } }), own, 'the same file')
  t.deepEqual(waitedIn({ ...regular, waited: { kind: 'metadata' } }), own, 'blocks of its file system')
  t.deepEqual(waitedIn({ ...regular, waited: { by: 'fault' } }), own, 'left by an earlier fault')
  t.is(waitedIn({ ...regular, waited: {} })?.[0], 'pwrite64 /waited')
  t.is(
    waitedIn({ ...regular, waited: { by: 'fault' } }, 'schedule', 'handle_mm_fault')?.[0],
    'page fault in pwrite64 /waited',
  )
})

test('the other end of a connection has the ends the other way round', (t) => {
  const at = { remote: 0, local: 16, family: 32, remotePort: 36, localPort: 38, size: 40 }
  const endsAt = endsReader({ layout: () => at } as unknown as Types)
  const bytes = Buffer.alloc(48)
  const from = 8
  bytes.writeUInt16LE(1000, from + at.localPort)
  bytes.writeUInt16LE(80, from + at.remotePort)
  bytes.writeUInt16LE(2, from + at.family)
  bytes.set([10, 0, 0, 1], from + at.local)
  bytes.set([10, 0, 0, 2], from + at.remote)
  const tcp = endsAt(bytes, from)
  t.deepEqual([tcp.remoteText, tcp.localPort, tcp.remotePort, tcp.isToItself], ['10.0.0.2:80', 1000, 80, false])
  const other = endsAt(tcp.otherEnd(), 0)
  t.deepEqual([other.remoteText, other.localPort, other.remotePort], ['10.0.0.1:1000', 80, 1000])
  t.deepEqual(other.otherEnd(), bytes.subarray(from))
  bytes.copyWithin(from + at.local, from + at.remote, from + at.remote + 16)
  t.false(tcp.isToItself, 'what was read is kept')
  t.true(endsAt(bytes, from).isToItself)
})

test('who held it most often', (t) => {
  const often = mostOften()
  const held = (...holders: string[]): string[] => holders.flatMap((holder) => often([{ key: 'm', holder }]))
  t.deepEqual(held('a 1', 'b 2', 'b 2', ''), ['a 1, 1 of 1', 'a 1, 1 of 2', 'b 2, 2 of 3', 'b 2, 2 of 4'])
  t.deepEqual(often([{ key: 'n', holder: '' }]), [''])
})

test('of many readings the share in which it did, which stays the same while nothing changes', (t) => {
  const often = mostOften()
  const said = Array.from({ length: 30 }, () => often([{ key: 'm', holder: 'a 1' }])[0])
  t.is(said[8], 'a 1, 9 of 9')
  t.deepEqual([...new Set(said.slice(9))], ['a 1, 100%'])
})

test('calls of both tables', (t) => {
  t.is(callDoes('futex/32'), 'futex')
  t.is(callDoes('recvfrom'), 'read')
  t.is(callDoes('getpid'), undefined)
})

test('what is polled: descriptors of poll(), those below zero left out, and of select()', (t) => {
  const polls = Buffer.alloc(24)
  for (const [index, fd] of [7, -1, 300].entries()) polls.writeInt32LE(fd, index * 8)
  t.deepEqual(polledIn(polls), [7, 300])
  t.deepEqual(selectedIn(Buffer.from([0b1000, 0, 1])), [3, 16])
  t.is(selectedIn(Buffer.alloc(64, 0xff)), undefined, 'too many')
  t.is(polledIn(undefined) ?? selectedIn(undefined), undefined)
})

const title = (text: string) => titleIn('postgres', text)

test('titles of servers: what one of its processes does, and for which database', (t) => {
  t.deepEqual(title('postgres: app shop 10.0.0.7(5123) UPDATE waiting'), { does: 'UPDATE waiting', database: 'shop' })
  t.deepEqual(title('postgres: main: app shop [local] idle in transaction'), {
    does: 'idle in transaction',
    database: 'shop',
  })
  t.deepEqual(title('postgres: app shop fe80::1(5) SELECT'), { does: 'SELECT', database: 'shop' })
  t.deepEqual(title('postgres: checkpointer '), { does: 'checkpointer ', database: '' })
  t.is(title('/usr/bin/python3 x'), undefined)
  t.is(titleIn('nginx', 'nginx: worker process'), undefined)
  t.is(title(`postgres: ${'x'.repeat(9999)}`)!.does.length, 60)
})

test('whom a process of a server may wait for, by their titles', (t) => {
  const others = [
    'postgres: checkpointer',
    'postgres: autovacuum launcher',
    'postgres: app shop [local] UPDATE waiting',
    'postgres: app shop [local] idle',
    'postgres: app other [local] SELECT',
    'postgres: app shop [local] SELECT',
    'postgres: app shop 1.2.3.4(5) idle in transaction',
    'postgres: parallel worker for PID 100',
    'postgres: parallel worker for PID 1000',
    'postgres: walsender rep 1.2.3.4(6) streaming 0/3000060',
  ].map((text, pid) => ({ pid, title: title(text) }))
  const waits = (pid: number, text: string) => {
    const found = waitsByTitle('postgres', { pid, title: title(text)! }, others)
    return found && [found.rule.what, ...found.pids]
  }
  t.deepEqual(waits(100, 'postgres: app shop [local] UPDATE waiting'), ['lock in database', 6, 5])
  t.deepEqual(waits(100, 'postgres: app shop [local] CHECKPOINT'), ['checkpoint', 0])
  t.deepEqual(waits(100, 'postgres: app shop [local] SELECT'), ['parallel workers', 7])
  t.deepEqual(waits(100, 'postgres: app shop [local] COMMIT waiting for 0/15E8'), ['a replica', 9])
  t.is(waits(101, 'postgres: app shop [local] SELECT'), undefined)
  t.is(waits(101, 'postgres: app shop [local] idle'), undefined)
})

test('threads whose parent has ended are asked for the one that they have now, until it is another', (t) => {
  const thread = (pid: number, tid: number, parent: number) => [tid, { pid, tid, parent } as Thread] as const
  const byTid = new Map([thread(10, 10, 5), thread(10, 11, 5), thread(20, 20, 6), thread(30, 30, 7)])
  let said = [...byTid.values()]
  let asked: number[] = []
  const now = new Map([
    [10, 1],
    [30, 7],
  ])
  const adopt = openOrphans((pid) => {
    asked.push(pid)
    return now.get(pid)
  })
  const parentsAfter = (...gone: number[]): number[] => {
    asked = []
    adopt({ byTid, fresh: said, gone })
    said = []
    return [...byTid.values()].map(({ parent }) => parent)
  }
  t.deepEqual(parentsAfter(), [5, 5, 6, 7])
  t.deepEqual(parentsAfter(5, 7), [1, 1, 6, 7])
  t.deepEqual(asked, [10, 30])
  now.set(30, 2)
  t.deepEqual(parentsAfter(), [1, 1, 6, 2])
  t.deepEqual(asked, [30])
  t.deepEqual(parentsAfter(), [1, 1, 6, 2])
  t.deepEqual(asked, [])
})
