// The scripts that come with probetop: each says what it is.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { headerOf } from '../../src/model/scripts/header.ts'
import { planFor } from './run.ts'

/** Of a decoder of its own. */
const NATIVE = 'execsnoop'
const names = readdirSync(join(ROOT, 'probes'))
  .filter((name) => name.endsWith('.bt') && name !== `${NATIVE}.bt`)
  .map((name) => name.slice(0, -3))
const plans = names.map((name) => planFor(join(ROOT, 'probes', `${name}.bt`)))
const AREAS = ['CPU', 'memory', 'file systems', 'disk', 'network', 'security', 'applications', 'kernel']

for (const plan of plans)
  test(`${plan.id}: a title, a question, an area, what is normal; results or rows`, (t) => {
    const header = headerOf(plan.text)
    t.true(header.title !== undefined && header.question!.endsWith('?'))
    t.true(header.howToRead!.length > 40)
    t.true(AREAS.includes(header.area!), header.area)
    t.deepEqual(header.version, [0, 17])
    t.true(plan.maps.length + plan.lines.length > 0)
  })
