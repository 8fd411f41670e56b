// What rules of the verdict share: what is found in each sample of a window, and sums by key.
import test from 'ava'
import { inEach, summed, type Window } from '../../src/app/rule.ts'

const sample = (n: number) => ({ data: { n } }) as unknown as Window['samples'][number]

test('found in each sample once, whichever window was looked at before', (t) => {
  const looked: number[] = []
  const odd = inEach<any, number>((data) => {
    const { n } = data as unknown as { n: number }
    looked.push(n)
    return n % 2 === 1 ? [n, -n] : []
  })
  const all = [1, 2, 3, 4, 5, 6].map(sample)
  const other = sample(3)
  const found = (...samples: Window['samples']) => odd({ samples })
  t.deepEqual(found(all[0]!, all[1]!, all[2]!), [1, -1, 3, -3])
  t.deepEqual(found(all[1]!, all[2]!, all[3]!), [3, -3])
  t.deepEqual(looked, [1, 2, 3, 4])
  t.deepEqual(found(all[0]!, all[1]!), [1, -1], 'an earlier one')
  t.deepEqual(found(...all), [1, -1, 3, -3, 5, -5], 'a longer one')
  t.deepEqual(found(all[2]!, all[4]!), [3, -3, 5, -5], 'one with a hole')
  t.deepEqual(found(all[1]!), [])
  t.deepEqual(looked, [1, 2, 3, 4, 5, 6])
  t.deepEqual(found(all[1]!, other, all[3]!), [3, -3])
  t.deepEqual(found(), [])
  t.deepEqual(looked, [1, 2, 3, 4, 5, 6, 3])
})

test('one entry a key, with the last of its items', (t) => {
  const items = [
    { of: 'a', n: 1 },
    { of: 'b', n: 2 },
    { of: 'a', n: 3 },
  ]
  const sums = (of: typeof items) =>
    summed(
      of,
      (item) => item.of,
      ({ n }) => n,
    )
  t.deepEqual(sums(items), [
    { key: 'a', last: items[2]!, sum: 4 },
    { key: 'b', last: items[1]!, sum: 2 },
  ])
  t.deepEqual(sums([]), [])
})
