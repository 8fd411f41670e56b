// Whatever leaves the program goes through one writer that makes it harmless: nothing else in src/ knows a way out.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../src/paths.ts'

const SRC = join(ROOT, 'src')
const WAYS_OUT =
  /process\s*\.\s*(stdout|stderr)|process\s*\[|\bconsole\s*[.[]|\bwriteSync\b|\bwritevSync\b|\b(appendFile|writeFile)\w*\s*\(\s*['"`]\/dev|\bdebuglog\b|process\.(_rawDebug|emitWarning)/

/** Who may, and for what. */
const MAY: Record<string, string> = {
  'source/say.ts': 'the writer',
  'cli/output.ts': 'hands stdout what has gone through the same guard',
  'screen/run-screen.ts': 'names the terminal that is drawn to',
  'screen/silence.ts': 'holds back what others write',
  'namer/main.ts': 'answers the engine, through a pipe',
  'source/session.ts': 'tells the kernel a number, in a file of /proc that it has open',
}
/** Only asked about or listened to. */
const ASKED: Record<string, RegExp> = {
  'cli/main.ts': /process\.(stdout|stderr)\.(on|removeListener)\(/g,
  'cli/run.ts': /process\.stdout\.isTTY/g,
  'cli/checked-host.ts': /process\.stdout\.(isTTY|columns|rows)/g,
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

for (const file of files.filter((each) => !(each in MAY))) {
  test(`${file} writes to nobody past the writer`, (t) => {
    const code = readFileSync(join(SRC, file), 'utf8')
      .replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
      .replace(ASKED[file] ?? /$^/g, '')
    t.is(WAYS_OUT.exec(code)?.[0], undefined)
  })
}

test('those who may are there', (t) => {
  for (const file of [...Object.keys(MAY), ...Object.keys(ASKED)]) t.true(files.includes(file), file)
})
