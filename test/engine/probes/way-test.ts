// A test of one way of waiting.
import type { ExecutionContext } from 'ava'
import { bpfTest } from '../../helpers/bpf.ts'
import { compilerOf, sampledWay, type Sampled, type Way } from './holding.ts'
import { compilersOf, sampledRuntime, type RuntimeWay } from './runtime-ways.ts'

/** On a busy machine there may be fewer in the time. */
const LEAST = 20
const RIGHT = 0.99

const testSampled = (
  title: string,
  commands: readonly string[],
  sampled: (t: ExecutionContext) => Promise<Sampled>,
): void =>
  bpfTest(
    title,
    async (t) => {
      const { made, wrong } = await sampled(t)
      t.true(made >= LEAST, `${made} readings`)
      t.true(wrong.length <= (1 - RIGHT) * made, `${wrong.length} of ${made}: ${JSON.stringify(wrong[0])}`)
    },
    commands,
  )

export const testWay = (way: Way): void =>
  testSampled(
    `who waits in the way "${way.way}"${way.musl ? ' of musl' : ''} is told its holder, in 99 of 100 readings`,
    [compilerOf(way)],
    (t) => sampledWay(t, way),
  )

export const testRuntime = (way: RuntimeWay): void =>
  testSampled(
    `${way.runtime}: who waits in the way "${way.way}" is told for what and whom, in 99 of 100 readings`,
    compilersOf(way),
    (t) => sampledRuntime(t, way),
  )
