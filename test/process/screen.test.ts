// The built program in a real terminal, with a recording instead of probes.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { until } from '../helpers/programs.ts'
import { openPty, PROGRAM, shellWords, startProbetop } from '../helpers/pty.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { HOSTILE_NAMES } from '../helpers/stream.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { hasData, replaying, isGivenBack, pause, inShell } from '../helpers/replaying.ts'

test.serial('starts, shows what is recorded and says that it is a replay; q ends it with 0', async (t) => {
  const pty = replaying(t)
  await pty.until(hasData)
  t.true(pty.isAlternate())
  t.regex(pty.screen().join('\n'), /REPLAY — fake\.ndjson/)
  pty.type('q')
  t.is(await pty.exited, 0)
  isGivenBack(t, pty)
})

test.serial('resized: drawn for the new size, and too small says so', async (t) => {
  const pty = replaying(t)
  await pty.until(hasData)
  for (const [columns, rows] of [
    [200, 50],
    [80, 24],
    [61, 16],
  ] as const) {
    pty.resize(columns, rows)
    await pty.until((text) => text.includes('q quit') && pty.screen()[rows - 1]!.includes('q quit'))
  }
  pty.resize(40, 10)
  await pty.until((text) => /too small/i.test(text))
  pty.resize(120, 36)
  await pty.until((text) => hasData(text) && pty.screen()[35]!.includes('q quit'))
  pty.type('q')
  t.is(await pty.exited, 0)
})

test.serial('the terminal goes away: so does the program, as a shell expects', async (t) => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 50, intervalMs: 200 })
  const program = shellWords([process.execPath, PROGRAM, '-r', path])
  // the shell stays, to say how it ended
  const pty = openPty(`trap '' HUP; ${program}; echo $? > code`, { cwd: folder })
  t.teardown(pty.close)
  await pty.until(hasData)
  pty.close()
  await until(() => existsSync(join(folder, 'code')) && readFileSync(join(folder, 'code'), 'utf8') !== '', 4000)
  t.is(readFileSync(join(folder, 'code'), 'utf8'), '129\n')
})

test.serial('the shell has its modes and its screen back', async (t) => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 50, intervalMs: 200 })
  const program = shellWords([process.execPath, PROGRAM, '-r', path])
  const pty = openPty(
    `echo before; stty -a > before; ${program}; echo code $?; stty -a > after; cmp before after && echo same modes`,
    { cwd: folder },
  )
  t.teardown(pty.close)
  await pty.until(hasData)
  pty.type('\x03')
  await pty.until((text) => text.includes('same modes') && text.includes('before') && text.includes('code 0'))
  t.is(await pty.exited, 0)
})

test.serial('Ctrl-Z gives the shell its terminal, fg comes back at the size of now', async (t) => {
  const pty = await inShell(t)
  pty.type('\x1a')
  await pty.until((text) => text.includes('Stopped'))
  t.false(pty.isAlternate())
  pty.type('echo mode $(stty -a | grep -o -w -e -icanon -e icanon)\r')
  await pty.until((text) => /mode icanon/.test(text))
  pty.resize(90, 30)
  pty.type('fg\r')
  await pty.until((text) => hasData(text) && pty.isAlternate() && pty.screen()[29]!.includes('q quit'))
  pty.type('q')
  await pty.until(() => !pty.isAlternate())
  pty.type('echo code $?; exit\r')
  await pty.until((text) => text.includes('code 0'))
  t.is(await pty.exited, 0)
})

test.serial('hostile names are neutral and aligned', async (t) => {
  const pty = replaying(t, { columns: 200, rows: 50 }, [], { hostile: true })
  await pty.until((text) => text.includes('{red-fg'))
  for (const keys of ['', '11', '\x1b44', '\x1b55', '\x1b\x1b33']) {
    pty.type(keys)
    await pause(300)
    for (const row of pty.screen().filter((row) => row.startsWith('│'))) t.is(row.trimEnd().at(-1), '│')
  }
  t.false(pty.bytes().includes(HOSTILE_NAMES[0]))
  t.false(pty.bytes().includes('\u202e'))
  pty.type('q')
  t.is(await pty.exited, 0)
})

test.serial('the snapshot: two files for the user alone, named on the screen and after it', async (t) => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 50, intervalMs: 200 })
  const pty = startProbetop(['-r', path], { cwd: folder })
  t.teardown(pty.close)
  await pty.until(hasData)
  pty.type('w')
  await pty.until((text) => text.includes('snapshot in '))
  pty.type('wq')
  t.is(await pty.exited, 0)
  const files = readdirSync(folder)
    .filter((name) => name.startsWith('probetop-db-7-'))
    .sort()
  t.is(files.length, 4)
  t.deepEqual(files.map((name) => name.slice(-4)).sort(), ['.txt', '.txt', 'json', 'json'])
  for (const name of files) t.is(statSync(join(folder, name)).mode & 0o777, 0o600)
  t.is(pty.bytes().match(/probetop: snapshot in \S+\.json and \S+\.txt/g)?.length, 2)
  t.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  )
})
