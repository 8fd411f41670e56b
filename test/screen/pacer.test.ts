import test from 'ava'
import { createPacer } from '../../src/screen/pacer.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test.serial('a burst of data is one frame', async (t) => {
  let frames = 0
  const pacer = createPacer(() => frames++)
  for (let i = 0; i < 100; i++) pacer.soon()
  t.is(frames, 0)
  await pause(60)
  t.is(frames, 1)
  pacer.stop()
})

test.serial('a key does not wait for data that waits', async (t) => {
  const at: number[] = []
  const pacer = createPacer(() => at.push(performance.now()))
  pacer.soon()
  await pause(60)
  const pressed = performance.now()
  pacer.soon()
  pacer.now()
  await pause(200)
  t.is(at.length, 2)
  t.true(at[1]! - pressed < 60)
  pacer.stop()
})

test.serial('never more often than can be seen, and the last change is drawn', async (t) => {
  let drawn = 0
  let changes = 0
  const pacer = createPacer(() => {
    drawn = changes
  })
  let frames = 0
  const counting = createPacer(() => frames++)
  const end = performance.now() + 400
  while (performance.now() < end) {
    changes++
    pacer.soon()
    counting.soon()
    await pause(5)
  }
  await pause(150)
  t.is(drawn, changes)
  t.true(frames <= 8, `${frames} frames`)
  pacer.stop()
  counting.stop()
})

test.serial('where a frame takes long, data is drawn a quarter of the time at most, and a key at once', async (t) => {
  const at: number[] = []
  const pacer = createPacer(() => {
    at.push(performance.now())
    const end = performance.now() + 60
    while (performance.now() < end);
  })
  const end = performance.now() + 600
  while (performance.now() < end) {
    pacer.soon()
    await pause(5)
  }
  t.true(at.length >= 2 && at.length <= 3, `${at.length} frames`)
  const before = at.length
  pacer.soon()
  pacer.now()
  await pause(40)
  t.is(at.length, before + 1)
  pacer.stop()
})

test.serial('stopped: nothing any more', async (t) => {
  let frames = 0
  const pacer = createPacer(() => frames++)
  pacer.now()
  pacer.stop()
  pacer.now()
  await pause(80)
  t.is(frames, 0)
})

test.serial('data that is all there is drawn at once, but not more often than other data', async (t) => {
  let frames = 0
  const pacer = createPacer(() => frames++)
  pacer.whole()
  t.is(frames, 0, 'nothing came')
  pacer.soon()
  pacer.whole()
  t.is(frames, 1)
  pacer.soon()
  pacer.whole()
  t.is(frames, 1)
  await pause(100)
  t.is(frames, 2)
  pacer.stop()
})
