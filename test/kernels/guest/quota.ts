// CPU quotas: busy processes in a control group that may use a fifth of a CPU. Before 6.18 a whole queue is throttled, and
// each kernel keeps another clock of that.
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { max, sum } from 'd3-array'
import { atLeast, within } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import { totalOf } from './areas.ts'
import type { Engine } from './engine.ts'
import { throttledIn } from './programs.ts'
import type { Throttled } from './programs.ts'

const ROOT = '/sys/fs/cgroup'
const GROUP = `${ROOT}/fifth`
const SPIN_MS = 2000

export const quota = async (engine: Engine): Promise<Finding[]> => {
  writeFileSync(`${ROOT}/cgroup.subtree_control`, '+cpu')
  mkdirSync(GROUP)
  writeFileSync(`${GROUP}/cpu.max`, '20000 100000')
  try {
    return [...(await throttled(engine, 1)), ...(await throttled(engine, 3))]
  } finally {
    rmdirSync(GROUP)
  }
}

const throttledNs = (): number =>
  1000 * Number(/^throttled_usec (\d+)/m.exec(readFileSync(`${GROUP}/cpu.stat`, 'utf8'))![1])

/** They share a CPU, so that its queue is throttled when they are: with one alone for as long, with several the queue
 * for as long as the one that ran out first. */
const throttled = async (engine: Engine, processes: number): Promise<Finding[]> => {
  const before = throttledNs()
  let lives: Throttled[] = []
  const seen = await engine.during(async () => {
    lives = await Promise.all(Array.from({ length: processes }, () => throttledIn(GROUP, 'loops', 'spin', SPIN_MS)))
  })
  const truth = max(lives, (life) => life.throttledNs)! - before
  const ours = lives.map(({ pid }) => totalOf(seen, pid))
  const title = `${processes} in a group with a fifth of a CPU`
  const throttledOurs = sum(ours, (each) => each.throttledNs)
  return [
    processes === 1
      ? within(0.02)(`${title}: throttled`, throttledOurs, truth, 'ns', 'cpu.stat')
      : atLeast(`${title}: throttled`, throttledOurs, truth * 0.98, 'ns', 'at least cpu.stat, less 2 %'),
    // schedstat has the clock of before the switch, we that of after: an emulator stops in between
    within(0.02)(
      `${title}: throttled and waiting`,
      throttledOurs + sum(ours, (each) => each.waitNs),
      sum(lives, (life) => life.waitNs),
      'ns',
      'schedstat',
    ),
  ]
}
