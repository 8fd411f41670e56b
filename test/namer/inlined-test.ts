// A test of functions that were inlined where a real process waits.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { commandTest } from '../helpers/bpf.ts'
import { inlinedProgram, stackTopOf, waitingPc } from '../helpers/inlined.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export const CHAIN = [
  ['wait_innermost', 'inlined'],
  ['wait_middle', 'inlined'],
  ['wait_outer', 'user'],
]

export const chainIn = async (binary: string): Promise<string[][]> => {
  const child = spawn(binary, ['60000'])
  try {
    await waitingPc(child.pid!, 'inlined')
    return (await stackTopOf(child.pid!)).map(({ name, kind }) => [name, kind])
  } finally {
    child.kill('SIGKILL')
  }
}

export const testChain = (title: string, ...flags: string[]): void =>
  commandTest(`${title}: each with its name, innermost first`, ['clang'], async (t) => {
    const binary = join(temporaryFolder(t), 'inlined')
    inlinedProgram(binary, flags)
    t.deepEqual(await chainIn(binary), CHAIN)
  })
