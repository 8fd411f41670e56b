// Functions that were inlined where a real process waits, from the debug information that compilers really write.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { commandTest } from '../../helpers/bpf.ts'
import { inlinedProgram, stackTopOf, waitingPc } from '../../helpers/inlined.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const CHAIN = [['wait_innermost', 'inlined'], ['wait_middle', 'inlined'], ['wait_outer', 'user']]

const chainIn = async (binary: string, least = CHAIN.length): Promise<string[][]> => {
  const child = spawn(binary, ['60000'])
  try {
    await waitingPc(child.pid!, 'inlined')
    return (await stackTopOf(child.pid!, least)).map(({ name, kind }) => [name, kind])
  } finally {
    child.kill('SIGKILL')
  }
}

const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ['DWARF 5', ['-gdwarf-5']],
  ['DWARF 4', ['-gdwarf-4']],
  ['DWARF 5 in sections of functions', ['-gdwarf-5', '-ffunction-sections']],
  ['compressed', ['-gz=zlib']],
  ['not position-independent', ['-no-pie', '-fno-pie']],
]

for (const [title, flags] of WAYS) {
  commandTest(`${title}: each with its name, innermost first`, ['clang'], async (t) => {
    const binary = join(temporaryFolder(t), 'inlined')
    inlinedProgram(binary, flags)
    t.deepEqual(await chainIn(binary), CHAIN)
  })
}
