// `npm run kernels`: the engine on Debian's stock kernels, in an emulated machine: every core probe loads, attaches and
// counts right, also where a hook is missing. Prints the table of `npm run truth`, and before it what is done and since
// when. `-- bookworm chains` for that kernel and part only, `--fetch` to get the kernels anew. Exit code 1 when a figure is
// out, 2 for a name that there is not.
import { parseArgs } from 'node:util'
import { tellPlainly } from '../helpers/tool.ts'
import { exact, isOut } from '../truth/check.ts'
import type { Check } from '../truth/check.ts'
import { summary, table } from '../truth/table.ts'
import { cachedKernel, fetchKernel, SUITES } from './kernels.ts'
import type { Kernel, Suite } from './kernels.ts'
import { isEmulated } from './boot.ts'
import { PARTS } from './guest/protocol.ts'
import type { Part } from './guest/protocol.ts'
import { checkIn, checksOn, doneIn, reasonNot } from './run.ts'

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

/** How often a machine may end before its time at the same part: emulated CPUs do not survive every change of the
 * kernel's code, which attaching to a tracepoint makes. */
const TRIES = 3

/** Emulated, a machine of its own with one CPU: it takes a program from the scheduler's hook and puts it back ten times a
 * second. Changing that code the kernel waits for the other CPU, and in emulation now and then for ever, as that one meets
 * the breakpoint there again and again. */
const ALONE: Part = 'tiers'

/** A machine that ends before its time is booted again, and goes on with the part where it was. */
const checksOf = async (kernel: Kernel, parts: readonly Part[]): Promise<Check[]> => {
  const beganMs = performance.now()
  const checks: Check[] = []
  let ofPart: Check[] = []
  let left = parts
  const onLine = (line: string): void => {
    const check = checkIn(kernel, line)
    if (check) ofPart.push(check)
    const done = doneIn(line)
    if (done === undefined) return
    say(`${kernel.suite}: ${done}, after ${Math.round((performance.now() - beganMs) / 1000)} s`)
    checks.push(...ofPart)
    ofPart = []
    left = left.filter((part) => part !== done)
  }
  const emulated = await isEmulated()
  for (let tries = 1; left.length > 0;) {
    const [next] = left
    ofPart = []
    try {
      if (emulated && next === ALONE) await checksOn(kernel, 'full', { parts: [ALONE], cpus: 1, onLine })
      else await checksOn(kernel, 'full', { parts: emulated ? left.filter((part) => part !== ALONE) : left, onLine })
    } catch (error) {
      say(String((error as Error).stack))
      tries = left[0] === next ? tries + 1 : 1
      if (tries > (emulated ? TRIES : 1)) {
        checks.push({ area: kernel.suite, ...exact('comes to its end', 0, 1, '', oneLine(error)) })
        break
      }
      say(`${kernel.suite}: booted again`)
    }
  }
  return checks
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
    checks.push(...(await checksOf(kernel, parts)))
  }
  return checks
}

tellPlainly('kernels')

const { values: options, positionals: wanted } = parseArgs({
  options: { fetch: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const suites = SUITES.filter((suite) => wanted.includes(suite))
const named = PARTS.filter((part) => wanted.includes(part))
const parts = named.length > 0 ? named : PARTS
const unknown = wanted.filter((name) => ![...SUITES, ...PARTS].some((known) => known === name))
if (unknown.length > 0) {
  say(`no such kernel or part: ${unknown.join(' ')}; there are ${[...SUITES, ...PARTS].join(' ')}`)
  process.exitCode = 2
} else {
  const checks = await main(suites.length > 0 ? suites : SUITES, parts, options.fetch)
  console.log(`${table(checks)}\n${summary(checks)}`)
  if (checks.some(isOut)) process.exitCode = 1
}
