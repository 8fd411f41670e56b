import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readLibrary, readScripts } from '../../src/cli/script-files.ts'
import { MOST_SCRIPT_BYTES } from '../../src/stream/script.ts'
import { skip } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const SCRIPT = '// title: sleeps\ntracepoint:a:b { @ = count(); }\n'
const folderWith = (
  t: Parameters<typeof temporaryFolder>[0],
  name = 'x.bt',
  text: string | Buffer = SCRIPT,
): string => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, name), text, { mode: 0o644 })
  return folder
}
const read = (file: string, folders: string[] = [], taken: string[] = []) =>
  readScripts([{ file, args: ['5'] }], taken, folders)

test('by file and by name, with arguments, under a name that is free', (t) => {
  const folder = folderWith(t)
  const plans = { args: ['5'], id: 'x', title: 'sleeps', text: SCRIPT }
  t.like(read(join(folder, 'x.bt')), { plans: [plans] })
  t.like(read('x', [folder]), { plans: [plans] })
  t.like(read('x', [folder], ['x']), { plans: [{ id: 'x-2' }] })
  t.like(read('y', [folder]), { problem: `no script "y": no such file, and none of that name in ${folder}` })
})

test('more arguments than the engine takes, or longer ones, are told at once', (t) => {
  const folder = folderWith(t)
  const given = (...args: string[]) => readScripts([{ file: 'x', args }], [], [folder])
  t.true('plans' in given(...Array<string>(16).fill('1')))
  for (const args of [Array<string>(17).fill('1'), ['x'.repeat(501)]])
    t.regex((given(...args) as { problem: string }).problem, /^--probe "x": its arguments are too many or too long/)
})

test('what others can write is not run as root: file, folder, where a link leads', (t) => {
  const folder = folderWith(t)
  const path = join(folder, 'x.bt')
  chmodSync(path, 0o666)
  t.regex((read(path) as { problem: string }).problem, /it can be written by others/)
  chmodSync(path, 0o644)
  chmodSync(folder, 0o777)
  t.regex((read(path) as { problem: string }).problem, /its folder .* can be written by others/)
  const own = temporaryFolder(t)
  symlinkSync(path, join(own, 'x.bt'))
  t.regex((read(join(own, 'x.bt')) as { problem: string }).problem, /its folder/)
  chmodSync(folder, 0o1777)
  t.true('plans' in read(path))
  chmodSync(folder, 0o755)
  const [below, inner] = [join(folder, 'below'), join(folder, 'below', 'inner')]
  mkdirSync(inner, { recursive: true })
  writeFileSync(join(inner, 'x.bt'), SCRIPT, { mode: 0o644 })
  t.true('plans' in read(join(inner, 'x.bt')))
  chmodSync(below, 0o777)
  t.true((read(join(inner, 'x.bt')) as { problem: string }).problem.includes(`its folder ${below} can be written`))
  if (process.geteuid?.() !== 0) return skip(t, 'only root can give a file away')
  chownSync(path, 12_345, 12_345)
  t.regex((read(path) as { problem: string }).problem, /belongs to another user \(12345\)/)
})

test('no text, too much of it, no file: one line that says so', (t) => {
  t.regex((read(join(folderWith(t, 'x.bt', 'a\0b'), 'x.bt')) as { problem: string }).problem, /is no text/)
  t.regex(
    (read(join(folderWith(t, 'x.bt', Buffer.from([0xff, 0xfe, 0x41])), 'x.bt')) as { problem: string }).problem,
    /is no text/,
  )
  t.regex(
    (read(join(folderWith(t, 'x.bt', ' '.repeat(MOST_SCRIPT_BYTES + 1)), 'x.bt')) as { problem: string }).problem,
    /more than/,
  )
  t.regex(
    (read(join(folderWith(t, 'x.bt', '\u0001'.repeat(20_000)), 'x.bt')) as { problem: string }).problem,
    /too many characters/,
  )
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'x.bt'))
  t.true('problem' in read(join(folder, 'x.bt')))
})

test('the library: the first of a name wins that may be run; what may not says why', (t) => {
  const [mine, theirs] = [folderWith(t), folderWith(t, 'x.bt', '// title: other\nBEGIN { }')]
  writeFileSync(join(theirs, 'z.bt'), SCRIPT)
  writeFileSync(join(theirs, 'bad.bt'), SCRIPT)
  chmodSync(join(theirs, 'bad.bt'), 0o666)
  t.deepEqual(
    readLibrary([mine, theirs, '/nonexistent']).map(({ name, title, text, refused }) => [
      name,
      title,
      text === '',
      refused?.split(',')[0],
    ]),
    [
      ['bad', 'bad', true, 'it can be written by others'],
      ['x', 'sleeps', false, undefined],
      ['z', 'sleeps', false, undefined],
    ],
  )
  chmodSync(join(mine, 'x.bt'), 0o666)
  t.is(readLibrary([mine, theirs]).find(({ name }) => name === 'x')?.title, 'other')
})
