// Frames as plain text under test/frames/, to be looked at with cat. UPDATE_FRAMES=1 writes what is drawn now; a frame
// that is not there is written too, except under CI, where it fails.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../src/paths.ts'

const FRAMES = join(ROOT, 'test', 'frames')

export const golden = (t: ExecutionContext, name: string, text: string): void => {
  const file = join(FRAMES, `${name}.txt`)
  const drawn = `${text}\n`
  const absent = !existsSync(file)
  if (absent && process.env.CI && !process.env.UPDATE_FRAMES) {
    t.fail(`no frame ${name}.txt; make it with UPDATE_FRAMES=1 and look at it`)
    return
  }
  if (absent || process.env.UPDATE_FRAMES) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, drawn)
    t.pass()
    return
  }
  t.is(drawn, readFileSync(file, 'utf8'), `${name}.txt differs; UPDATE_FRAMES=1 rewrites it`)
}
