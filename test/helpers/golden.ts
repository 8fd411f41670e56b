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

const LINE = 120

/** A value as JSON, as much in a line as there is room for. */
const valueText = (value: unknown, indent = ''): string => {
  const short = JSON.stringify(value)
  if (short.length + indent.length <= LINE || typeof value !== 'object' || value === null) return short
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const parts = Object.entries(value).map(
    ([key, each]) => `${indent}  ${Array.isArray(value) ? '' : `${key}: `}${valueText(each, `${indent}  `)}`,
  )
  return [open, ...parts, `${indent}${close}`].join('\n')
}

/** Sums of fractions are not the same to the last digit in whatever order they are made. */
const roundedOf = (value: number): number | string =>
  Number.isFinite(value) ? Number(value.toPrecision(12)) : String(value)

/** Sentences for people: other tests ask for those. */
const WORDS = ['help', 'howToRead', 'why', 'source']

/** What a function makes of its input, where that is more than fits into an assertion. */
export const goldenValue = (t: ExecutionContext, name: string, value: unknown): void =>
  golden(
    t,
    name,
    valueText(
      JSON.parse(
        JSON.stringify(value, (key, each: unknown) =>
          WORDS.includes(key) ? undefined : typeof each === 'number' ? roundedOf(each) : each,
        ),
      ),
    ),
  )
