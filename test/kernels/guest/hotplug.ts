// A CPU is taken offline and online again while the engine samples stacks on each: it is followed within an interval.
import { existsSync, writeFileSync } from 'node:fs'
import { sum } from 'd3-array'
import { exact, skipped, within } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import type { Engine, Seen } from './engine.ts'
import { lifeOf } from './programs.ts'
import type { Life } from './programs.ts'

const ONLINE = '/sys/devices/system/cpu/cpu1/online'
const SPIN_MS = 3000

/** The engine must run the probe of stacks. */
export const hotplug = async (engine: Engine): Promise<Finding[]> => {
  const title = 'CPU 1 taken offline and online'
  if (!existsSync(ONLINE)) return [skipped(title, 'it cannot be taken offline here')]
  engine.send({ cmd: 'want', probes: { stacks: { mode: 'oncpu', thresholdNs: 0, wakers: false } } })
  await engine.during(async () => {})
  writeFileSync(ONLINE, '0')
  const without = await engine.during(async () => {})
  writeFileSync(ONLINE, '1')
  await engine.during(async () => {})
  // both are busy now: samples of one alone would be half of it
  let lives: Life[] = []
  const both = await engine.during(async () => {
    lives = await Promise.all([0, 1].map((cpu) => lifeOf('work', 'on', cpu, 'loops', 'spin', SPIN_MS)))
  })
  return [
    exact(`${title}: CPUs while it is off`, without.hosts().at(-1)?.cpus ?? 0, 1),
    exact(`${title}: CPUs when it is back`, both.hosts().at(-1)?.cpus ?? 0, 2),
    within(0.25)(
      `${title}: sampled on-CPU time of a process on each`,
      spunNs(both),
      sum(lives, ({ onCpuNs }) => onCpuNs),
      'ns',
      'schedstat',
    ),
  ]
}

const spunNs = (seen: Seen): number =>
  sum(
    seen.data('stacks').flatMap(({ stacks }) => stacks.filter(({ comm }) => comm === 'loops')),
    ({ ns }) => ns,
  )
