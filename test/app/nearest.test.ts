// What was meant by a word that there is not: how far words are apart, and how far is too far.
import test from 'ava'
import { nearestWord } from '../../src/app/nearest.ts'

const WORDS = ['overview', 'offcpu', 'block', 'tcp', 'syscalls', 'theme-light']

test('one letter more, less, other or swapped', (t) => {
  const cases: [string, string][] = [
    ['overwiew', 'overview'],
    ['ofcpu', 'offcpu'],
    ['offfcpu', 'offcpu'],
    ['blokc', 'block'],
    ['lbock', 'block'],
    ['TCP', 'tcp'],
    ['tpc', 'tcp'],
    ['sycsalls', 'syscalls'],
  ]
  for (const [word, meant] of cases) t.is(nearestWord(word, WORDS), meant, word)
})

test('letters of one alone, in their order', (t) => {
  const rules = ['run-queue', 'runnable', 'cpu-quota', 'cpus-busy']
  t.is(nearestWord('runq', rules), 'run-queue')
  t.is(nearestWord('cpuquota', rules), 'cpu-quota')
  t.is(nearestWord('run', rules), undefined, 'it may be two')
  t.is(nearestWord('unq', rules), undefined)
})

test('two edits are near, of long words a third of it; more is another word', (t) => {
  t.is(nearestWord('blkck', ['block']), 'block')
  t.is(nearestWord('blxyk', ['block']), 'block')
  t.is(nearestWord('xxyck', ['block']), undefined)
  t.is(nearestWord('xyzme-light', ['theme-light']), 'theme-light')
  t.is(nearestWord('wxyze-light', ['theme-light']), undefined)
  t.is(nearestWord('zzzzzzz', WORDS), undefined)
  t.is(nearestWord('a', []), undefined)
})

test('a swap counts once: it is nearer than what is two letters away', (t) => {
  t.is(nearestWord('abdc', ['axyc', 'abcd']), 'abcd')
  t.is(nearestWord('ba', ['xy', 'ab']), 'ab')
  t.is(nearestWord('abdcx', ['abzzx', 'abcdx']), 'abcdx')
  t.is(nearestWord('abxcd', ['badc', 'ab-cd']), 'ab-cd')
})

test('the beginning of one word alone is that word, of several the nearest', (t) => {
  t.is(nearestWord('sys', WORDS), 'syscalls')
  t.is(nearestWord('OV', WORDS), 'overview')
  t.is(nearestWord('theme', ['theme-light', 'theme-dark-and-long']), undefined)
  t.is(nearestWord('o', ['offcpu-of-all']), undefined, 'one letter is no beginning')
})
