// Runs scripts on Debian's stock kernels, in a machine of each suite's own programs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boot } from '../../kernels/boot.ts'
import { cachedKernel, fetchKernel, type Kernel, type Suite } from '../../kernels/kernels.ts'
import { reasonNot } from '../../kernels/run.ts'
import { TOOLS, toolsIn, type Which } from '../all.ts'
import { BCC } from '../bcc.ts'
import type { Options } from '../options.ts'
import { OWN_SCRIPTS } from '../own.ts'
import type { Ran } from '../run.ts'
import { writeScriptsImage } from './image.ts'
import { userlandOf } from './userland.ts'

/** What the machine prints. */
export type Line = { bpftrace: string } | { name: string; ran: Ran }

export const BPFTRACE = 'bpftrace'

const MEMORY_MB = 4096
/** An emulated processor is some twenty times slower. */
const START_S = 240
const LONGEST_MS = 4 * 3600 * 1000
/** To boot, or for one tool when it has started. */
const SILENCE_MS = 300_000
/** How often a machine may end before its time at the same tool. */
const TRIES = 2

type StockOptions = Options & { suites: readonly Suite[]; onRan(name: string, ran: Ran, where: string): void }

export const onStock = async (options: StockOptions): Promise<void> => {
  const reason = reasonNot({ fetching: true })
  if (reason !== undefined) throw new Error(reason)
  for (const suite of options.suites) {
    const kernel = cachedKernel(suite) ?? (await fetchKernel(suite))
    const root = await userlandOf(suite, (text) => void process.stderr.write(`${text}\n`))
    const folder = mkdtempSync(join(tmpdir(), 'probetop-scripts-'))
    try {
      await onOne(options, kernel, root, folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

/** A machine that ends before its time is booted again, and goes on where it was. */
const onOne = async (options: StockOptions, kernel: Kernel, root: string, folder: string): Promise<void> => {
  const { which, seconds, startMs, names } = options
  const mostStartMs = startMs ?? START_S * 1000
  const image = join(folder, 'image.cpio')
  await writeScriptsImage(image, kernel, root)
  let title = `Linux ${kernel.release}`
  let left = namesOf(which, root).filter((name) => names.length === 0 || names.includes(name))
  const onLine = (text: string): void => {
    const line = lineOf(text)
    if (line === undefined) process.stderr.write(`${text}\n`)
    else if ('bpftrace' in line)
      title = `Linux ${kernel.release}${which === 'bcc' ? '' : `, ${BPFTRACE} ${line.bpftrace}`}`
    else {
      options.onRan(line.name, line.ran, title)
      left = left.filter((name) => name !== line.name.split(' ')[0])
    }
  }
  for (let tries = 1; left.length > 0;) {
    const [next] = left
    const words = [
      ...(which === 'tools' ? [] : [`--${which}`]),
      ...['--seconds', String(seconds), '--start', String(mostStartMs / 1000)],
      ...left,
    ]
    try {
      await boot(kernel, image, folder, words.join(' '), LONGEST_MS, {
        ...{ memoryMb: MEMORY_MB, cpus: 1, silenceMs: mostStartMs + SILENCE_MS },
        onLine,
      })
      break
    } catch (error) {
      if (left[0] !== next) tries = 1
      else if (++tries > TRIES) left = left.slice(1)
      process.stderr.write(`booted again: ${(error as Error).message.split('\n').slice(-3).join('\n')}\n`)
    }
  }
}

const namesOf = (which: Which, root: string): string[] =>
  which === 'own' ? [...OWN_SCRIPTS] : which === 'bcc' ? BCC.map(([name]) => name!) : toolsIn(join(root, TOOLS))

const lineOf = (text: string): Line | undefined => {
  try {
    return text.startsWith('{') ? (JSON.parse(text) as Line) : undefined
  } catch {
    return undefined
  }
}
