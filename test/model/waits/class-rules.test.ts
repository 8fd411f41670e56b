// Rules of classes of time, as they are written; and names with `*` in them.
import test from 'ava'
import { OUR_RULES, RULE_CLASSES, ruledClass, ruleProblem } from '../../../src/model/waits/class-rules.ts'
import { stackRule } from '../../../src/model/waits/stack-rules.ts'
import { globOf } from '../../../src/model/waits/glob.ts'

test('* is anything, | is or', (t) => {
  const fits = (pattern: string, name: string) => globOf(pattern)(name)
  t.true(fits('read', 'read'))
  t.false(fits('read', 'readv'))
  t.true(fits('read*', 'readv'))
  t.true(fits('*lock', 'mutex_lock') && fits('*lock', 'lock'))
  t.true(fits('a*b*c', 'a-b-b-c') && !fits('a*b*c', 'acb'))
  t.false(fits('ab*ba', 'aba'), 'no letter counts twice')
  t.true(fits('x|y*', 'yes') && !fits('x|y*', 'xx'))
  const long = 'a*'.repeat(200)
  t.false(fits(`${long}b`, 'a'.repeat(100_000)), 'in one pass')
})

test('what is wrong with a rule is said', (t) => {
  for (const text of ['futex', 'futex S', 'ioctl D in my_*', '* of nginx: worker', 'read|write of a*'])
    t.is(ruleProblem(text), undefined, text)
  t.regex(ruleProblem('')!, /is empty/)
  t.regex(ruleProblem('read X')!, /"X" is neither/)
  t.regex(ruleProblem('read in')!, /"in" is neither/)
  t.regex(ruleProblem('a'.repeat(501))!, /longer/)
})

test('the first that fits counts; a rule by functions needs them', (t) => {
  const rules = [
    { text: 'read in nfs_*', class: 'network' },
    { text: 'read D', class: 'disk' },
    { text: 'read of web*', class: 'idle' },
  ] as const
  const of = (state: 'S' | 'D', name: string, functions?: string[]) =>
    ruledClass(rules, { call: 'read', state, name, ...(functions && { functions }) })
  t.deepEqual(of('D', 'x', ['schedule', 'nfs_wait']), { class: 'network', bySample: true })
  t.deepEqual(of('D', 'x'), { class: 'disk', bySample: true })
  t.is(of('S', 'x'), undefined)
  t.like(of('S', 'web 1'), { class: 'idle' })
})

test('ours are written in the same words, and say the same', (t) => {
  for (const { text, class: of } of OUR_RULES) {
    t.is(ruleProblem(text.slice(0, 500)), undefined, text)
    t.true(RULE_CLASSES.includes(of), text)
  }
  const ours = (functions: string[]) => ruledClass(OUR_RULES, { call: '', state: 'D', functions, name: '' })?.class
  for (const names of [
    ['io_schedule', 'fuse_wait'],
    ['schedule', 'jbd2_log_wait_commit', 'ext4_sync_file'],
    ['__down'],
  ])
    t.is(ours(names), stackRule(names).rule?.class)
})

test('blanks around a rule are none of it; what is no rule is left out', (t) => {
  const wait = { call: 'futex', state: 'S', name: 'nginx: worker' } as const
  const of = (...texts: string[]) =>
    ruledClass(
      texts.map((text) => ({ text, class: 'idle' })),
      wait,
    )
  t.deepEqual(of('  futex  '), { class: 'idle', bySample: false })
  t.deepEqual(of('', 'futex of', 'futex in', 'futex x', 'read', 'futex of nginx: *'), {
    class: 'idle',
    bySample: false,
  })
  for (const text of ['', ' ', 'futex of', 'futex in', 'futex X', 'x'.repeat(501)]) t.truthy(ruleProblem(text), text)
  for (const text of ['futex', 'futex S', 'futex D in a* of b c', 'x'.repeat(500)])
    t.is(ruleProblem(text), undefined, text)
})
