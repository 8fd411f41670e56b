// `npm run pictures`: every page as a picture, to be looked at, in .build/pictures. `-- overview tcp` draws only these;
// --size 80x24 --theme light --colours all|256|16|8|none --ascii say how (sizes and themes may come several times).
// --recording FILE.gz draws each panel of a recording instead, in each of its modes (of waits, memory, network, fsync,
// containers there are no others). --svg leaves the browser out. --capture FILE draws what a terminal showed (tmux capture-pane -e -p), --readme the picture
// that README.md begins with.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUILD, ROOT } from '../../src/paths.ts'
import { findBrowser, openBrowser } from './browser.ts'
import { COLOURS, drawCapture, drawScene, type Look } from './draw.ts'
import { Refused, tellPlainly } from '../helpers/tool.ts'
import { SCENES, scenesOf } from './scenes.ts'
import { sizeOf } from './svg.ts'

const FOLDER = join(BUILD, 'pictures')
const README = join(ROOT, 'test/pictures/overview.svg')

tellPlainly('pictures')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', multiple: true, default: ['80x24', '120x36', '200x50'] },
    theme: { type: 'string', multiple: true, default: ['dark', 'light'] },
    colours: { type: 'string', default: 'all' },
    ascii: { type: 'boolean', default: false },
    svg: { type: 'boolean', default: false },
    capture: { type: 'string' },
    recording: { type: 'string' },
    readme: { type: 'boolean', default: false },
  },
})

const fail = (why: string): never => {
  throw new Refused(why)
}

const looks = (): Look[] =>
  values.size.flatMap((size) => {
    const [, width, height] = /^(\d{1,3})x(\d{1,3})$/.exec(size) ?? fail(`${size} is no size, 120x36 is one`)
    const colours =
      COLOURS[values.colours as keyof typeof COLOURS] ?? fail(`--colours ${Object.keys(COLOURS).join('|')}`)
    return values.theme.map((theme): Look => ({
      width: Number(width),
      height: Number(height),
      theme,
      colours,
      unicode: !values.ascii,
    }))
  })

const known = values.recording === undefined ? SCENES : scenesOf(values.recording)
const scenes = known.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
if (scenes.length === 0) fail(`there are ${known.map(({ name }) => name).join(', ')}`)

if (values.readme) {
  const overview = SCENES.find(({ name }) => name === 'overview')!
  const look: Look = { width: 120, height: 36, theme: 'dark', colours: COLOURS.all, unicode: true }
  writeFileSync(README, await drawScene(overview, look))
  console.log(README)
  process.exit(0)
}

const program = values.svg ? undefined : findBrowser()
if (!program && !values.svg) fail('no browser is here: apt-get install chromium, or --svg, which any browser shows')
const browser = program === undefined ? undefined : await openBrowser(program)
mkdirSync(FOLDER, { recursive: true })
const keep = async (name: string, svg: string, { width, height }: Look): Promise<void> => {
  const size = sizeOf(width, height)
  const file = join(FOLDER, `${name}.${browser ? 'png' : 'svg'}`)
  writeFileSync(file, browser ? await browser.png(svg, size.width, size.height) : svg)
  console.log(file)
}
try {
  for (const look of looks()) {
    const suffix = `${look.width}x${look.height}-${look.theme}${values.colours === 'all' ? '' : `-${values.colours}`}`
    if (values.capture !== undefined)
      await keep(basename(values.capture), await drawCapture(readFileSync(values.capture, 'utf8'), look), look)
    else for (const scene of scenes) await keep(`${scene.name}-${suffix}`, await drawScene(scene, look), look)
  }
} finally {
  await browser?.close()
}
