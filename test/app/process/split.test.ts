// The bar of all of a process's time: cells that add up, what its letters mean, and lines for what it was blocked for.
import test from 'ava'
import { blockedClassLines, splitLines, type Splits } from '../../../src/app/process/split.ts'
import { wholeCells } from '../../../src/model/whole-cells.ts'
import { TIME_CLASSES } from '../../../src/stream/time-classes.ts'
import { textsOf } from '../../helpers/line-texts.ts'

type Split = NonNullable<Splits['now']>
const split = (ns: Partial<Split['ns']>, sampledNs = 0): Split => {
  const all = Object.fromEntries(TIME_CLASSES.map((each) => [each, ns[each] ?? 0])) as Split['ns']
  return { ns: all, sampledNs, totalNs: Object.values(all).reduce((sum, each) => sum + each, 0) }
}
const of = (now: Split | undefined, past: Splits['past'] = []): Splits => ({ now, past })

test('cells are whole and add up; what is left over goes to the largest rests', (t) => {
  t.deepEqual(wholeCells([1, 1, 2], 4), [1, 1, 2])
  t.deepEqual(wholeCells([1, 1, 1], 10), [4, 3, 3])
  t.deepEqual(wholeCells([26, 25, 49], 10), [3, 2, 5])
  t.deepEqual(wholeCells([1, 999], 10), [0, 10])
  t.deepEqual(wholeCells([0, 0], 10), [0, 0], 'of nothing none')
})

test('the bar has a letter a class, as wide as the page but for its edges', (t) => {
  const [first, second] = TIME_CLASSES
  const lines = splitLines(of(split({ [first]: 3e9, [second]: 1e9 }, 1e9)), 44)
  t.is(textsOf(lines)[0], 'All of its time  100% is 4.00s, of all threads; of that 25.0% split by samples')
  t.deepEqual(
    lines[1]!.slice(1).map(([text]) => text.length),
    [30, 10],
  )
  t.is(splitLines(of(split({ [first]: 1 })), 999)[1]![1]![0].length, 200)
  t.is(splitLines(of(split({ [first]: 1 })), 5)[1]![1]![0].length, 10)
  t.notRegex(textsOf(splitLines(of(split({ [first]: 1e9 })), 44))[0]!, /samples/)
})

test('what the letters mean, most first, in as many lines as it takes; nothing below a tenth of a percent', (t) => {
  const [first, second, third] = TIME_CLASSES
  const shares = textsOf(splitLines(of(split({ [first]: 10e9, [second]: 89.95e9, [third]: 0.05e9 })), 200))[2]!
  t.regex(shares, / 90\.0% .* 10\.0%$/)
  t.deepEqual(shares.match(/%/g)!.length, 2)
  t.is(splitLines(of(split({ [first]: 1, [second]: 1, [third]: 1 })), 10).length, 2 + 3 + 1)
})

test('a process that did not live in the interval has no bar', (t) => {
  t.deepEqual(splitLines(of(undefined), 80), [])
  t.deepEqual(splitLines(of(split({})), 80), [])
})

const LOOK = { unicode: true, rows: 1 }

test('what it was blocked for is in percent of clock time, where it ever was', (t) => {
  const history = [undefined, { intervalMs: 2000 }, { intervalMs: 1000 }] as never
  const lock = split({ lock: 5e8 } as never)
  const made = textsOf(blockedClassLines(of(lock, [undefined, lock, undefined]), history, 1000, LOOK))
  t.is(made.length, 1)
  t.regex(made[0]!, /^ - \S.* 50\.0%/)
  t.deepEqual(blockedClassLines(of(split({}), [undefined, split({}), undefined]), history, 1000, LOOK), [])
  t.regex(textsOf(blockedClassLines(of(undefined, [undefined, lock, undefined]), history, 1000, LOOK))[0]!, / {7}- /)
})
