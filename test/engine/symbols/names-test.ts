// Tests of names by a namer of a real engine.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { openSymbols } from '../../../src/engine/symbols/frames.ts'
import { commandTest, skip } from '../../helpers/bpf.ts'
import { inlinedProgram, waitingPc } from '../../helpers/inlined.ts'
import { until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

/** Names of the place where a process waits, as the engine gets them. */
export const engineNames = async (pid: number, pc: number, count: number): Promise<string[]> => {
  const symbols = openSymbols(() => {})
  try {
    let found: string[] = []
    await until(() => {
      found = symbols.user(pid, [pc, 0]).frames.map(({ name }) => name)
      symbols.ask()
      symbols.renew()
      return !found.includes('[...]') && found.length >= count
    })
    return found
  } finally {
    symbols.close()
  }
}

export const AS_USER = ['setpriv', '--reuid=4003', '--regid=4003', '--clear-groups']
export const testNames = (title: string, ...command: string[]): void =>
  commandTest(`a process of ${title} has its names, also when its file is gone`, ['clang', 'setpriv'], async (t) => {
    if (process.getuid!() !== 0) return skip(t, 'only root becomes others')
    const folder = temporaryFolder(t)
    execFileSync('chmod', ['755', folder])
    const binary = join(folder, 'inlined')
    inlinedProgram(binary)
    const [file = '', ...args] = [...command, binary, '60000']
    const child = spawn(file, args)
    t.teardown(() => child.kill('SIGKILL'))
    const pc = await waitingPc(child.pid!, 'inlined')
    execFileSync('rm', [binary])
    t.deepEqual(await engineNames(child.pid!, pc, 3), ['wait_innermost', 'wait_middle', 'wait_outer'])
  })
