import test from 'ava'
import { watchSilence } from '../../src/source/silence-watch.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test.serial('what comes in time is no silence; what does not is, once, until it has ended', async (t) => {
  let silences = 0
  const watch = watchSilence(() => silences++)
  for (let i = 0; i < 8; i++) {
    watch.expect(150)
    await pause(50)
  }
  t.is(silences, 0)
  await pause(600)
  t.is(silences, 1)
  t.true(watch.isSilent())
  watch.expect(10)
  await pause(400)
  t.is(silences, 1)
  watch.end()
  t.false(watch.isSilent())
  watch.expect(10)
  await pause(500)
  t.is(silences, 2)
  watch.end()
})

test.serial('what is expected sooner than before is missed sooner; nothing is once it has ended', async (t) => {
  let silences = 0
  const watch = watchSilence(() => silences++)
  watch.expect(60_000)
  watch.expect(10)
  await pause(500)
  t.is(silences, 1)
  watch.end()
  watch.expect(10)
  watch.end()
  await pause(500)
  t.is(silences, 1)
})
