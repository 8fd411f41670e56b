// What a row leads to beside its process: an error, a file; and panels that turn to who once what they list was entered.
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { tableOf } from '../../src/app/table/rows.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import { FILES } from '../../src/engine/probes/files/spec.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import { schedOf } from '../../src/model/sched.ts'
import { selectionLabel } from '../../src/model/selection.ts'
import { tableOf as tableFrom, type ProbeSpec } from '../../src/stream/spec.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeScreen, type FakeScreen } from '../helpers/screen.ts'

const rowsOf = ({ state, store }: FakeScreen, id: string) =>
  tableOf(
    state,
    viewIn(
      state,
      narrowStore(
        store,
        state.crumbs.map(({ selection }) => selection),
      ),
    ),
    id,
    true,
  ).rows

test('an error: the calls that failed with it, so often; nothing else is told apart by it', (t) => {
  const screen = fakeScreen({ ticks: 20, detail: true })
  screen.press('5')
  const errno = tableOf(screen.state, viewIn(screen.state, screen.store), 'syscalls', true)
  const at = errno.columns.findIndex(({ id }) => id === 'errno')
  const failing = errno.rows.find(({ cells }) => cells[at] === 'EAGAIN')!
  screen.state = {
    ...screen.state,
    byPanel: { ...screen.state.byPanel, syscalls: { mode: 'calls', selected: { key: failing.key, index: 0 } } },
  }
  screen.press('d')
  const choices = screen.state.choice!.selections.map(selectionLabel)
  t.true(choices.includes('error EAGAIN'), choices.join(', '))
  screen.press(...choices.slice(0, choices.indexOf('error EAGAIN')).map(() => 'down'), 'enter')
  t.regex(screen.text(), /all > error EAGAIN/)
  const errorsAt = errno.columns.findIndex(({ id }) => id === 'errors')
  const expected = errno.rows.filter(({ cells }) => cells[at] === 'EAGAIN')
  const left = rowsOf(screen, 'syscalls')
  t.deepEqual(left.map(({ key }) => key).sort(), expected.map(({ key }) => key).sort())
  for (const { key, cells } of left) t.is(cells[1], expected.find((row) => row.key === key)!.cells[errorsAt], key)
  t.regex(screen.text(), /calls that failed with error EAGAIN/)
  t.regex(screen.text(), /1 run queue cannot be split by error/)
})

const FILE = '/var/lib/postgresql/wal.log'
const fileMessages = (atMs: number): Message[] => {
  const row = (file: string, pid: number) => ({
    file,
    pid,
    comm: 'postgres',
    op: 'write',
    disk: 'vda',
    ops: 4,
    bytes: 4096,
    ns: 5e6,
    maxNs: 2e6,
    how: 'page',
  })
  const rows = [row(FILE, 812), row('/tmp/other', 955), row('[journal]', 77)]
  return [
    { type: 'probe', atMs, spec: FILES },
    {
      type: 'sample',
      probe: 'files' as never,
      atMs,
      intervalMs: 1000,
      lost: 0,
      data: { tables: { files: tableFrom(FILES.tables.files, rows) }, hists: {}, totals: {} },
    },
  ]
}

test('a file: its rows, and in every panel of processes those with I/O of it; what is no file leads nowhere', (t) => {
  const screen = fakeScreen({ ticks: 20, initial: { specs: [FILES], panels: ['runq', 'files', 'syscalls'] } })
  screen.receive(...fileMessages(screen.store.ticks().at(-1)!))
  screen.state = { ...screen.state, specs: screen.store.specs(), focus: 'files' }
  const { rows } = tableOf(screen.state, viewIn(screen.state, screen.store), 'files', false)
  const select = (file: string) => {
    const row = rows.find(({ key }) => key.startsWith(file))!
    screen.state = {
      ...screen.state,
      byPanel: { ...screen.state.byPanel, files: { mode: 'files', selected: { key: row.key, index: 0 } } },
    }
    screen.press('d')
    return screen.state.choice!.selections.map(selectionLabel)
  }
  t.false(select('[journal]').some((label) => label.startsWith('file ')))
  screen.press('escape')
  const choices = select(FILE)
  t.true(choices.includes(`file ${FILE}`), choices.join(', '))
  screen.press(...choices.slice(0, choices.indexOf(`file ${FILE}`)).map(() => 'down'), 'enter')
  t.is(rowsOf(screen, 'files').length, 1)
  const { selection } = screen.state.crumbs.at(-1)!
  t.deepEqual(
    schedOf(narrowStore(screen.store, [selection]).latest('sched')!.data).procs.map(({ pid }) => pid),
    [812],
  )
  t.regex(screen.text(), /processes with I\/O to disks of file/)
})

test('once a call was entered its panel says who makes it, and on the way out is as it was', (t) => {
  const screen = fakeScreen({ ticks: 20, detail: true })
  screen.press('5', '>', 'down', 'enter')
  t.is(screen.state.byPanel.syscalls.mode, 'processes')
  t.true(rowsOf(screen, 'syscalls').length > 0)
  screen.press('escape')
  t.is(screen.state.byPanel.syscalls.mode, 'calls')
  t.deepEqual(screen.state.byPanel.syscalls.sort?.column, 'share', 'sorted as it was')
  screen.press('5', 'enter', 'm', 'm', 'm')
  t.is(screen.state.byPanel.syscalls.mode, 'calls')
  screen.press('escape', 'escape')
  t.is(screen.state.byPanel.syscalls.mode, 'calls', 'as one chose since')
})

test('a disk: who has I/O on it is told by the files on it, where these are known; Esc leads back', (t) => {
  const entered = (specs: ProbeSpec[]) => {
    const screen = fakeScreen({ ticks: 20, initial: { specs } })
    screen.press('3', 'm', 'down', 'enter')
    t.regex(screen.text(), /all > disk /)
    return screen
  }
  const screen = entered([BLOCK, FILES])
  t.like(screen.state.page, { is: 'panel', panel: 'files' })
  screen.press('escape')
  t.like(screen.state.page, { is: 'panel', panel: 'block' })
  t.deepEqual(screen.state.crumbs, [])
  t.false(JSON.stringify(entered([BLOCK]).state.page).includes('files'))
})
