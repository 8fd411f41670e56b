import test from 'ava'
import { aroundMark } from '../../../src/model/scripts/excerpt.ts'

const marked = (at: number, length: number, line = 'abcdefghij'.repeat(10)): string[] => [
  line,
  ' '.repeat(at) + '~'.repeat(length),
]

test('of a line that is too long the part around the mark is left, and the mark stays below it', (t) => {
  t.deepEqual(aroundMark(marked(3, 2), 20, '…'), ['abcdefghijabcdefghij', '   ~~'])
  t.deepEqual(aroundMark(marked(18, 2), 20, '…'), ['abcdefghijabcdefghij', `${' '.repeat(18)}~~`])
  for (const cut of ['…', '...'])
    for (let at = 19; at < 100; at++) {
      const [line, mark] = aroundMark(marked(at, 2), 20, cut) as [string, string]
      t.true(line.length <= 20 && mark.length <= 20 && line.startsWith(cut))
      t.is(line[mark.indexOf('~')], 'abcdefghij'[at % 10])
    }
})

test('a mark behind the end, one that is longer than there is room, and none', (t) => {
  t.deepEqual(aroundMark(marked(10, 1, 'abcdefghij'), 10, '…'), ['…ghij', '     ~'])
  t.deepEqual(aroundMark(marked(0, 30), 10, '…'), ['abcdefghij', '~~~~~~~~~~'])
  t.deepEqual(aroundMark(['a line'], 4, '…'), ['a li'])
  t.deepEqual(aroundMark([], 4, '…'), [])
})
