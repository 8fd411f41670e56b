// What is remembered, and that it has a bound.
import test from 'ava'
import { createLatest, createMemo } from '../../src/model/memo.ts'

const counting = (most: number) => {
  const made: string[] = []
  const memo = createMemo<{ text: string }>(most, () => 1)
  return {
    made,
    ask: (question: string, of: object, text = question) => memo(question, of, () => (made.push(text), { text })).text,
  }
}

test('made once for each question about each object', (t) => {
  const { made, ask } = counting(100)
  const [one, other] = [{}, {}]
  for (let i = 0; i < 3; i++) t.deepEqual([ask('a', one), ask('b', one), ask('a', other, 'c')], ['a', 'b', 'c'])
  t.deepEqual(made, ['a', 'b', 'c'])
})

test('what is asked for again stays, the rest goes when it has become too much', (t) => {
  const { made, ask } = counting(10)
  const of = {}
  ask('seldom', of)
  for (let i = 0; i < 100; i++) {
    ask('often', of)
    ask(`once ${i}`, of)
  }
  t.is(made.filter((text) => text === 'often').length, 1)
  ask('once 99', of)
  t.is(made.filter((text) => text === 'once 99').length, 1)
  ask('seldom', of)
  t.is(made.filter((text) => text === 'seldom').length, 2)
})

test('a heavy one pushes out as many as weigh the same', (t) => {
  const made: number[] = []
  const memo = createMemo<{ weight: number }>(10, ({ weight }) => weight)
  const ask = (of: object, weight: number) => memo('', of, () => (made.push(weight), { weight }))
  const [light, heavy, heavier] = [{}, {}, {}]
  ask(light, 1)
  ask(heavy, 11)
  ask(heavier, 12)
  ask({}, 1)
  ask(light, 1)
  t.deepEqual(made, [1, 11, 12, 1, 1])
})

test('a generation ends once more is kept than it may be, and what is in neither of two is made again', (t) => {
  const { made, ask } = counting(2)
  const of = {}
  for (const question of ['a', 'b', 'c', 'd', 'e', 'f', 'a', 'g', 'h', 'i', 'd']) ask(question, of)
  t.is(made.join(''), 'abcdefghid')
})

test('the last that was made of an object stays as long as it is made with the same', (t) => {
  let times = 0
  const sum = createLatest((of: { a: number }, more: { b: number }) => (times++, { sum: of.a + more.b }))
  const [one, two] = [{ a: 1 }, { a: 2 }]
  const [b, other] = [{ b: 10 }, { b: 20 }]
  const first = sum(one, b)
  t.deepEqual([first.sum, sum(two, b).sum, times], [11, 12, 2])
  t.is(sum(one, b), first)
  t.is(sum(one, other).sum, 21)
  t.not(sum(one, b), first, 'only the last')
  t.is(times, 4)
})
