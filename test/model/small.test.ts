// Small pure functions that many others use, by hand: rates, limits in words, plumbing, whole cells.
import test from 'ava'
import { limitsText } from '../../src/model/io-limits.ts'
import { isPlumbing } from '../../src/model/plumbing.ts'
import { heldNs, percentOf, perSecond, ratio, stuckNs } from '../../src/model/base/rates.ts'
import { wholeCells } from '../../src/model/whole-cells.ts'

test('rates and shares: of time that passed; of none nothing, and unknown stays unknown', (t) => {
  t.deepEqual([perSecond(6, 2000), perSecond(6, 0), perSecond(undefined, 2000)] as unknown[], [3, 0, undefined])
  t.deepEqual([percentOf(3e9, 2000), percentOf(6, 0), percentOf(undefined, 2000)] as unknown[], [150, 0, undefined])
  t.deepEqual([ratio(6, 4), ratio(6, 0)], [1.5, undefined])
})

test('stuck is what nobody chose, held what somebody else did', (t) => {
  t.is(stuckNs({ uninterruptibleNs: 1, preemptedNs: 20, throttledNs: 300 }), 321)
  t.is(stuckNs({ uninterruptibleNs: 1 }), 1)
  t.is(stuckNs({ preemptedNs: 20 }) as unknown, undefined)
  t.deepEqual([heldNs({ stoppedNs: 1, tracedNs: 20, frozenNs: 300 }), heldNs({})], [321, 0])
})

test('limits in words, in units of 1024, to a tenth', (t) => {
  const read = (readBytes: number): string => limitsText([{ name: 'vda', readBytes }])
  for (const [bytes, text] of [
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1.26 * 2 ** 20, '1.3 MiB'],
    [2 ** 30, '1 GiB'],
    [2.5 * 2 ** 40, '2.5 TiB'],
    [2 ** 51, '2048 TiB'],
  ] as const)
    t.is(read(bytes), `vda read ${text}/s`)
  const limits = { name: 'vdb', readBytes: 1024, writeBytes: 2048, reads: 3, writes: 4 }
  t.is(limitsText([limits, { name: 'vdc' }]), 'vdb read 1 KiB/s, write 2 KiB/s, 3 reads/s, 4 writes/s; vdc ')
  t.is(limitsText([]), '')
})

test('plumbing is of the kernel, whatever a compiler appended', (t) => {
  const kernel = (name: string): boolean => isPlumbing({ kind: 'kernel', name })
  t.true(['schedule', '__schedule', 'finish_task_switch.isra.0', 'do_syscall_64'].every(kernel))
  t.false(['ext4_sync_file', 'ext4_sync_file.isra.0', 'schedule_work', '.schedule'].some(kernel))
  t.false(isPlumbing({ kind: 'user', name: 'schedule' }))
})

test('whole cells add up; what is left over goes to the largest rests', (t) => {
  t.deepEqual(wholeCells([1, 1, 1], 10), [4, 3, 3])
  t.deepEqual(wholeCells([50, 26, 24], 10), [5, 3, 2])
  t.deepEqual(wholeCells([1, 2, 3], 10), [2, 3, 5])
  t.deepEqual(wholeCells([1, 999], 5), [0, 5])
  t.deepEqual(wholeCells([0, 0], 5), [0, 0])
  t.deepEqual(wholeCells([], 5), [])
})
