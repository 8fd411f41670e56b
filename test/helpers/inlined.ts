// The program test/namer/fixtures/inlined.c, and the names at the place where one that runs it waits.
import { copyFileSync, readFileSync } from 'node:fs'
import { openNames } from './names.ts'
import type { StackFrame } from '../../src/stream/stack-types.ts'
import { compiled, sleepMs } from './workload.ts'

/** A copy of its own, which may be changed. */
export const inlinedProgram = (binary: string, flags: readonly string[] = []): void => {
  const options = ['-g', '-fno-omit-frame-pointer', ...flags]
  copyFileSync(compiled('inlined', 'test/namer/fixtures', options, ['inlined', ...flags].join('')), binary)
}

const inCall = (pid: number): number | undefined => {
  const words = readFileSync(`/proc/${pid}/syscall`, 'utf8').trim().split(' ')
  return words.length > 2 ? Number(words.at(-1)) : undefined
}

/** Where a process waits, in a call, once it runs the program of that name. */
export const waitingPc = async (pid: number, comm: string): Promise<number> => {
  for (let i = 0; i < 500; i++) {
    const pc = readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === comm ? inCall(pid) : undefined
    if (pc !== undefined && !readFileSync(`/proc/${pid}/syscall`, 'utf8').includes('running')) {
      await sleepMs(50) // past its beginning
      return inCall(pid)!
    }
    await sleepMs(10)
  }
  throw new Error(`${comm} does not wait`)
}

/** Names of the place where a process waits, innermost first. */
export const stackTopOf = async (pid: number): Promise<readonly StackFrame[]> => {
  const names = openNames()
  try {
    return await names.at(pid, inCall(pid)!)
  } finally {
    names.close()
  }
}
