import test from 'ava'
import { benchOptions, usage } from './options.ts'

const choices = { parts: ['calls', 'idle'], tools: ['probetop', 'five libbpf-tools'] }
const parse = (...argv: string[]) => benchOptions(argv, choices)

test('all parts unless some are named', (t) => {
  t.deepEqual(parse().parts, ['calls', 'idle'])
  t.deepEqual(parse('idle').parts, ['idle'])
})

test('rounds: few of what takes long, as many as asked for of all', (t) => {
  t.like(parse(), { rounds: 5, longRounds: 1, seconds: 40 })
  t.like(parse('--quick'), { rounds: 2, longRounds: 1, seconds: 5 })
  t.like(parse('--rounds', '3', '--seconds', '30'), { rounds: 3, longRounds: 3, seconds: 30 })
})

test('loads are chosen by words of their names', (t) => {
  t.deepEqual(parse().rows, [])
  t.deepEqual(parse('--rows', 'fork, all at once').rows, ['fork', 'all at once'])
})

test('what is not understood is said in one line', (t) => {
  t.throws(() => parse('cals'), { message: 'no part "cals": there are calls, idle' })
  t.throws(() => parse('--only', 'probetop, five'), {
    message: 'no tool "five": there are probetop, five libbpf-tools',
  })
  t.throws(() => parse('--rounds', '0'), { message: '--rounds 0: not a number above 0' })
  t.throws(() => parse('--rounds', 'x'), { message: '--rounds x: not a number above 0' })
  t.throws(() => parse('--add'), { message: '--add needs --json FILE' })
  t.throws(() => parse('--nonsense'))
})

test('the usage names parts and tools', (t) => {
  t.regex(usage(choices), /calls idle\n/)
  t.regex(usage(choices), /probetop, five libbpf-tools/)
})
