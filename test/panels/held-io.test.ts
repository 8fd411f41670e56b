// Words for I/O that is held back before a disk has it.
import test from 'ava'
import { heldIoNotes } from '../../src/panels/held-io.ts'
import { blockedIn } from '../../src/panels/offcpu.ts'
import type { HeldIo, SchedData } from '../../src/stream/sched-types.ts'

const data = (ioLimits: SchedData['ioLimits'], held: HeldIo[]): SchedData =>
  ({ ioLimits, procs: held.map((heldIo) => ({ heldIo })) }) as unknown as SchedData

test('the group, its limits, and how many wait', (t) => {
  const limit = { cgroup: '/batch', threads: 3, disks: [{ name: 'vda', writeBytes: 1 << 20, reads: 50 }] }
  t.deepEqual(heldIoNotes(data([limit], [{ by: 'limit', threads: 3, ns: 1, cgroup: '/batch' }])), [
    '3 threads wait for the I/O limit of /batch: vda write 1 MiB/s, 50 reads/s',
  ])
})

test('the two groups for whose limits most threads wait', (t) => {
  const limits = [1, 5, 3].map((threads) => ({ cgroup: `/${threads}`, threads, disks: [] }))
  t.deepEqual(heldIoNotes(data(limits, [{ by: 'dirty', threads: 9, ns: 1 }])), [
    '5 threads wait for the I/O limit of /5',
    '3 threads wait for the I/O limit of /3',
  ])
})

test('what is held by no limit', (t) => {
  const held = { by: 'writeback', threads: 1, ns: 1 } as const
  t.deepEqual(heldIoNotes(data(undefined, [held])), ['1 thread waits for the writeback throttle'])
  t.deepEqual(heldIoNotes(data(undefined, [held, { ...held, threads: 2 }])), [
    '3 threads wait for the writeback throttle',
  ])
  t.deepEqual(heldIoNotes(data(undefined, [])), [])
})

test('blocked in: what holds a call in state D, unless that is the lesser part of it', (t) => {
  const proc = (ns: number) => ({
    calls: [
      { call: 'fsync', state: 'D' as const, ns: 900 },
      { call: 'poll', state: 'S' as const, ns: 5000 },
    ],
    heldIo: { by: 'limit' as const, threads: 1, ns },
  })
  t.deepEqual(blockedIn(proc(900))!.text, 'I/O limit')
  t.is(blockedIn(proc(900), 'D')!.text, 'I/O limit')
  t.is(blockedIn(proc(900), 'S')!.text, 'poll')
  t.is(blockedIn(proc(400))!.text, 'fsync (D)')
})
