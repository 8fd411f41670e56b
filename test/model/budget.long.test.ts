// The store's budget is memory.
import { setFlagsFromString } from 'node:v8'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { runInNewContext } from 'node:vm'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { createStore } from '../../src/model/store.ts'
import { decodeLine, encode } from '../../src/stream/codec.ts'
import { fakeTick } from '../helpers/stream.ts'

test('the budget is memory: what the store takes is what it says, full of tables and full of what is left of them', async (t) => {
  const lines = Array.from({ length: 10 }, (_, i) =>
    fakeTick(i + 1, { crowd: 150, detail: true, targetPid: 812 }).map(encode),
  )
  const store = createStore()
  store.add({ type: 'probe', atMs: 0, spec: SCHED })
  const before = await heap()
  const fill = (from: number, to: number): void => {
    for (let tick = from; tick < to; tick++) {
      for (const line of lines[tick % lines.length]!)
        store.add(Object.assign(decodeLine(line, 0, true)!, { atMs: tick * 1000 }))
    }
  }
  for (const [from, to] of [
    [0, 100],
    [100, 2000],
  ] as const) {
    fill(from, to)
    const took = (await heap()) - before
    t.log(`${to} intervals: ${(took / 1e6).toFixed(1)} MB, said to be ${(store.bytes() / 1e6).toFixed(1)}`)
    t.true(store.bytes() > 5e6 && store.bytes() <= 12e6)
    t.true(took > store.bytes() * 0.6 && took < store.bytes() * 1.6)
  }
})

/** Bytes in use once all garbage is collected; weak tables need a turn between. */
setFlagsFromString('--expose-gc')
const heap = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    collect()
    await sleep(30)
  }
  return process.memoryUsage().heapUsed
}
const collect = runInNewContext('gc') as () => void
