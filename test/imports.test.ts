// Who may import whom: a folder only from those to its left, the outside only where it belongs. Read from the import
// lines, so that a shortcut is seen the day it is taken.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import test from 'ava'
import { ROOT } from '../src/paths.ts'

const SRC = join(ROOT, 'src')

/** From left to right; folders of one group do not see each other unless the earlier of the two is imported. */
const GROUPS = [
  ['stream', 'model'],
  ['source'],
  ['namer'],
  ['engine'],
  ['panels', 'app'],
  ['screen'],
  ['setup', 'cli'],
] as const
const FOLDERS: readonly string[] = GROUPS.flat()

/** Packages a folder may import; node's own are free. */
const PACKAGES: Record<string, readonly string[]> = {
  stream: [],
  model: ['d3-array'],
  source: ['execa'],
  namer: ['koffi'],
  engine: ['koffi', 'execa'],
  panels: ['d3-array'],
  app: ['d3-array', 'string-width'],
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
)

const importsOf = (file: string): string[] => {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)\b[^'\n]*?(?:\n[^']*?)?from '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    (match) => match[1] ?? match[2]!,
  )
}

for (const file of files) {
  const folder = file.split(sep)[0]!
  if (!FOLDERS.includes(folder)) continue
  test(`${file} imports only from its left`, (t) => {
    for (const target of importsOf(file)) {
      if (target.startsWith('.')) {
        const to = relative(SRC, join(SRC, dirname(file), target)).split(sep)[0]!
        if (to === 'paths.ts' || to === folder) continue
        t.true(
          FOLDERS.indexOf(to) >= 0 && FOLDERS.indexOf(to) < FOLDERS.indexOf(folder),
          `${target} is not to the left of ${folder}`,
        )
        t.false(folder === 'screen' && to === 'engine', 'engine and screen never import each other')
      } else if (!target.startsWith('node:') && PACKAGES[folder]) {
        t.true(PACKAGES[folder]!.includes(target), `${folder} does not import ${target}`)
      }
    }
    t.pass()
  })
}

test('the engine takes nothing from the namer that reads files of others', (t) => {
  for (const file of files.filter((each) => each.startsWith(`engine${sep}`))) {
    for (const target of importsOf(file).filter((each) => each.includes('/namer/')))
      t.regex(target, /\/namer\/(protocol|address|harmless)\.ts$/, file)
  }
})

test('only src/screen knows blessed', (t) => {
  for (const file of files.filter((each) => !each.startsWith(`screen${sep}`))) {
    t.false(
      importsOf(file).some((target) => target.startsWith('blessed')),
      file,
    )
  }
})

test('nothing in the pure centre asks the clock or the machine', (t) => {
  for (const file of files.filter((each) => /^(model|panels|app)[/\\]/.test(each))) {
    const text = readFileSync(join(SRC, file), 'utf8')
    t.notRegex(text, /Date\.now|new Date\(\)|Math\.random|\bprocess\.[a-z]+[(.[]|performance\.|from 'node:/, file)
  }
})
