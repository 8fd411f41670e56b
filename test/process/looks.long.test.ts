// The built program in terminals of other kinds, and with settings that are wrong.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { until } from '../helpers/programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { hasData, replaying } from '../helpers/replaying.ts'

test.serial('wrong settings: how many and where all are said is not cut at 80 columns', async (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'config.toml'), 'theme = "drak"\ninterval = 0\nmouse = 7\n')
  const pty = replaying(t, { columns: 80, rows: 24 }, ['--config', join(folder, 'config.toml')])
  await pty.until(hasData)
  t.regex(pty.screen()[23]!, /^ 3 settings are wrong, all by --print-config: /)
  pty.type('q')
  t.is(await pty.exited, 0)
})

test.serial('without colours and without Unicode', async (t) => {
  const pty = replaying(t, { env: { NO_COLOR: '1', LC_ALL: 'C' } })
  await pty.until(hasData)
  pty.type('q')
  t.is(await pty.exited, 0)
  t.notRegex(pty.bytes(), /\x1b\[[\d;]*[34]8;5;|[^\x00-\x7f]/)
})

test.serial('a terminal that says it has all colours is given them, whatever the environment knows', async (t) => {
  const pty = replaying(t, { env: { COLORTERM: '' } })
  await pty.until(hasData)
  const drawn = (): number => pty.bytes().match(/48;2;\d+;\d+;\d+/g)!.length
  t.is(drawn(), 1, 'the question')
  pty.type('\x1bP1$r0;48:2::1:2:3m\x1b\\')
  await until(() => drawn() > 20)
  pty.type('q')
  t.is(await pty.exited, 0)
})
