// Of which scripts nothing is to be expected, and what is said of each.
import test from 'ava'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { silenceOf } from '../../../src/model/scripts/empty-scripts.ts'

const of = (text: string) => silenceOf(planOf({ name: 'x', text, taken: () => false }))

test('a script that shows nothing says why', (t) => {
  const cases: Record<string, RegExp> = {
    '': /^it has no probe, so nothing of it runs$/,
    '// only words': /^it has no probe/,
    'config = { missing_probes = "warn" }': /^it has no probe/,
    'BEGIN { @x = 1; }': /^it has no probe but BEGIN/,
    'begin { @x = count(); clear(@x) }': /^$/,
    'END { printf("x\\n"); }': /^it has no probe but END/,
    'i:s:1 { @t = tseries(1, 1s, 5); }': /^@t: tseries\(\) cannot be shown/,
    'k:a { @s[tid] = nsecs; }': /^it prints nothing, and @s is only given values; give a map count\(\)/,
    'k:a { @s[tid] = nsecs; @a = 1; @b = 1; @c = 1; }': /^it prints nothing, and @s, @a, @b and 1 more are only/,
    'k:a { @s[tid] = nsecs; } END { printf("x"); }': /^it prints only when it ends, and nothing before, and @s is/,
    'k:a { $x = 1; }': /^it prints nothing, and has no map that counts/,
  }
  for (const [text, says] of Object.entries(cases)) t.regex(of(text) ?? '', says, text)
})

test('one that shows something says nothing of that', (t) => {
  for (const text of [
    'k:a { @ = count(); }',
    'k:a { @x = 1; } END { print(@x); }',
    'k:a { printf("x\\n"); }',
    'k:a { print($x); }',
    'k:a { print("x"); }',
    'k:a { print(@x[1]); }',
    'k:a { print((1, 2)); }',
    'k:a { time(); }',
    'BEGIN { printf("%d\\n", pid); }',
    'BEGIN { cat("/proc/loadavg"); }',
    'i:s:1 { system("date"); }',
    'k:a { warnf("x"); }',
  ])
    t.is(of(text), undefined, text)
})
