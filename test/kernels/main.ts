// `npm run kernels`: the engine on Debian's stock kernels, in an emulated machine: every core probe loads, attaches and
// counts right, also where a hook is missing. Prints the table of `npm run truth`. `-- bookworm` for that one only,
// `--fetch` to get the kernels anew. Exit code 1 when a figure is out, 2 for a suite that there is not.
import { parseArgs } from 'node:util'
import { exact, isOut } from '../truth/check.ts'
import type { Check } from '../truth/check.ts'
import { summary, table } from '../truth/table.ts'
import { cachedKernel, fetchKernel, SUITES } from './kernels.ts'
import type { Suite } from './kernels.ts'

import { isEmulated } from './boot.ts'
import { checksOn, reasonNot } from './run.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)

const kernelOf = async (suite: Suite, anew: boolean) => {
  const cached = anew ? undefined : cachedKernel(suite)
  const reason = reasonNot({ fetching: cached === undefined })
  if (reason !== undefined) throw new Error(reason)
  if (cached) return cached
  say(`${suite}: fetching its kernel ...`)
  return fetchKernel(suite)
}

const oneLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!

const main = async (suites: readonly Suite[], anew: boolean): Promise<Check[]> => {
  const checks: Check[] = []
  for (const suite of suites) {
    let kernel
    try {
      kernel = await kernelOf(suite, anew)
    } catch (error) {
      checks.push({ area: suite, figure: 'all', skipped: oneLine(error) })
      continue
    }
    say(`${suite}: Linux ${kernel.release} ...`)
    for (let isFirst = true; ; isFirst = false) {
      try {
        checks.push(...(await checksOn(kernel, 'full')))
      } catch (error) {
        say(String((error as Error).stack))
        // emulated CPUs do not survive every change of the kernel's code, which attaching to a tracepoint makes
        if (isFirst && (await isEmulated())) {
          say(`${suite}: booted again`)
          continue
        }
        checks.push({ area: suite, ...exact('comes to its end', 0, 1, '', oneLine(error)) })
      }
      break
    }
  }
  return checks
}

const { values: options, positionals: wanted } = parseArgs({
  options: { fetch: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = wanted.filter((name) => !(SUITES as readonly string[]).includes(name))
if (unknown.length > 0) {
  say(`no such suite: ${unknown.join(' ')}; there are ${SUITES.join(' ')}`)
  process.exitCode = 2
} else {
  const checks = await main(
    SUITES.filter((suite) => wanted.length === 0 || wanted.includes(suite)),
    options.fetch,
  )
  console.log(`${table(checks)}\n${summary(checks)}`)
  if (checks.some(isOut)) process.exitCode = 1
}
