// The scripts that come with probetop run here with each version of bpftrace that there is.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { bpfReason } from '../helpers/rights.ts'
import { skip } from '../helpers/bpf.ts'
import { planFor, runScript } from './run.ts'
import { bpftraces } from './versions.ts'

/** Of a decoder of its own. */
const NATIVE = 'execsnoop'
const names = readdirSync(join(ROOT, 'probes'))
  .filter((name) => name.endsWith('.bt') && name !== `${NATIVE}.bt`)
  .map((name) => name.slice(0, -3))
const plans = names.map((name) => planFor(join(ROOT, 'probes', `${name}.bt`)))
const AT_ONCE = 5
/** Hooks that some kernels lack: without modules, before 5.19, 6.7, 6.12. */
const OPTIONAL = ['modules', 'locks', 'netdrops', 'capable']

test.serial('all of them attach, with every version', async (t) => {
  t.timeout(300_000)
  const reason = bpfReason()
  if (reason !== undefined) return skip(t, reason)
  const versions = await bpftraces()
  if (versions.length === 0) return skip(t, 'bpftrace is not installed')
  for (const { folder, version } of versions)
    for (let from = 0; from < plans.length; from += AT_ONCE) {
      const running = plans
        .slice(from, from + AT_ONCE)
        .map((plan) => runScript(plan, { folder, seconds: 1, intervalMs: 500 }))
      for (const ran of await Promise.all(running)) {
        const isLacking = OPTIONAL.includes(ran.name) && ran.reason?.startsWith('attached 0 of') === true
        t.true(
          isLacking || (ran.reason === undefined && ran.attached === ran.of && ran.of > 0),
          `${version} ${JSON.stringify(ran)}`,
        )
      }
    }
})
