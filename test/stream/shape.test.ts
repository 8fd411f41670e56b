// Shapes of values from outside: what fits, what does not, and which part of it is said.
import test from 'ava'
import * as shape from '../../src/stream/shape.ts'

const says = (check: shape.Check, value: unknown): string => check(value) ?? 'fits'

test('texts, numbers and truths', (t) => {
  t.is(says(shape.text, ''), 'fits')
  t.is(says(shape.text, 'x'.repeat(64 * 1024)), 'fits')
  t.is(says(shape.text, 'x'.repeat(64 * 1024 + 1)), 'is too long a text')
  t.is(says(shape.text, 1), 'is not text')
  t.is(says(shape.flag, false), 'fits')
  t.is(says(shape.flag, 0), 'is not true or false')
  t.is(says(shape.number, -1.5), 'fits')
  for (const value of ['1', NaN, Infinity, null, undefined]) t.is(says(shape.number, value), 'is not a number')
  t.is(says(shape.oneOf('a', 'b'), 'b'), 'fits')
  t.is(says(shape.oneOf('a', 'b'), 'c'), 'is none of a b')
})

test('a time has a date in four digits', (t) => {
  t.is(says(shape.time, 0), 'fits')
  t.is(says(shape.time, Date.UTC(9999, 11, 31, 23, 59, 59, 999)), 'fits')
  t.is(says(shape.time, Date.UTC(9999, 11, 31, 23, 59, 59, 999) + 1), 'is not a time')
  t.is(says(shape.time, -1), 'is not a time')
  t.is(says(shape.span, 'x'), 'is not a number')
})

test('lists and objects say where it is', (t) => {
  const pair = shape.record<{ a: string; b?: number[] }>({ a: shape.text, b: shape.optional(shape.list(shape.number)) })
  t.is(says(pair, { a: 'x' }), 'fits')
  t.is(says(pair, { a: 'x', b: [], newer: 1 }), 'fits')
  t.is(says(pair, { b: [] }), '.a is not text')
  t.is(says(pair, { a: 'x', b: [1, 'y'] }), '.b[1] is not a number')
  t.is(says(pair, { a: 'x', b: {} }), '.b is not a list')
  t.is(says(shape.list(pair), [{ a: 'x' }, { a: 1 }]), '[1].a is not text')
  for (const value of [null, [], 'x', undefined]) t.is(says(pair, value), 'is not an object')
})

test('slots of a histogram ascend, each with its count', (t) => {
  const slots = shape.slotPairs(4)
  for (const value of [[], [0, 1], [0, 0, 3, 2]]) t.is(says(slots, value), 'fits', String(value))
  const wrong: [unknown, string][] = [
    [{}, 'is not a list of pairs'],
    [[0], 'is not a list of pairs'],
    [[4, 1], '[0] is not the next slot'],
    [[-1, 1], '[0] is not the next slot'],
    [[1, 1, 1, 1], '[2] is not the next slot'],
    [[0.5, 1], '[0] is not the next slot'],
    [[0, 1, 2, -1], '[3] is not a count'],
    [[0, NaN], '[1] is not a count'],
  ]
  for (const [value, text] of wrong) t.is(says(slots, value), text)
})

test('a stack has so many frames at most, by their numbers', (t) => {
  t.is(says(shape.indexes, Array(512).fill(0)), 'fits')
  t.is(says(shape.indexes, Array(513).fill(0)), 'has more than 512 frames')
  for (const value of [[-1], [0, -1], [0.5], ['0'], {}]) t.is(says(shape.indexes, value), 'is not a list of indexes')
})
