// What a wait is, told by its call alone, or by the functions of the kernel that are in its stack.
import test from 'ava'
import { callDoes, CALLS_ON_FILES, usualClass } from '../../../src/model/waits/classes.ts'
import { stackRule } from '../../../src/model/waits/stack-rules.ts'

test('what a call does, of 32-bit programs, too', (t) => {
  t.is(callDoes('futex'), 'futex')
  t.is(callDoes('read/32'), 'read')
  t.is(callDoes('wait4'), 'child')
  t.is(callDoes('getpid'), undefined)
  t.true(CALLS_ON_FILES.includes('fsync'))
  t.false(CALLS_ON_FILES.includes('sync') || CALLS_ON_FILES.includes('msync'), 'of all files, or of none')
})

test('a call alone says of which class it usually is', (t) => {
  const cases: [string, 'S' | 'D', string][] = [
    ['page fault', 'D', 'memory'],
    ['I/O limit', 'D', 'disk'],
    ['writeback throttle', 'D', 'disk'],
    ['recvfrom', 'S', 'network'],
    ['sendto/32', 'S', 'network'],
    ['read', 'S', 'other'],
    ['read', 'D', 'disk'],
    ['write', 'D', 'disk'],
    ['openat', 'D', 'disk'],
    ['openat', 'S', 'filesystem'],
    ['fsync', 'S', 'disk'],
    ['futex', 'S', 'event'],
    ['futex', 'D', 'event'],
    ['flock', 'S', 'lock'],
    ['epoll_wait', 'S', 'idle'],
    ['nanosleep', 'S', 'timer'],
    ['wait4', 'S', 'child'],
    ['semop', 'S', 'event'],
    ['getpid', 'D', 'other'],
    ['toString', 'S', 'other'],
  ]
  for (const [call, state, of] of cases) t.is(usualClass(call, state), of as never, `${call} ${state}`)
})

test('the first rule that a function meets counts, wherever the function is; and where the wait began is said', (t) => {
  const said = (...names: string[]) => {
    const { rule, from } = stackRule(names)
    return [rule?.words, from]
  }
  t.deepEqual(said('__schedule', 'schedule', 'io_schedule', 'folio_wait_bit', 'filemap_read'), [
    'locked page',
    'folio_wait_bit',
  ])
  t.deepEqual(said('schedule_timeout', 'io_schedule_timeout', 'do_swap_page'), ['swap-in', 'do_swap_page'])
  t.deepEqual(said('__schedule', 'rwsem_down_read_slowpath', 'down_read', 'ext4_x'), ['kernel lock', 'ext4_x'])
  t.deepEqual(said('schedule', '__mutex_lock.constprop.0', 'mutex_lock', 'x'), ['kernel lock', 'x'])
  t.deepEqual(said('bit_wait_io', 'jbd2_log_wait_commit'), ['journal commit', 'bit_wait_io'])
  t.deepEqual(said('io_schedule', 'rq_qos_wait', 'wbt_wait', 'blk_mq_submit_bio')[0], 'writeback throttle')
  t.deepEqual(said('io_schedule', 'rq_qos_wait', 'blkcg_iolatency_throttle')[0], 'I/O latency limit')
  t.deepEqual(said('io_schedule', 'ioc_rqos_throttle')[0], 'I/O cost limit')
  t.deepEqual(said('io_schedule_timeout', 'balance_dirty_pages', 'generic_perform_write')[0], 'dirty page limit')
  t.deepEqual(said('schedule', 'what_is_this'), [undefined, 'what_is_this'])
  t.deepEqual(said('schedule'), [undefined, undefined])
  t.deepEqual(said(), [undefined, undefined])
  t.deepEqual(said('wait_for_completion', '__flush_work'), ['work of the kernel', '__flush_work'])
})
