// Who is there again, in whatever order threads are said.
import test from 'ava'
import { openRoll } from '../../../../src/engine/probes/waits/roll.ts'

interface One {
  tid: number
  pid: number
  place: number
}

const opened = () => {
  const known = new Map<number, One>()
  const roll = openRoll(known)
  /** `said`: in full; of the others whether they are known. */
  return (there: readonly number[], said: readonly number[] = []) => {
    roll.begin()
    const unknown = there.filter((tid) => {
      if (!said.includes(tid)) return !roll.isThere(tid, 1)
      const one = { tid, pid: 1, place: 0 }
      roll.put(one)
      known.set(tid, one)
      return false
    })
    const gone = roll.end()
    for (const tid of gone) known.delete(tid)
    return { unknown, gone }
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

test('nothing to say of those that sleep on; one that has gone is said once', (t) => {
  const call = opened()
  const all = range(1, 1000)
  t.deepEqual(call(all, all), { unknown: [], gone: [] })
  t.deepEqual(call(all), { unknown: [], gone: [] })
  const fewer = all.filter((tid) => tid !== 5 && tid !== 999)
  t.deepEqual(call(fewer), { unknown: [], gone: [5, 999] })
  t.deepEqual(call(fewer), { unknown: [], gone: [] })
})

test('new ones between the others, numbers used again, and another order', (t) => {
  const call = opened()
  const all = range(1, 500).map((each) => each * 2)
  call(all, all)
  const more = [...all, 3, 501].sort((a, b) => a - b)
  t.deepEqual(call(more, [3, 501]), { unknown: [], gone: [] })
  t.deepEqual(call(more), { unknown: [], gone: [] })
  t.deepEqual(call(more.filter((tid) => tid !== 3)), { unknown: [], gone: [3] })
  t.deepEqual(call(more, [3]), { unknown: [], gone: [] })
  t.deepEqual(call(more.toReversed()), { unknown: [], gone: [] })
  t.deepEqual(call(more, more), { unknown: [], gone: [] })
})

test('many that come and go, reading after reading', (t) => {
  const call = opened()
  let there = range(1, 300)
  call(there, there)
  for (let round = 1; round < 20; round++) {
    const gone = there.filter((tid) => tid % 20 === round % 20)
    const fresh = range(1000 * round, 1000 * round + 15)
    there = [...there.filter((tid) => !gone.includes(tid)), ...fresh]
    const found = call(there, fresh)
    t.deepEqual(
      { ...found, gone: found.gone.sort((a, b) => a - b) },
      { unknown: [], gone: gone.sort((a, b) => a - b) },
      `round ${round}`,
    )
  }
})

test('one that is not known, or is of another process, is said to be so', (t) => {
  const known = new Map<number, One>()
  const roll = openRoll(known)
  roll.begin()
  const one = { tid: 7, pid: 1, place: 0 }
  roll.put(one)
  known.set(7, one)
  t.deepEqual(roll.end(), [])
  roll.begin()
  t.false(roll.isThere(8, 1))
  t.false(roll.isThere(7, 2))
  t.deepEqual(roll.end(), [7])
})
