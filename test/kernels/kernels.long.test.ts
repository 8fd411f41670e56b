// One stock kernel, short: every core probe loads, attaches and counts. Nothing is fetched here.
import test from 'ava'
import { skip } from '../helpers/bpf.ts'
import { isOut } from '../truth/check.ts'
import { table } from '../truth/table.ts'
import { cachedKernel, SUITES } from './kernels.ts'
import { checksOn, reasonNot } from './run.ts'

const kernel = SUITES.map(cachedKernel).find((found) => found !== undefined)
const reason = reasonNot({ fetching: false }) ?? (kernel ? undefined : 'no kernel fetched: npm run kernels')

test.serial('the engine on a stock kernel', async (t) => {
  if (reason !== undefined) return skip(t, reason)
  const checks = await checksOn(kernel!, 'quick')
  const out = checks.filter(isOut)
  t.true(checks.length > 15)
  t.is(out.length, 0, `\n${table(out)}`)
  t.log(`Linux ${kernel!.release}: ${checks.length} checks`)
})
