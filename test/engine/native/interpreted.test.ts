// Functions of an interpreter put where they belong in a stack, and the modules that paths tell.
import test from 'ava'
import { CODE, HERE, moduleOf, withCodes } from '../../../src/engine/native/interpreted.ts'

const LAST = 2 ** 50
const code = (at: number): number => CODE + at
const last = (at: number): number => CODE + LAST + at

test('functions stand where the interpreter runs them', (t) => {
  const stack = [0x10, 0x20 + HERE, 0x30, 0x40 + HERE, 0x50]
  const merged = withCodes([...stack, code(1), last(2), last(3)])
  t.deepEqual([...merged], [0x10, code(1), code(2), 0x30, code(3), 0x50])
})

test('none is made up, and none is lost', (t) => {
  t.deepEqual([...withCodes([0x10, 0x20 + HERE])], [0x10, 0x20])
  // a call that runs nothing yet; the stack was not followed so far; there are fewer than calls
  t.deepEqual([...withCodes([0x10 + HERE, 0x20 + HERE, last(0), last(1)])], [0x10, code(1)])
  t.deepEqual([...withCodes([0x10 + HERE, last(1), code(2), last(3)])], [code(1), code(2), code(3)])
  t.deepEqual([...withCodes([0x10 + HERE, 0x20 + HERE, last(1)])], [code(1), 0x20])
  t.deepEqual([...withCodes([0x10, last(1)])], [0x10, code(1)])
})

test('modules by the paths of their files', (t) => {
  t.is(moduleOf('/srv/app/server.py'), 'server.')
  t.is(moduleOf('/usr/lib/python3.11/concurrent/futures/thread.py'), 'concurrent.futures.thread.')
  t.is(moduleOf('/usr/lib/python3/dist-packages/requests/__init__.py'), 'requests.')
  t.is(moduleOf('<frozen importlib._bootstrap>'), 'importlib._bootstrap.')
  t.is(moduleOf('<string>'), '')
  t.is(moduleOf(''), '')
})
