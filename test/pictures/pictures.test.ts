import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import xterm from '@xterm/headless'
import { ROOT } from '../../src/paths.ts'
import { skip } from '../helpers/bpf.ts'
import { findBrowser, openBrowser } from './browser.ts'
import { runsOf } from './cells.ts'
import { svgOf } from './svg.ts'

const GROUND = { fg: '#eeeeee', bg: '#111111' }

const runs = async (text: string) => {
  const emulator = new xterm.Terminal({ cols: 12, rows: 2, allowProposedApi: true })
  await new Promise<void>((resolve) => emulator.write(text, resolve))
  return runsOf(emulator, GROUND)
}

test('cells of one look are one run, with the colours the terminal was told', async (t) => {
  const [red, plain] = await runs('\x1b[1;38;2;255;0;16mab\x1b[m c')
  t.like(red, { x: 0, y: 0, text: 'ab', fg: '#ff0010', bg: GROUND.bg, bold: true })
  t.like(plain, { x: 2, fg: GROUND.fg, bold: false })
  t.is(plain!.text.trimEnd(), ' c')
  const [swapped] = await runs('\x1b[7;32mx')
  t.like(swapped, { fg: GROUND.bg, bg: '#00cd00' })
})

test('a wide character does not move what follows', async (t) => {
  const all = await runs('日b')
  t.deepEqual(
    all.slice(0, 2).map(({ x, text }) => [x, text.trimEnd()]),
    [
      [0, '日'],
      [2, 'b'],
    ],
  )
})

test('text stands at its column and is harmless, blocks and lines are shapes', async (t) => {
  const svg = svgOf(await runs('a  <b>&│▀'), 12, 2, GROUND.bg)
  t.regex(svg, /<text x="0" [^>]*>a<\/text>/)
  t.regex(svg, /<text x="27" [^>]*textLength="36"[^>]*>&lt;b>&amp;<\/text>/)
  t.regex(svg, new RegExp('<path fill="#eeeeee" d="M67 0h1v9.5h-1z'))
  t.true(svg.includes('M72 0h9v9h-9z'), 'upper half of the ninth cell')
  t.notRegex(svg, /[│▀]/)
})

test('the first page begins with a small picture', (t) => {
  const page = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [, file] = /!\[[^\]]+\]\(([^)]+)\)/.exec(page) ?? []
  t.truthy(file)
  const svg = readFileSync(join(ROOT, file!), 'utf8')
  t.true(Buffer.byteLength(svg) <= 150 * 1024)
  t.regex(svg, /^<svg /)
  for (const word of ['run queue', 'off-CPU', 'block I/O']) t.true(svg.includes(word), word)
})

test('a browser makes a picture of it', async (t) => {
  const program = findBrowser()
  if (!program) return skip(t, 'no chromium is installed')
  const browser = await openBrowser(program)
  try {
    const png = await browser.png(svgOf(await runs('\x1b[41m '), 12, 2, GROUND.bg), 108, 36)
    t.is(png.subarray(1, 4).toString(), 'PNG')
    t.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [108, 36])
  } finally {
    await browser.close()
  }
})

test('where there is no browser none is found', (t) => {
  t.is(findBrowser('/nowhere:'), undefined)
})
