// The scripts that come with probetop: each says what it is.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { headerOf } from '../../src/model/scripts/comment-header.ts'
import { ownPath, OWN_SCRIPTS } from './own.ts'
import { planFor } from './run.ts'

const plans = OWN_SCRIPTS.map((name) => planFor(ownPath(name)))
const AREAS = [
  'CPU',
  'memory',
  'file systems',
  'disk',
  'network',
  'security',
  'languages',
  'applications',
  'kernel',
  'hypervisors',
]

for (const plan of plans)
  test(`${plan.id}: a title, a question, an area, what is normal; results or rows`, (t) => {
    const header = headerOf(plan.text)
    t.true(header.title !== undefined && header.question!.endsWith('?'))
    t.true(header.howToRead!.length > 40)
    t.true(AREAS.includes(header.area!), header.area)
    t.deepEqual(header.version, [0, 17])
    t.true(plan.maps.length + plan.lines.length > 0)
  })

test('the list of them by area is that in probes/tools.md', (t) => {
  const text = readFileSync(join(ROOT, 'probes', 'tools.md'), 'utf8')
  const rows = [...text.matchAll(/^\| ([\w ]+) \| ([a-z, ]+) \| .* \|$/gm)].map(([, area, names]) => [area, names])
  for (const area of AREAS) {
    const own = OWN_SCRIPTS.filter((name) => headerOf(readFileSync(ownPath(name), 'utf8')).area === area)
    t.is(rows.find(([name]) => name === area)?.[1], own.join(', '), area)
  }
})
