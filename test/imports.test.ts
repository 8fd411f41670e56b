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
  model: ['d3-array', 're2js'],
  source: ['execa', 'koffi'],
  namer: ['koffi'],
  engine: ['koffi'],
  panels: ['d3-array'],
  app: ['d3-array', 'get-east-asian-width'],
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

const filesIn = (file: string): string[] =>
  importsOf(file)
    .filter((target) => target.startsWith('.'))
    .map((target) => relative(SRC, join(SRC, dirname(file), target)))

test('no import leads back to where it came from, of types neither', (t) => {
  const done = new Set<string>()
  const circle = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    const found = filesIn(file)
      .filter((target) => target.endsWith('.ts'))
      .map((target) => circle(target, [...path, file]))
      .find((each) => each !== undefined)
    done.add(file)
    return found
  }
  for (const file of files) t.deepEqual(circle(file, []), undefined)
})

/** What engine and namer say to each other is in one file, which is all that the engine may take from there. */
const PASSES_ON = join('namer', 'protocol.ts')

test('what a file exports is its own', (t) => {
  for (const file of files.filter((each) => each !== PASSES_ON))
    t.notRegex(readFileSync(join(SRC, file), 'utf8'), /^export (type )?[{*]/m, file)
  t.regex(readFileSync(join(SRC, PASSES_ON), 'utf8'), /^export \{/m)
})

const NAMES = /^(?:.*`)?(?:import|export) (?:type )?(?:\w+,? ?)?(?:\{([^}]*)\} |\* as \w+ )?from '(\.[^']+)'/gm
const LATER = /\bimport\('(\.[^']+)'\)(?:\.(\w+))?/g
const EXPORTED = /^export (?:async )?(?:const|let|function\*?|class|type|interface|enum) (\w+)/gm

test('what is exported somebody else takes', (t) => {
  const all = ['src', 'test'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.d)\.(ts|mjs)$/.test(file))
      .map((file) => join(ROOT, top, file)),
  )
  const texts = new Map(all.map((file) => [file, readFileSync(file, 'utf8')]))
  const taken = new Set<string>()
  const take = (from: string, target: string, names: readonly string[]): void => {
    for (const name of names) taken.add(`${join(dirname(from), target)} ${name}`)
  }
  for (const [file, text] of texts) {
    for (const [, names, target] of text.matchAll(NAMES))
      take(file, target!, names?.split(',').map((name) => name.trim().replace(/^type |\s+as\s.*$/g, '')) ?? ['*'])
    for (const [, target, name] of text.matchAll(LATER)) take(file, target!, [name ?? '*'])
  }
  const untaken = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(EXPORTED)].flatMap(([, name]) =>
      taken.has(`${file} ${name}`) || taken.has(`${file} *`) ? [] : [`${relative(ROOT, file)}: ${name}`],
    ),
  )
  t.deepEqual(untaken, [])
})

/** What actions do to the state: it brings together all that each part of the screen does. */
const UPDATE = 'update'
const UPDATES = [join('app', 'update.ts'), join('app', 'typing.ts')]

/** Within a folder, from left to right; `''` are its own files. */
const WITHIN: Readonly<Record<string, readonly string[]>> = {
  engine: ['base', 'proc', 'symbols', 'native', 'bpftrace', 'tools', 'probes', ''],
  model: ['base', 'waits', 'tables', 'scripts', 'tools', ''],
  namer: ['base', 'dwarf', 'unwind', ''],
  cli: ['config', 'shell', ''],
  app: [
    '',
    'verdict',
    'checklist',
    'probes',
    'table',
    'process',
    'stacks',
    'pages',
    'entering',
    'picker',
    'keys',
    UPDATE,
    'draw',
  ],
}

/** Of what is in one folder, by the order within it; undefined where it has none. */
const placeWithin = (file: string): { top: string; place: number } | undefined => {
  const [top, ...rest] = file.split(sep)
  const folder = UPDATES.includes(file) ? UPDATE : rest.length > 1 ? rest[0]! : ''
  const place = WITHIN[top!]?.indexOf(folder) ?? -1
  return place < 0 ? undefined : { top: top!, place }
}

test('within a folder, too, one knows only those to its left', (t) => {
  for (const file of files) {
    const from = placeWithin(file)
    for (const target of from ? importsOf(file).filter((each) => each.startsWith('.')) : []) {
      const to = placeWithin(relative(SRC, join(SRC, dirname(file), target)))
      if (to?.top === from!.top) t.true(to.place <= from!.place, `${file}: ${target}`)
    }
  }
  for (const [top, named] of Object.entries(WITHIN)) {
    const folders = new Set(
      files.map((file) => file.split(sep)).flatMap((path) => (path[0] === top ? (path.slice(1, -1)[0] ?? '') : [])),
    )
    t.deepEqual(named.filter((folder) => folder !== UPDATE).toSorted(), [...folders].sort(), top)
  }
})

test('the engine takes nothing from the namer that reads files of others', (t) => {
  for (const file of files.filter((each) => each.startsWith(`engine${sep}`))) {
    for (const target of importsOf(file).filter((each) => each.includes('/namer/')))
      t.regex(target, /\/namer\/(protocol|base\/address|harmless)\.ts$/, file)
  }
})

test('nor does what the two say to each other bring that along', (t) => {
  // types are gone when it runs
  const loaded = (file: string): string[] =>
    [...readFileSync(join(SRC, file), 'utf8').matchAll(/^(?:import|export) (?!type\b)[^'\n]*from '(\.[^']+)'/gm)].map(
      (match) => join(dirname(file), match[1]!),
    )
  const reached = new Set(['protocol.ts', 'base/address.ts', 'harmless.ts'].map((file) => join('namer', file)))
  for (const file of reached) for (const each of loaded(file)) reached.add(each)
  t.deepEqual(
    [...reached].filter((file) => file.startsWith(`namer${sep}`)).sort(),
    [
      'namer/base/address.ts',
      'namer/base/interpreter-parts.ts',
      'namer/harmless.ts',
      'namer/protocol.ts',
      'namer/unwind/rule-flags.ts',
      'namer/unwind/unwound.ts',
    ].map((file) => file.replaceAll('/', sep)),
  )
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
