import test from 'ava'
import { createAttached, whyNot } from '../../../../src/engine/bpftrace/script/attached.ts'

/** As bpftrace says it, by what is then told. */
const SAID: readonly (readonly [said: string, name: string])[] = [
  ['stdin:1:1-14: WARNING: No matches for kprobe nosuch. Skipping.', 'nosuch'],
  ['stdin:1:1-24: WARNING: No matches for tracepoint sched:nosuch. Skipping.', 'sched:nosuch'],
  ['s.bt:8:1-34: WARNING: No matches for usdt /usr/bin/node:gc__start. Skipping.', '/usr/bin/node:gc__start'],
  ['stdin:1:1-24: WARNING: No matches for uprobe /bin/bash:nosuch. Skipping.', '/bin/bash:nosuch'],
  ['WARNING: Unable to attach probe: hardware:cpu-cycles:1000000. Skipping.', 'hardware:cpu-cycles:1000000'],
  ["ERROR: Error attaching probe: 'uprobe:/bin/sh:nosuch'", 'uprobe:/bin/sh:nosuch'],
  ['ERROR: Error attaching probe: hardware:cpu-cycles:1000000', 'hardware:cpu-cycles:1000000'],
]

test('hooks that are skipped are told by their names, in the words of each version', (t) => {
  for (const [said, name] of SAID) {
    const attached = createAttached({ hooks: ['tracepoint:a:b', 'tracepoint:c:d'], hookless: 0 }, 1)
    attached.told(3, false)
    attached.word(said)
    t.deepEqual(attached.now(), { attached: 1, of: 2, why: `${name}: not on this machine` }, said)
  }
})

test('a tracepoint that is not there is named alone, though it is not counted', (t) => {
  const made = () => createAttached({ hooks: ['tracepoint:a:b', 'tracepoint:c:d'], hookless: 0 }, 1)
  const attached = made()
  attached.word('stdin:1:1-21: WARNING: tracepoint not found: a:b')
  attached.told(2, false)
  const why = 'tracepoint:a:b: not on this machine'
  t.deepEqual(attached.now(), { attached: 1, of: 2, why })
  // of a probe of its own it is the end, and nothing is told
  const ended = made()
  ended.word('stdin:1:1-21: ERROR: tracepoint not found: a:b')
  t.is(ended.now().why, why)
})

test('from 0.24 on it says how many are attached; before, how many it will try', (t) => {
  const hooks = ['kprobe:vfs_*']
  const now = (areAttached: boolean) => {
    const attached = createAttached({ hooks, hookless: 1 }, 1)
    attached.told(9, areAttached)
    attached.word('WARNING: could not attach probe kprobe:vfs_x, skipping.')
    return attached.now()
  }
  t.like(now(true), { attached: 7, of: 8 })
  t.like(now(false), { attached: 6, of: 7 })
})

test('that there are no kprobes at all is said of a script of kprobes', (t) => {
  const plan = { hooks: ['kprobe:a', 'kprobe:b'] }
  t.is(whyNot(plan, [], false), 'kprobe:a, kprobe:b: this kernel has no kprobes (CONFIG_KPROBES)')
  t.is(whyNot(plan, ['kprobe:a'], true), 'kprobe:a: not on this machine')
  t.is(
    whyNot({ hooks: [] }, ['a:1', 'a:2', 'a:3', 'a:4', 'a:5'], true),
    'a:1, a:2, a:3 and 2 more: not on this machine',
  )
})

test('of a script of kprobes and others, each lacks what it lacks', (t) => {
  const plan = { hooks: ['kprobe:a', 'tracepoint:b:c'] }
  const why = 'this kernel has no kprobes (CONFIG_KPROBES); tracepoint:b:c: not on this machine'
  t.is(whyNot(plan, [], false), `kprobe:a: ${why}`)
  t.is(whyNot(plan, ['a', 'tracepoint:b:c'], false), `a: ${why}`)
  t.is(whyNot(plan, ['tracepoint:b:c'], false), 'tracepoint:b:c: not on this machine')
})

test('of hooks that some of are attached, it is the pattern that is not there', (t) => {
  const hooks = ['kprobe:lookup_fast', 'kprobe:lookup_fast.constprop.*', 'kretprobe:d_lookup']
  const attached = createAttached({ hooks, hookless: 0 }, 1)
  attached.told(3, false)
  t.like(attached.now(), { attached: 2, of: 3 })
  t.regex(attached.now().why, /^kprobe:lookup_fast\.constprop\.\*: /)
})
