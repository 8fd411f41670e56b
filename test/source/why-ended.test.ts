import test from 'ava'
import type { ExecutionContext } from 'ava'
import { whyEnded } from '../../src/source/why-ended.ts'

const testWhy = (t: ExecutionContext, args: Parameters<typeof whyEnded>, why: string): void => {
  t.is(whyEnded(...args).why, why)
  t.truthy(whyEnded(...args).hint)
}
test('by signal', testWhy, [137, ['Killed'], true], 'the engine was killed by SIGKILL')
test('by code', testWhy, [3, [], true], 'the engine ended with code 3')
test('a code beyond all signals', testWhy, [255, [], true], 'the engine ended with code 255')
test(
  'with words',
  testWhy,
  [1, ['x', 'TypeError: y', '    at Error (z)'], false],
  'the engine ended with code 1: TypeError: y',
)
test('sudo refused', testWhy, [1, ['sudo: a password is required'], false], 'sudo: a password is required')
test('sudo spoke earlier', testWhy, [143, ['sudo: x'], true], 'the engine was killed by SIGTERM')

test('killed while memory ran out', (t) => {
  t.regex(whyEnded(137, [], true, true).why, /memory ran out/)
  t.regex(whyEnded(137, [], true).why, /SIGKILL/)
  t.regex(whyEnded(143, [], true, true).why, /SIGTERM/)
})
