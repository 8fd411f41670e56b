// When a script is asked for its maps: by a clock made for it.
import test from 'ava'
import { createAsking, type AskingOptions } from '../../../../src/engine/bpftrace/script/asking.ts'

const made = (options: Partial<AskingOptions> = {}) => {
  let nowMs = 0
  let waiting: { atMs: number; what: () => void } | undefined
  let may = true
  let can = true
  const asked: number[] = []
  const asking = createAsking({
    intervalMs: 1000,
    isAskedAgain: true,
    silentMs: 30_000,
    ask() {
      if (may) asked.push(nowMs)
      return may
    },
    canAsk: () => can,
    clock: {
      nowMs: () => nowMs,
      after(ms, what) {
        const mine = { atMs: nowMs + ms, what }
        waiting = mine
        return () => void (waiting === mine && (waiting = undefined))
      },
    },
    ...options,
  })
  const to = (ms: number): void => {
    while (waiting && waiting.atMs <= ms) {
      const { atMs, what } = waiting
      waiting = undefined
      nowMs = atMs
      what()
    }
    nowMs = ms
  }
  /** Its answer takes so long. */
  const answer = (beginsMs: number, endsMs = beginsMs): boolean => {
    to(beginsMs)
    asking.said()
    asking.began()
    to(endsMs)
    asking.said()
    return asking.answered()
  }
  /** Until it is known what is counted from, at 100 ms. */
  const begun = () => {
    asking.begin()
    answer(80)
    answer(100)
    return all
  }
  const all = {
    asking,
    asked,
    to,
    answer,
    begun,
    flood: (is: boolean) => void (may = !is),
    end: () => void (can = false),
  }
  return all
}

test('asked when it has begun, and once more at once: from the second answer on is counted', (t) => {
  const { asking, asked, to, answer } = made()
  t.false(asking.isAnswer(), 'nobody asked')
  t.false(asking.answered())
  asking.begin()
  to(59)
  t.deepEqual(asked, [])
  to(60)
  t.deepEqual(asked, [60])
  t.false(answer(80))
  t.deepEqual(asked, [60, 80])
  t.false(asking.hasBaseline())
  t.true(answer(100))
  t.true(asking.hasBaseline())
  t.false(asking.hasFrame(), 'no part of an interval yet')
})

test('then shortly before each reading, by how long answers take; a part is from where answers begin', (t) => {
  const { asking, asked, to, answer } = made().begun()
  to(1090)
  t.is(asked.length, 3)
  const leadMs = 1100 - asked[2]!
  t.true(leadMs >= 15 && leadMs <= 60, `${leadMs}`)
  t.false(answer(asked[2]! + 5, asked[2]! + 20))
  t.true(asking.hasFrame())
  to(1100)
  t.is(asking.take(), asked[2]! + 5 - 100)
  t.false(asking.hasFrame())
  // slow ones are asked for earlier, by half an interval at most
  let readMs = 1100
  for (let times = 0; times < 12; times++) {
    to(readMs + 1000)
    answer(asked.at(-1)! + 700)
    readMs = Math.max(readMs + 1000, asked.at(-1)! + 700)
    to(readMs)
    asking.take()
  }
  to(readMs + 1000)
  t.is(asked.at(-1), readMs + 500)
})

test('asked again without an answer; two answers to it are one', (t) => {
  const { asking, asked, to, answer } = made({ intervalMs: 100 }).begun()
  to(1000)
  t.true(asked.length > 4)
  for (let at = 4; at < asked.length; at++) t.is(asked[at]! - asked[at - 1]!, 200)
  answer(1010)
  t.true(asking.hasFrame())
  t.is(asking.take(), 910)
  t.false(answer(1011))
  t.false(asking.hasFrame())
})

test('an answer that had begun before it was asked for is of when it began', (t) => {
  const { asking, asked, to } = made().begun()
  asking.take()
  to(1100)
  t.is(asked.length, 3)
  asking.began()
  to(1150)
  t.false(asking.answered())
  asking.take()
  // the second of one that was asked twice
  asking.began()
  to(2300)
  t.true(asking.isAnswer())
  to(2400)
  asking.began()
  asking.answered()
  t.is(asking.take(), 50)
})

test('not asked while it may wait for room; nor when it has ended, or has no maps that are live', (t) => {
  const flooding = made().begun()
  flooding.flood(true)
  flooding.to(5000)
  t.is(flooding.asked.length, 2)
  flooding.flood(false)
  flooding.to(6000)
  t.is(flooding.asked.length, 3)
  const ended = made().begun()
  ended.end()
  ended.to(60_000)
  t.is(ended.asked.length, 2)
  t.false(ended.asking.isSilent())
  const mapless = made({ isAskedAgain: false }).begun()
  mapless.to(60_000)
  t.is(mapless.asked.length, 2)
  t.true(mapless.asking.hasBaseline())
  const closed = made().begun()
  closed.asking.close()
  closed.to(60_000)
  t.is(closed.asked.length, 2)
})

test('silent when nothing at all has come for long; behind when only its answer does not', (t) => {
  const { asking, asked, to } = made({ silentMs: 5000 }).begun()
  to(3000)
  t.false(asking.isSilent())
  t.false(asking.isBehind(), 'it says nothing')
  to(10_000)
  t.true(asking.isSilent())
  asking.said()
  t.false(asking.isBehind(), 'it answers slowly')
  asking.printed()
  t.false(asking.isSilent())
  t.true(asking.isBehind())
  const quick = made().begun()
  quick.to(1100)
  quick.asking.printed()
  t.false(quick.asking.isBehind(), 'it has two intervals')
  t.true(asked.length > 5)
})

test('another interval counts from now on; anew, all begins again', (t) => {
  const { asking, asked, to, answer } = made().begun()
  asking.setInterval(10_000)
  to(9000)
  t.is(asked.length, 2)
  to(10_100)
  t.is(asked.length, 3)
  answer(10_110)
  asking.setInterval(200)
  to(10_310)
  t.is(asked.length, 4)
  t.true(asked[3]! >= 10_210)
  asking.reset()
  t.false(asking.hasBaseline() || asking.hasFrame() || asking.isBehind() || asking.isSilent())
  to(20_000)
  t.is(asked.length, 4)
  asking.begin()
  t.false(answer(20_100))
  t.true(answer(20_200))
})
