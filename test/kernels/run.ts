// Boots one kernel and has the engine checked there; and why that may not be possible here.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingCommand } from '../helpers/rights.ts'
import type { Check, Scale } from '../truth/check.ts'
import { boot, QEMU } from './boot.ts'
import { writeImage } from './image.ts'
import type { Done, Part } from './guest/protocol.ts'
import type { Kernel } from './kernels.ts'

const TIMEOUT_MS = { quick: 100_000, full: 1_500_000 }
/** Longer than the engine in it waits for a word, which says why there is none. */
const SILENCE_MS = 300_000
const FETCHING = ['apt-get', 'apt-cache', 'dpkg-deb', 'xz']

/** The objects for the other architecture compile here, but are not run. */
export const reasonNot = ({ fetching }: { fetching: boolean }): string | undefined =>
  process.arch === 'x64'
    ? missingCommand([QEMU, 'clang', 'ldd', ...(fetching ? FETCHING : [])])
    : `stock kernels are booted on x86-64 only, this is ${process.arch}`

/** What a line of the machine says was found. */
export const checkIn = ({ suite }: Kernel, line: string): Check | undefined => {
  const said = line.startsWith('{') ? (JSON.parse(line) as Check | Done) : undefined
  return said && 'area' in said ? { ...said, area: `${suite} ${said.area}` } : undefined
}

/** Which part a line says to be done. */
export const doneIn = (line: string): Part | undefined =>
  line.startsWith('{"done"') ? (JSON.parse(line) as Done).done : undefined

interface Wanted {
  /** All of them where there are none. */
  parts?: readonly Part[]
  cpus?: number
  onLine?(line: string): void
}

/** Throws Error when the kernel did not come to its end. */
export const checksOn = async (
  kernel: Kernel,
  scale: Scale,
  { parts = [], ...more }: Wanted = {},
): Promise<Check[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-kernel-'))
  const image = join(folder, 'image.cpio')
  try {
    await writeImage(image, kernel)
    const words = [scale, ...(parts.length > 0 ? [parts.join(',')] : [])].join(' ')
    const lines = await boot(kernel, image, folder, words, TIMEOUT_MS[scale], { silenceMs: SILENCE_MS, ...more })
    return lines.flatMap((line) => checkIn(kernel, line) ?? [])
  } finally {
    rmSync(folder, { recursive: true })
  }
}
