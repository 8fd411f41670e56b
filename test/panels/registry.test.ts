// Which panels there are: ours, those of probes that described themselves, and what stands for one that nobody described.
import test from 'ava'
import { allPanels, inPanelOrder, panelOf } from '../../src/panels/registry.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import { TCP } from '../../src/stream/specs/tcp.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { QUEUES } from '../helpers/described.ts'

const OURS = ['runq', 'offcpu', 'block', 'tcp', 'syscalls', 'exec', 'threads', 'time']

test('each name once: that of ours, then that of who described it first', (t) => {
  const other = { ...QUEUES, id: 'other', panels: [...QUEUES.panels, { ...QUEUES.panels[0], id: 'runq' }] } as ProbeSpec
  const specs = [TCP, QUEUES, other]
  const panels = allPanels(specs)
  t.deepEqual(
    panels.map(({ id }) => id),
    [...OURS, 'mail'],
  )
  t.is(panelOf('mail', specs).probe, 'mailqueue' as ProbeId)
  t.is(panelOf('runq', specs).probe, 'sched')
  t.is(allPanels(specs), panels, 'made once')
})

test('a panel of ours knows the spec of its probe where its rows are those of a table', (t) => {
  const specs = [QUEUES, TCP]
  t.is(panelOf('tcp', specs).spec, TCP)
  for (const id of ['runq', 'block']) t.false('spec' in panelOf(id, specs), id)
})

test('probes in the order of their panels, others behind', (t) => {
  const order = (...probes: string[]) => inPanelOrder(probes as ProbeId[])
  t.deepEqual(order('new', 'tcp', 'sched', 'block', 'tcp'), ['sched', 'block', 'tcp', 'new'])
  t.deepEqual(order(), [])
})

test('one that nothing described says that, and has no rows', (t) => {
  const panel = panelOf('gone', [])
  t.like(panel, { id: 'gone', key: '', title: 'gone', probe: 'gone', modes: [{ id: 'all', label: 'all' }] })
  const none = {} as never
  t.deepEqual([panel.rows([none], 'all', true), panel.stats(none, 'all'), panel.notes(none, 'all')], [[], [], []])
  t.is(panel.hists(none, 'all'), undefined)
  const [column, ...more] = panel.columns('all', true)
  t.deepEqual([column!.priority, more], [0, []], 'it has room everywhere')
  t.deepEqual(panel.defaultSort('all'), { column: column!.id, descending: false })
})
