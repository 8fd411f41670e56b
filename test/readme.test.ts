// The documents say what the program says: keys and options are the generated ones, links lead somewhere, and the first
// page stays one that is read.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { KEY_SECTIONS, keyName, KEYS } from '../src/app/keys/keymap.ts'
import type { KeyEntry } from '../src/app/key-entry.ts'
import { parseOptions } from '../src/cli/options.ts'
import { ROOT } from '../src/paths.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const keysMarkdown = (): string => {
  const row = (entry: KeyEntry): string =>
    `| ${entry.keys.map((key) => `\`${keyName(key).replace('|', '\\|')}\``).join(' ')} | ${entry.help} |`
  const table = ({ title, where }: (typeof KEY_SECTIONS)[number]): string =>
    [`| ${title} | |`, '|---|---|', ...KEYS.filter((entry) => where.includes(entry.where)).map(row)].join('\n')
  return `${KEY_SECTIONS.map(table).join('\n\n')}\n`
}

test('the keys are those of the key table', (t) => {
  t.true(read('src/app/README.md').includes(keysMarkdown().trim()), `to paste:\n${keysMarkdown()}`)
})

test('the options are those of --help', (t) => {
  const parsed = parseOptions(['--help'])
  t.true('answer' in parsed)
  if ('answer' in parsed)
    t.true(read('src/cli/README.md').includes(parsed.answer.text.trim()), `to paste:\n${parsed.answer.text}`)
})

test('the first page is a page', (t) => {
  t.true(Buffer.byteLength(read('README.md')) <= 12 * 1024)
})

const documents = ['.', 'src', 'probes', 'test']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.md'))

const placesOf = (document: string): string[] =>
  [...read(document).matchAll(/^#+ (.*)$/gm)].map(([, head]) =>
    head!
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

test('links between documents lead somewhere', (t) => {
  const links = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, file, place]) => ({
      document,
      target: file === '' ? document : join(dirname(document), file!),
      place,
    })),
  )
  t.true(links.length > 10)
  t.deepEqual(
    links.filter(
      ({ target, place }) =>
        !existsSync(join(ROOT, target)) || (place !== undefined && !placesOf(target).includes(place)),
    ),
    [],
  )
})
