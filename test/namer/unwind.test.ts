// Stacks of programs without frame pointers, by what compilers really write about them; gdb says what is right.
import test from 'ava'
import { decodeAnswer, encodeAnswer } from '../../src/namer/protocol.ts'
import { RULE } from '../../src/namer/unwind/rule-flags.ts'
import { CFA, sumOf } from '../../src/namer/unwind/sum.ts'
import { testFrames } from './unwind-test.ts'

testFrames('clang')

test('expressions come to a register and a number, or are not understood', (t) => {
  // of a linker's table of calls: 8 more from the 11th byte of 16 on
  const table = Buffer.from([0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22])
  t.deepEqual(sumOf(table, 16, 0x401020), { register: 7, offset: 8 })
  t.deepEqual(sumOf(table, 16, 0x40102b), { register: 7, offset: 16 })
  t.deepEqual(sumOf(Buffer.from([0x76, 0x78, 0x06]), 16, 0), { register: 6, offset: -8, more: 0 })
  t.deepEqual(sumOf(Buffer.from([0x77, 0x10, 0x06, 0x23, 0x08]), 16, 0), { register: 7, offset: 16, more: 8 })
  t.deepEqual(sumOf(Buffer.from([0x23, 0x08]), 16, 0, { register: CFA, offset: 0 }), { register: CFA, offset: 8 })
  const bad = [[], [0x22], [0x77], [0x06], [0x31, 0x06], [0x76, 0x00, 0x06, 0x06], [0xff], [0x77, 0x00, 0x33, 0x1a]]
  for (const code of bad) t.throws(() => sumOf(Buffer.from(code), 16, 0), { instanceOf: RangeError }, String(code))
  t.throws(() => sumOf(Buffer.alloc(500, 0x31), 16, 0), { instanceOf: RangeError })
})

test('what came of a stack is read back as it was said, and nothing else is', (t) => {
  const rule = { at: 0x7fff12345678, flags: RULE.returnsSaved, cfa: 16, more: 0, returns: -8, pointer: -16 }
  const stacks = [
    { id: 2 ** 52 + 1, end: 'whole' as const, callers: [0x401000, 0x7fff12345679] },
    { id: 7, end: 'stuck' as const, callers: [] },
  ]
  const answer = { is: 'stacks' as const, pid: 4, identity: 'one', stacks, rules: [rule] }
  const line = encodeAnswer(answer)
  t.deepEqual(decodeAnswer(line), answer)
  const said = JSON.parse(line) as Record<string, unknown>
  const bad: Record<string, unknown>[] = [
    { stacks: [[1, 9]] },
    { stacks: [[1, 0, -1]] },
    { stacks: [[1, 0, 2 ** 48]] },
    { stacks: [[1, 0, '1']] },
    { stacks: [[1, 0, ...Array.from({ length: 128 }, () => 1)]] },
    { stacks: Array.from({ length: 9 }, () => [1, 0]) },
    { rules: [[1, 2, 3]] },
    { rules: [[1, -1, 0, 0, 0, 0]] },
    { rules: [[1, 1, 2 ** 31, 0, 0, 0]] },
    { rules: [[1, 1, 0.5, 0, 0, 0]] },
    { rules: 'none' },
  ]
  for (const part of bad) t.is(decodeAnswer(JSON.stringify({ ...said, ...part })), undefined, JSON.stringify(part))
})
