// What of a script an older bpftrace does not take.
import test from 'ava'
import { newestOf } from '../../../src/model/scripts/dialect.ts'

const CASES: readonly (readonly [script: string, what: string, minor: number])[] = [
  ['k:a { for ($i : 0..3) { } }', 'for over a range', 24],
  ['k:a { for ($i : $n..$m) { } }', 'for over a range', 24],
  ['k:a { @ = tseries(1, 1s, 2); }', 'tseries()', 24],
  ['k:a { let $x = 1; @ = count(); }', 'let', 22],
  ['k:a { let $x: uint8 = 1; for ($kv : @) { } }', 'let', 22],
  ['k:a /has_key(@a, 1)/ { }', 'has_key()', 22],
  ['self:signal:SIGUSR1 { }', 'self:signal', 22],
  ['k:a { for ($kv : @a) { print($kv); } }', 'for', 21],
  ['config = { x = 1 } k:a { }', 'config', 20],
  ['k:a { @[args.fd] = count(); }', 'args.', 19],
]

test('each with the version that has it first; of several the newest', (t) => {
  for (const [script, what, minor] of CASES) t.deepEqual(newestOf(script), { what, version: [0, minor] }, script)
})

test('what every version has is nothing new, nor what stands in texts and comments', (t) => {
  for (const script of [
    'k:a { @[args->fd] = count(); @let = 1; $for = 2; }',
    'k:a { printf("let $x for ($i : 0..3) args.fd"); } // config = { }',
    'for',
    'k:a { let',
    '',
  ])
    t.is(newestOf(script), undefined, script)
})
