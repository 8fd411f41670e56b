import test from 'ava'
import { panelText } from '../../../src/app/table/panel-text.ts'
import { displayWidth } from '../../../src/app/width.ts'
import { createStore } from '../../../src/model/store.ts'
import { PANEL_IDS } from '../../../src/panels/panel-types.ts'
import { golden } from '../../helpers/golden.ts'
import { fakeStream } from '../../helpers/stream.ts'

const store = (options = {}) => {
  const filled = createStore()
  for (const message of fakeStream({ ticks: 20, exec: true, hostile: true, ...options })) filled.add(message)
  return filled
}

test('all panels as text', (t) => {
  golden(t, 'batch', PANEL_IDS.map((id) => panelText(id, store(), { rows: 5 }).join('\n')).join('\n\n'))
})

test('never wider than asked for, nothing but text', (t) => {
  for (const unicode of [true, false])
    for (const id of PANEL_IDS) {
      for (const line of panelText(id, store(), { width: 100, unicode }).slice(1)) {
        t.true(displayWidth(line) <= 100)
        t.regex(line, unicode ? /^\P{C}*$/u : /^[\x20-\x7e]*$/)
      }
    }
})

test('only the processes asked for', (t) => {
  const lines = panelText('runq', store(), { only: [{ is: 'process', pid: 812, comm: '' }] })
  t.is(lines.length, 4)
  t.regex(lines[2]!, /812 postgres/)
  t.is(lines[3], '  own latency was not measured then')
})

test('why there is nothing', (t) => {
  const empty = createStore()
  empty.add({ type: 'status', atMs: 1, probe: 'block', status: { is: 'failed', why: 'no \x1b rights', hint: 'sudo' } })
  t.deepEqual(panelText('block', empty), ['block I/O: failed', '  no ? rights', '  sudo'])
  t.deepEqual(panelText('tcp', empty), ['TCP: off'])
})
