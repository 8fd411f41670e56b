// Names with stars and alternatives, by hand.
import test from 'ava'
import { globOf } from '../../../src/model/waits/glob.ts'

const fits = (pattern: string, ...names: string[]): string[] => names.filter(globOf(pattern))

test('one name is itself alone', (t) => {
  t.deepEqual(fits('read', 'read', 'reads', 'aread', ''), ['read'])
  t.deepEqual(fits('', '', 'a'), [''])
})

test('a star is anything, nothing too', (t) => {
  t.deepEqual(fits('nfs_*', 'nfs_', 'nfs_read', 'nfs', 'anfs_'), ['nfs_', 'nfs_read'])
  t.deepEqual(fits('*_wait', '_wait', 'rq_qos_wait', '_waits'), ['_wait', 'rq_qos_wait'])
  t.deepEqual(fits('*', '', 'a'), ['', 'a'])
  t.deepEqual(fits('a*c', 'ac', 'abc', 'abcd', 'a'), ['ac', 'abc'])
})

test('pieces between stars come one behind the other, and none is used twice', (t) => {
  t.deepEqual(fits('a*b*c', 'abc', 'axbxc', 'acb', 'ac', 'abcb'), ['abc', 'axbxc'])
  t.deepEqual(fits('a*bb*b', 'abbb', 'abb', 'axbbxb'), ['abbb', 'axbbxb'])
  t.deepEqual(fits('*ab*ab*', 'abab', 'ab', 'aab', 'xabxabx'), ['abab', 'xabxabx'])
  t.deepEqual(fits('aa*aa', 'aaaa', 'aaa', 'aa'), ['aaaa'])
})

test('alternatives', (t) => t.deepEqual(fits('a|b*|c', 'a', 'bx', 'c', 'd', 'a|b'), ['a', 'bx', 'c']))
