// With some hooks missing: whether what is left can show anything.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { canShow } from '../../../src/model/scripts/fed.ts'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { PROBES } from '../../../src/paths.ts'

const STACKS = `BEGIN { printf("Tracing\\n"); }
kprobe:start, kprobe:__start { @stack[arg0] = kstack; @ts[arg0] = nsecs; }
kprobe:old, kprobe:new /@ts[arg0]/ { @us[@stack[arg0]] = hist(nsecs - @ts[arg0]); delete(@ts[arg0]); }
END { clear(@stack); clear(@ts); }`

const shows = (text: string, ...missing: string[]): boolean =>
  canShow(planOf({ name: 'x', text, taken: () => false }), (hook) => missing.includes(hook))

test('what asks for a map is empty without all that fill it, or without itself', (t) => {
  t.true(shows(STACKS))
  t.true(shows(STACKS, 'kprobe:start', 'kprobe:old'))
  t.false(shows(STACKS, 'kprobe:start', 'kprobe:__start'))
  t.false(shows(STACKS, 'kprobe:start', 'kprobe:__start', 'kprobe:old'))
  t.false(shows(STACKS, 'kprobe:old', 'kprobe:new'))
})

test('through several, however they are written; printing is showing', (t) => {
  const chain = 'k:a { @a = 1; } k:b /@a/ { @b[tid] = nsecs; } k:c /@b[tid]/ { printf("%d\\n", pid); }'
  t.true(shows(chain))
  for (const hook of ['k:a', 'k:b', 'k:c']) t.false(shows(chain, hook), hook)
  t.true(shows(`${chain} interval:s:1 { print(@b); }`, 'k:a'))
  t.true(shows('k:a { @n++; } k:b /@n/ { printf("x"); }', 'k:b'))
})

test('a filter that may be true without the map is no such thing', (t) => {
  for (const filter of ['!@a', '@a == 0', '@a || pid == 1', '@a[tid] && 0 == 1'])
    t.true(shows(`k:a { @a = 1; } k:b /${filter}/ { @n = count(); }`, 'k:a'), filter)
})

test('what is not understood may show anything', (t) => {
  t.true(shows('macro say(@a) { printf("%d", @a); } k:a { @a = 1; } k:b /@a/ { say(@a); @n = count(); }', 'k:a'))
  t.true(shows('k:a { @a = 1; } k:b /@a/ { puts(1); }', 'k:a'))
})

test('scripts that come with probetop show something with all of their hooks', (t) => {
  for (const name of ['biostacks', 'slowfs', 'opensnoop', 'python'])
    t.true(shows(readFileSync(join(PROBES, `${name}.bt`), 'utf8')), name)
})
