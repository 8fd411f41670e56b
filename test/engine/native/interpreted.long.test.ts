// Functions of Python in stacks as the kernel's program notes them, of a program whose calls are known; and of one that only
// looks like an interpreter and leads astray.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '../../../src/paths.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { openNotes } from '../../helpers/noted.ts'
import type { Noted } from '../../helpers/noted.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const FIXTURES = join(ROOT, 'test/engine/native/fixtures')
const CALLS = join(FIXTURES, 'calls.py')

/** Without where they are in their file, innermost first. */
const functionsOf = (noted: Noted): string[] =>
  noted
    .named()
    .frames.filter(({ kind }) => kind === 'interpreted')
    .map(({ name }) => name.replace(/:\d+\)$/, ')'))

const found = (threads: Map<number, Noted>, isWanted: (functions: string[]) => boolean): Noted | undefined =>
  [...threads.values()].find((one) => one.how === 'whole' && isWanted(functionsOf(one)))

const named = (stack: Noted): boolean => stack.named().frames.every(({ name }) => name !== '[...]')

const MAIN = [
  'calls.größe_λ (calls.py)',
  'calls.numbers (calls.py)',
  'calls.key (calls.py)',
  'calls.main (calls.py)',
  'calls.<module> (calls.py)',
]
const THREAD = [
  'calls.Server.handle (calls.py)',
  'calls.Server.serve (calls.py)',
  'threading.Thread.run (threading.py)',
  'threading.Thread._bootstrap_inner (threading.py)',
  'threading.Thread._bootstrap (threading.py)',
]
const CHILD = [...Array.from({ length: 21 }, () => 'calls.deep (calls.py)'), 'calls.<module> (calls.py)']

/** Of the name alone nothing follows: it may be a script that knows of others. */
const versionOf = (python: string): string | undefined => {
  try {
    return execFileSync(python, ['-c', 'import sys; print(sys.version_info[1])'], { encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return undefined
  }
}

for (const python of ['/usr/bin/python3', 'python3.11', 'python3.12', 'python3.13']) {
  bpfTest(
    `${python}: functions in a thread, a generator, below a sort, and in a child`,
    async (t) => {
      if (!['11', '12', '13'].includes(versionOf(python)?.trim() ?? '')) return skip(t, `no ${python} of 3.11 to 3.13`)
      const parent = spawn(python, [CALLS], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      const notes = openNotes(parent.pid!)
      const child = openNotes(Number(line))
      try {
        const isMain = (functions: string[]): boolean => functions.join() === MAIN.join()
        const isThread = (functions: string[]): boolean => functions.join() === THREAD.join()
        const threads = await notes.wait((all) => Boolean(found(all, isMain) && found(all, isThread)))
        const main = found(threads, isMain)
        t.truthy(main, [...threads.values()].map((one) => functionsOf(one).join(' ')).join('\n'))
        t.truthy(found(threads, isThread))
        // in the place of the functions that run them
        const names = main!.named().frames.map(({ name }) => name)
        t.true(names.indexOf('calls.key (calls.py:29)') < names.findIndex((name) => /calls\.main/.test(name)))
        t.false(names.includes('_PyEval_EvalFrameDefault'))
        const children = await child.wait((all) =>
          Boolean(found(all, (functions) => functions.length === CHILD.length)),
        )
        t.deepEqual(functionsOf([...children.values()][0]!), CHILD)
      } finally {
        notes.close()
        child.close()
        process.kill(Number(line), 'SIGKILL')
        parent.kill('SIGKILL')
      }
    },
    [python],
  )
}

for (const way of ['plain', 'threads', 'states', 'frames', 'text', 'nowhere']) {
  bpfTest(
    `what only looks like an interpreter leads nowhere: ${way}`,
    async (t) => {
      const binary = join(temporaryFolder(t), 'interpreter')
      execFileSync('gcc', ['-O1', '-rdynamic', '-o', binary, join(FIXTURES, 'interpreter.c')])
      const child = spawn(binary, [way], { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      const notes = openNotes(child.pid!)
      try {
        const isAstray = way === 'threads' || way === 'states'
        const threads = await notes.wait((all) =>
          Boolean(
            [...all.values()].find((one) => named(one) && one.how === 'whole' && (isAstray || functionsOf(one)[0])),
          ),
        )
        const [stack] = [...threads.values()]
        const functions = functionsOf(stack!)
        t.true(stack!.addresses.length <= 127)
        if (isAstray) t.deepEqual(functions, [])
        if (way === 'plain') t.deepEqual(functions, ['?[31m{red} (?[31m{red})'])
        if (way === 'frames') t.true(functions.length > 100)
        if (way === 'nowhere') t.true(functions.length === 1)
        for (const { name } of stack!.named().frames) {
          t.true(name.length <= 300)
          t.notRegex(name, /[\u0000-\u001f\u007f-\u009f]/)
        }
      } finally {
        notes.close()
        child.kill('SIGKILL')
      }
    },
    ['gcc'],
  )
}
