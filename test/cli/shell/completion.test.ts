import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { createCommand } from '../../../src/cli/command-line.ts'
import { completionFor } from '../../../src/cli/shell/completion.ts'
import { optionsOf, type Shell } from '../../../src/cli/shell/options.ts'
import { skip } from '../../helpers/bpf.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

const options = optionsOf(createCommand())
const NAMES = options.flatMap(({ names }) => names)
const isHere = (shell: Shell): boolean => ['/bin', '/usr/bin'].some((folder) => existsSync(join(folder, shell)))

/** A folder with the completion, and a `ps` that tells of names that try to be commands. */
const prepare = (t: ExecutionContext, shell: Shell) => {
  const folder = temporaryFolder(t)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const names = ['postgres', '$(touch pwned)', '`touch pwned`', 'a b', "it's"]
  writeFileSync(join(bin, 'ps'), `#!/bin/sh\ncat <<'END'\n${names.join('\n')}\nEND\n`)
  chmodSync(join(bin, 'ps'), 0o755)
  writeFileSync(join(folder, 'completion'), completionFor(shell, options))
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder }
  return {
    pwned: () => existsSync(join(folder, 'pwned')),
    run: (words: readonly string[]) => execFileSync(shell, words, { cwd: folder, env, encoding: 'utf8' }),
  }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

test('bash: options, values of their own, lists, and names that are never run', (t) => {
  if (!isHere('bash')) return skip(t, 'bash is not installed')
  const { run, pwned } = prepare(t, 'bash')
  const complete = (...words: string[]): string[] =>
    lines(
      run([
        '-c',
        '. ./completion; COMP_WORDS=(probetop "$@"); COMP_CWORD=$#; _probetop; printf "%s\\n" "${COMPREPLY[@]}"',
        'bash',
        ...words,
      ]),
    )
  t.deepEqual(complete(''), NAMES)
  t.deepEqual(complete('--the'), ['--theme'])
  t.deepEqual(complete('--theme', 'da'), ['dark'])
  t.deepEqual(complete('--panels', 'run'), ['runq'])
  t.deepEqual(complete('--panels', 'runq,of'), ['runq,offcpu'])
  t.deepEqual(complete('--comm', 'post'), ['postgres'])
  t.deepEqual(complete('--comm', 'a'), ['a\\ b'])
  t.true(complete('--comm', '$').join().includes('\\$\\(touch\\ pwned\\)'))
  t.deepEqual(complete('-r', 'comp'), ['completion'])
  t.true(complete('--probe', 'open').includes('opensnoop'))
  t.deepEqual(complete('-n', ''), [])
  t.false(pwned())
})

test('zsh: it can be read', (t) => {
  if (!isHere('zsh')) return skip(t, 'zsh is not installed')
  const { run, pwned } = prepare(t, 'zsh')
  run(['-n', 'completion'])
  t.deepEqual(
    lines(
      run([
        '-fc',
        'compadd() { print -rl -- "${(@P)argv[-1]}" }; _arguments() { }; . ./completion; _probetop_processes',
      ]),
    ),
    ['$(touch pwned)', '`touch pwned`', 'a b', "it's", 'postgres'],
  )
  t.false(pwned())
})

test('fish: options, values, names that are never run', (t) => {
  if (!isHere('fish')) return skip(t, 'fish is not installed')
  const { run, pwned } = prepare(t, 'fish')
  const complete = (line: string): string[] =>
    lines(run(['--no-config', '-c', '. ./completion; complete -C $argv[1]', '--', line])).map(
      (found) => found.split('\t')[0]!,
    )
  t.deepEqual(complete('probetop --the'), ['--theme'])
  t.deepEqual(complete('probetop --theme da'), ['dark'])
  t.deepEqual(complete('probetop --panels runq,of'), ['runq,offcpu'])
  t.deepEqual(complete('probetop --panels of'), ['offcpu'])
  t.true(complete('probetop --comm p').includes('postgres'))
  t.true(complete('probetop --comm ').some((name) => name.includes('touch')))
  t.true(complete('probetop --cgroup /').every((path) => path.startsWith('/')))
  t.false(pwned())
})
