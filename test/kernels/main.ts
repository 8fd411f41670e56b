// `npm run kernels`: the engine on Debian's stock kernels, in an emulated machine: every core probe loads, attaches and
// counts right, also where a hook is missing. Prints the table of `npm run truth`, and before it what is done and since
// when. `-- bookworm chains` for that kernel and part only, `--fetch` to get the kernels anew. Exit code 1 when a figure is
// out, 2 for a name that there is not.
import { parseArgs } from 'node:util'
import { exact, isOut } from '../truth/check.ts'
import type { Check } from '../truth/check.ts'
import { summary, table } from '../truth/table.ts'
import { cachedKernel, fetchKernel, SUITES } from './kernels.ts'
import type { Suite } from './kernels.ts'
import { isEmulated } from './boot.ts'
import { PARTS } from './guest/protocol.ts'
import type { Part } from './guest/protocol.ts'
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

/** Says of each area when its first finding is here, and how long after the start. */
const areasOf = (suite: Suite): ((line: string) => void) => {
  const beganMs = performance.now()
  let last: string | undefined
  return (line) => {
    const area = /^\{"area":"([^"]+)"/.exec(line)?.[1]
    if (area === undefined || area === last) return
    last = area
    say(`${suite}: ${area}, after ${Math.round((performance.now() - beganMs) / 1000)} s`)
  }
}

const main = async (suites: readonly Suite[], parts: readonly Part[], anew: boolean): Promise<Check[]> => {
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
        checks.push(...(await checksOn(kernel, 'full', { parts, onLine: areasOf(suite) })))
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
const suites = SUITES.filter((suite) => wanted.includes(suite))
const parts = PARTS.filter((part) => wanted.includes(part))
const unknown = wanted.filter((name) => ![...suites, ...parts].some((known) => known === name))
if (unknown.length > 0) {
  say(`no such kernel or part: ${unknown.join(' ')}; there are ${[...SUITES, ...PARTS].join(' ')}`)
  process.exitCode = 2
} else {
  const checks = await main(suites.length > 0 ? suites : SUITES, parts, options.fetch)
  console.log(`${table(checks)}\n${summary(checks)}`)
  if (checks.some(isOut)) process.exitCode = 1
}
