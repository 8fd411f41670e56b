import test from 'ava'
import { isIdle } from '../../src/panels/idle.ts'
import { blockedIn } from '../../src/panels/offcpu.ts'
import type { BlockedCall } from '../../src/stream/sched-types.ts'
import { fakeScreen } from '../helpers/screen.ts'

const proc = (
  calls: [string, 'S' | 'D', number][],
  more: { comm?: string; uninterruptibleNs?: number; preemptedNs?: number } = {},
) => ({
  comm: 'x',
  uninterruptibleNs: 0,
  preemptedNs: 0,
  calls: calls.map(([call, state, ms]): BlockedCall => ({ call, state, ns: ms * 1e6 })),
  ...more,
})

const idle = (of: ReturnType<typeof proc>, heldNs = 0): boolean => isIdle(of, heldNs, 1000)

test('who waits for work, a timer, a client or a child is idle; who may wait for somebody is not', (t) => {
  t.true(idle(proc([['epoll_wait', 'S', 900]])))
  t.true(
    idle(
      proc([
        ['clock_nanosleep/32', 'S', 900],
        ['accept4', 'S', 900],
      ]),
    ),
  )
  t.true(idle(proc([['kernel', 'S', 900]])))
  t.false(
    idle(
      proc([
        ['epoll_wait', 'S', 900],
        ['futex', 'S', 900],
      ]),
    ),
  )
  t.false(idle(proc([['read', 'S', 900]])))
})

test('who is stuck or held is not idle, whatever it sleeps in', (t) => {
  t.false(
    idle(
      proc(
        [
          ['epoll_wait', 'S', 900],
          ['fsync', 'D', 90],
        ],
        { uninterruptibleNs: 90e6 },
      ),
    ),
  )
  t.true(
    idle(
      proc(
        [
          ['epoll_wait', 'S', 900],
          ['fsync', 'D', 2],
        ],
        { uninterruptibleNs: 2e6 },
      ),
    ),
    'below one percent',
  )
  t.false(idle(proc([['epoll_wait', 'S', 900]], { uninterruptibleNs: 10e6 })), 'one percent')
  t.false(idle(proc([['fsync', 'D', 10]])))
  t.true(idle(proc([['fsync', 'D', 9.9]], { uninterruptibleNs: 9.9e6 })))
  t.false(idle(proc([['epoll_wait', 'S', 900]], { preemptedNs: 50e6 })))
  t.false(idle(proc([['epoll_wait', 'S', 900]]), 1e6))
  t.true(idle(proc([['futex', 'S', 900]], { comm: 'probetop-engine' })), 'our own')
})

test('blocked in: what nobody chose before what is waited for, that before idling', (t) => {
  t.is(
    blockedIn(
      proc([
        ['epoll_wait', 'S', 900],
        ['futex', 'S', 100],
      ]),
    )?.text,
    'futex',
  )
  t.is(blockedIn(proc([['epoll_wait', 'S', 900]], { preemptedNs: 80e6 }))?.text, 'preempted')
  t.is(blockedIn(proc([['epoll_wait', 'S', 900]], { preemptedNs: 2e6 }))?.text, 'epoll_wait')
  t.is(blockedIn(proc([['fsync', 'D', 90]], { uninterruptibleNs: 90e6, preemptedNs: 80e6 }))?.text, 'fsync (D)')
  t.is(
    blockedIn(proc([['fsync', 'D', 90]], { uninterruptibleNs: 90e6, preemptedNs: 2e6 }), 'preempted')?.text,
    'preempted',
  )
})

test('idle rows are left out and counted, shown by a key, and to whoever looks for one', (t) => {
  const screen = fakeScreen({ ticks: 20, width: 120 })
  screen.press('2')
  t.regex(screen.text(), /\d+ idle left out: i/)
  t.notRegex(screen.text(), /sshd/)
  screen.press('i')
  t.regex(screen.text(), /sshd/)
  t.notRegex(screen.text(), /left out/)
  screen.press('i', '/', 's', 's', 'h')
  t.regex(screen.text(), /sshd .* epoll_wait/)
  screen.press('escape', '1')
  t.regex(screen.text(), /sshd/, 'of other panels nothing is left out')
})
