// What is said to be lost of a script: of what it printed, not of what it counted.
import test from 'ava'
import { panelText } from '../../src/app/table/panel-text.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import { specOfScript } from '../../src/model/scripts/spec.ts'
import { createStore } from '../../src/model/store.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'
import { fakeStream, START_MS } from '../helpers/stream.ts'

const plan = planOf({
  name: 'mixed',
  text: 'k:a { @n[comm] = count(); printf("%d %s\\n", pid, comm); }',
  taken: () => false,
})

const figuresOf = (mode: string): string => {
  const store = createStore()
  const probe = plan.id as DescribedId
  for (const message of fakeStream({ ticks: 1 })) store.add(message)
  store.add({ type: 'probe', atMs: START_MS, spec: specOfScript(plan) })
  store.add({ type: 'status', atMs: START_MS, probe, status: { is: 'live' } })
  const events = { columns: ['ago', 'c0', 'c1'], rows: [[10, 7, 'sh']] }
  const data = {
    tables: { m0: { columns: ['k0', 'n', 'total'], rows: [['sh', 5, 9]] }, events },
    hists: {},
    totals: {},
  }
  store.add({ type: 'sample', probe, atMs: START_MS + 1000, intervalMs: 1000, lost: 3, data })
  return panelText(plan.id, store, { mode })[0]!
}

test('lines that are lost are said where lines are shown; a map is whole', (t) => {
  t.regex(figuresOf('events'), /lost 3 \(75\.0%\)/)
  t.notRegex(figuresOf('m0'), /lost [1-9]/)
})
