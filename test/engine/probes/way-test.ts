// A test of one way of waiting.
import { bpfTest } from '../../helpers/bpf.ts'
import { compilerOf, sampledWay, type Way } from './holding.ts'

/** On a busy machine there may be fewer in the time. */
const LEAST = 20
const RIGHT = 0.99

export const testWay = (way: Way): void =>
  bpfTest(
    `who waits in the way "${way.way}"${way.musl ? ' of musl' : ''} is told its holder, in 99 of 100 readings`,
    async (t) => {
      const { made, wrong } = await sampledWay(t, way)
      t.true(made >= LEAST, `${made} readings`)
      t.true(wrong.length <= (1 - RIGHT) * made, `${wrong.length} of ${made}: ${JSON.stringify(wrong[0])}`)
    },
    [compilerOf(way)],
  )
