import test from 'ava'
import { createHookNames, namesFrom, type HookAnswer } from '../../../src/engine/bpftrace/hook-names.ts'
import { MOST_HOOK_NAMES } from '../../../src/stream/hooks.ts'

const LISTED = [
  'hardware:cache-misses:',
  'kprobe:vfs_open',
  'kprobe:vfs_read',
  'tracepoint:sched:sched_switch',
  'tracepoint:sched:sched_waking',
  'tracepoint:scsi:scsi_eh_wakeup',
  'tracepoint:syscalls:sys_enter_read',
]
const ALL = `\n${LISTED.join('\n')}`

test('a name is told as far as its next part, each part once', (t) => {
  t.deepEqual(namesFrom(ALL, '').names, ['hardware:', 'kprobe:', 'tracepoint:'])
  t.deepEqual(namesFrom(ALL, 'tracepoint:sc'), {
    begin: 'tracepoint:sc',
    names: ['tracepoint:sched:', 'tracepoint:scsi:'],
    of: 2,
  })
  t.deepEqual(namesFrom(ALL, 'tracepoint:sched:').names, LISTED.slice(3, 5))
  t.deepEqual(namesFrom(ALL, 'tracepoint:sched:sched_switch').names, ['tracepoint:sched:sched_switch'])
  t.deepEqual(namesFrom(ALL, 'sched'), { begin: 'sched', names: [], of: 0 })
})

test('what bpftrace lists under another name only is found under its own', (t) => {
  t.deepEqual(namesFrom(ALL, 'kretprobe:vfs').names, ['kretprobe:vfs_open', 'kretprobe:vfs_read'])
  t.deepEqual(namesFrom(ALL, 't:scs').names, ['t:scsi:'])
})

test('of 100,000 names some are told and all counted, within a moment; what is no name is left out', (t) => {
  const many = `\n${Array.from({ length: 100_000 }, (_, index) => `kprobe:f${index}`).join('\n')}\nkprobe:\u001b[2J\n\n`
  const beganMs = performance.now()
  const { names, of } = namesFrom(many, 'kprobe:')
  t.is(names.length, MOST_HOOK_NAMES)
  t.is(of, 100_000)
  t.deepEqual(namesFrom(many, '').names, ['kprobe:'])
  t.true(performance.now() - beganMs < 1000)
})

test('bpftrace is asked once, when the first is typed; what was typed last is answered; where it fails it is said', async (t) => {
  const answers: HookAnswer[] = []
  let asked = 0
  let tell: (names: string | undefined) => void = () => {}
  const hooks = createHookNames(
    (found) => answers.push(found),
    () => {
      asked++
      return new Promise((resolve) => (tell = resolve))
    },
  )
  hooks.want(undefined)
  t.is(asked, 0)
  hooks.want('k')
  tell(undefined)
  await Promise.resolve()
  await Promise.resolve()
  t.like(answers, [{ begin: 'k', names: [], why: 'bpftrace -l does not answer' }])
  hooks.want('kp')
  hooks.want('kprobe:vfs_r')
  tell(LISTED.join('\n'))
  await Promise.resolve()
  await Promise.resolve()
  hooks.want('BE')
  t.is(asked, 2)
  t.deepEqual(
    answers.slice(1).map(({ names }) => names),
    [['kprobe:vfs_read'], ['BEGIN']],
  )
})
