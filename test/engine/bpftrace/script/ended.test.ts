// Why a script does not run, from bpftrace's last words.
import test from 'ava'
import { explainScriptEnd } from '../../../../src/engine/bpftrace/script/ended.ts'

const plan = { hooks: ['kprobe:a'], text: 'kprobe:a { @ = count(); }' }
const told = (stderr: readonly string[], { exitCode = 1, why = '' } = {}) =>
  explainScriptEnd(
    { exitCode, stderr, wasReady: false },
    { plan, bpftrace: '0.17', attached: () => ({ attached: 0, of: 1, why }) },
  )

const CASES: readonly (readonly [said: readonly string[], message: string, hint: RegExp])[] = [
  [
    ["definitions.h:5:10: fatal error: 'linux/sched.h' file not found"],
    "it needs header files: 'linux/sched.h' file not found",
    /linux-headers/,
  ],
  [
    ["stdin:3:1-9: ERROR: Struct/union of type 'struct x' does not contain a field named 'order'"],
    "it does not fit this kernel: line 3: Struct/union of type 'struct x' does not contain a field named 'order'",
    /for this kernel/,
  ],
  [
    ['stdin:2:1-9: ERROR: system() is an unsafe function'],
    'line 2: system() is an unsafe function',
    /--unsafe on the command line/,
  ],
  [['stdin:2:1-9: ERROR: Unknown function: coun'], 'line 2: Unknown function: coun', /this is bpftrace 0\.17/],
  [['ERROR: something else'], 'something else', /fix the script/],
]

test('what it says decides what is to be done', (t) => {
  for (const [said, message, hint] of CASES) {
    const error = told(said)
    t.like(error, { kind: 'unsupported', message })
    t.regex(error.hint, hint, message)
  }
})

test('of a script that ends too early its last line is shown, with a mark behind it', (t) => {
  const early = 'BEGIN { }\ntracepoint:a:b { @ = count();'
  const { message, excerpt } = explainScriptEnd(
    {
      exitCode: 1,
      stderr: ['stdin:3:1-1: ERROR: syntax error, unexpected end of file, expecting }', '  ', '  '],
      wasReady: false,
    },
    { plan: { hooks: [], text: early }, bpftrace: '0.17', attached: () => ({ attached: 0, of: 1, why: '' }) },
  )
  t.is(message, 'line 2: syntax error, unexpected end of file, expecting }')
  t.deepEqual(excerpt, ['tracepoint:a:b { @ = count();', '                             ~'])
})

test('with a hook that is missing all that comes of it is missing, too', (t) => {
  const why = 'kprobe:a: not on this machine'
  for (const said of [
    'ERROR: Undefined map: @n',
    'ERROR: No probes to attach',
    'ERROR: Code not generated for probe: kprobe:a from: kprobe:a,kprobe:b',
  ])
    t.is(told([said], { why }).message, `attached 0 of 1: ${why}`)
  t.is(told([], { exitCode: 0, why }).message, `attached 0 of 1: ${why}`)
})

test('a pattern that nothing has the name of, in the words of 0.27', (t) => {
  const said = ['stdin:1:1-22: WARNING: Probe has no valid attach points. It is being removed', 'kprobe:a', '~~~~~~~~']
  t.regex(told(said).message, /^attached 0 of 1: kprobe:a/)
})

test('a type of hook that 0.17 does not know ends it for good', (t) => {
  const ended = { signal: 'SIGABRT', stderr: ['FATAL: Invalid probe type made it to attachpoint parser'] }
  const error = (wasReady: boolean) =>
    explainScriptEnd(
      { ...ended, wasReady },
      { plan, bpftrace: '0.17', attached: () => ({ attached: 0, of: 1, why: '' }) },
    )
  t.like(error(false), { kind: 'unsupported', message: "bpftrace 0.17 does not know one of its hooks' types" })
  t.is(error(true).kind, 'failed')
})

test('a script for a newer bpftrace is said to be', (t) => {
  const end = (bpftrace: string) =>
    explainScriptEnd(
      { exitCode: 1, stderr: ['stdin:1:1-9: ERROR: syntax error, unexpected variable'], wasReady: false },
      {
        plan: { ...plan, text: 'kprobe:a { let $x = 1; }' },
        bpftrace,
        attached: () => ({ attached: 0, of: 1, why: '' }),
      },
    )
  t.is(end('0.17').hint, 'install bpftrace 0.22 or later for its `let`; this is 0.17')
  t.is(end('0.23').hint, 'fix the script; this is bpftrace 0.23')
})
