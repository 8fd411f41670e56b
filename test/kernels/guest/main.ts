// What runs in the emulated machine: prints one finding a line as JSON, and at last that it came to its end. With names of
// parts, only these.
import { exact } from '../../truth/check.ts'
import type { Check, Finding, Scale } from '../../truth/check.ts'
import { AREAS } from './areas.ts'
import { chains } from './chains.ts'
import { CORE, startEngine } from './engine.ts'
import { missingHooks } from './hooks.ts'
import { ioLimit } from './io-limit.ts'
import { counted, described, otherwise, sampled } from './others.ts'
import { hotplug } from './hotplug.ts'
import { END, PARTS } from './protocol.ts'
import type { Done, Part } from './protocol.ts'
import { quota } from './quota.ts'

const scale: Scale = process.argv[2] === 'full' ? 'full' : 'quick'
const wanted: readonly string[] = process.argv[3]?.split(',') ?? (scale === 'full' ? PARTS : CORE)
const isWanted = (part: Part): boolean => wanted.includes(part)

const say = (area: string, findings: readonly Finding[]): void => {
  for (const finding of findings) console.log(JSON.stringify({ area, ...finding } satisfies Check))
}

const done = (part: Part): void => console.log(JSON.stringify({ done: part } satisfies Done))

/** `areas`: of those probes; what one is held against another may tell. */
const checkAll = async (
  probes: readonly (keyof typeof AREAS)[],
  areas: readonly (keyof typeof AREAS)[] = probes,
): Promise<void> => {
  const engine = await startEngine(probes)
  for (const area of areas) {
    const status = engine.status(area)
    say(area, [
      exact('loads and attaches', status.is === 'live' ? 1 : 0, 1, '', 'why' in status ? status.why : status.is),
    ])
    if (status.is === 'live') {
      const cheaper = (await engine.during(async () => {})).cheaper(area)
      say(area, [exact('from all hooks', cheaper === undefined ? 1 : 0, 1, '', cheaper ?? '')])
      say(area, await AREAS[area](engine, scale))
    }
    if (status.is === 'live' && area === 'sched' && scale === 'full') {
      say('quota', await quota(engine))
      say('held I/O', await ioLimit(engine))
    }
    if (status.is === 'live' && area === 'stacks') say('CPUs', await hotplug(engine))
    done(area)
  }
  await engine.stop()
}

const core = CORE.filter(isWanted)
if (core.length > 0) await checkAll(CORE, core)
if (isWanted('stacks')) await checkAll(['stacks'])
const others: Partial<Record<Part, () => Promise<Finding[]>>> = {
  chains,
  described,
  tiers: async () => [...(await counted()), ...(await sampled()), ...otherwise()],
  hooks: missingHooks,
}
for (const part of PARTS) {
  const findings = others[part]
  if (!findings || !isWanted(part)) continue
  say(part, await findings())
  done(part)
}
console.log(END)
