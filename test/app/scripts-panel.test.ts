// The panel of a script: a heat map of ranges of its own with what happened in the last interval beside it, and tables.
import test from 'ava'
import { createLines, lineTables } from '../../src/engine/bpftrace/script/output-lines.ts'
import { specOfScript } from '../../src/model/scripts/spec.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import type { Histogram, TablesData } from '../../src/stream/tables.ts'
import { golden } from '../helpers/golden.ts'
import { frameWhole } from '../helpers/planes.ts'
import type { ScreenOptions } from '../helpers/screen.ts'
import { screenOf, scripted } from '../helpers/scripted.ts'

const plan = planOf({
  name: 'waits',
  text: 'k:a { @us = hist(1); @by[comm, pid] = sum(1); @n = count(); @last[cpu] = max(1); }',
  taken: () => false,
})

/** Powers of two from a microsecond on, in each so many times the tick. */
const histAt = (tick: number): Histogram => {
  const counts = [1, 4, 9, 3, 0, 2]
  const buckets = counts.flatMap((count, i) => (count > 0 ? [1000 * 2 ** i, 1000 * 2 ** (i + 1), count * tick] : []))
  return { scale: 'ranges', unit: 'ns', buckets, count: 19 * tick }
}

const dataAt = (tick: number): TablesData => ({
  tables: {
    m0: {
      columns: ['from', 'to', 'n', 'total'],
      rows: [1, 2, 4].map((us, i) => [us * 1000, us * 2000, (i + 1) * tick, 10 * tick]),
    },
    m1: {
      columns: ['k0', 'k1', 'n', 'total'],
      rows: [
        ['sh', 70, 5 * tick, 50],
        ['node', 2290, 15 * tick, 150],
      ],
      others: [null, null, 2, 9],
    },
    m3: {
      columns: ['k0', 'value'],
      rows: [
        [0, 3],
        [1, 9],
      ],
    },
    singles: { columns: ['name', 'n', 'total'], rows: [['@n', 4 * tick, 40]] },
  },
  hists: { h0: histAt(tick) },
  totals: { attached: 1, hooks: 2 },
})

const picture = (name: string, keys: readonly string[], options: ScreenOptions = {}): void => {
  test(name, (t) => {
    const screen = screenOf(plan, dataAt, options)
    screen.press(...keys)
    golden(t, `scripts-panel/${name}`, frameWhole(screen.drawn()))
  })
}

picture('ranges', [])
picture('ranges-small', ['down'], { width: 80, height: 24 })
picture('ranges-wide', [], { width: 200, height: 40, shades: true })
picture('ranges-frozen', ['[', '['])
picture('ranges-plain', [], { colour: false, unicode: false })
picture('keys', ['m', 'down'])
picture('greatest', ['m', 'm'])
picture('values', ['m', 'm', 'm'])

test('help shows all that runs, whatever its lines are as long as', (t) => {
  const far = `k:a { @n = count(); ${' '.repeat(300)} system("at the far end"); }`
  const screen = screenOf(planOf({ name: 'far', text: far, taken: () => false }), () => ({
    tables: { singles: { columns: ['name', 'n', 'n-total'], rows: [['@n', 1, 2]] } },
    hists: {},
    totals: { attached: 1, hooks: 1 },
  }))
  screen.press('?')
  t.regex(screen.text(), /^│ +> .*far end"\); \} +│$/m)
})

test('a row that is a name is entered as all processes of that name, one of a process as that', (t) => {
  const screen = scripted('k:a { @by[comm] = count(); }', '@by', [['tmux: server', 3]])
  screen.press('down', 'enter')
  t.deepEqual(
    screen.state.crumbs.map(({ selection }) => selection),
    [{ is: 'comm', comm: 'tmux: server' }],
  )
  const both = scripted('k:a { @by[comm, pid] = count(); }', '@by', [['node,2290', 3]])
  both.press('down', 'enter')
  t.like(both.state.crumbs[0]!.selection, { is: 'process', pid: 2290 })
})

test('a control group is entered by its path, and not by a number of which nothing is known', (t) => {
  const entered = (key: string) => {
    const screen = scripted('k:a { @by[cgroup] = count(); printf("%d %s\\n", cgroup, comm); }', '@by', [[key, 3]])
    screen.press('down', 'enter')
    return screen.state.crumbs.map(({ selection }) => selection)
  }
  t.deepEqual(entered('/a'), [{ is: 'cgroup', path: '/a' }])
  t.deepEqual(entered('18446744073709551615'), [])
})

test('a row that is a thread is entered as that thread of its process, whatever the script says of it', (t) => {
  const thread = { is: 'thread', pid: 2290, tid: 2293, comm: 'libuv-worker' }
  const ownersOf = () => new Map([[2293, { pid: 2290, name: 'libuv-worker' }]])
  const cases: [key: string, entry: string][] = [
    ['tid', '2293'],
    ['tid, comm', '2293,libuv-worker'],
    ['pid, tid', '2290,2293'],
    ['comm, pid, tid', 'libuv-worker,2290,2293'],
  ]
  for (const [key, entry] of cases) {
    const screen = scripted(`k:a { @by[${key}] = count(); }`, '@by', [[entry, 3]], ownersOf)
    t.regex(screen.text(), /2290/, key)
    t.regex(screen.text(), /libuv-worker/, key)
    screen.press('down', 'enter')
    t.deepEqual(
      screen.state.crumbs.map(({ selection }) => selection),
      [thread],
      key,
    )
    // of itself it is the one that is left
    t.regex(screen.text(), /2293/, key)
  }
  const gone = scripted('k:a { @by[tid] = count(); }', '@by', [['2293', 3]])
  gone.press('down', 'enter')
  t.deepEqual(gone.state.crumbs, [])
})

test('of lines so many are kept as the header says, the last ones, however long ago', (t) => {
  const text = 'BEGIN { printf("%-4s %s\\n", "N", "WORD"); } k:a { printf("%-4d %s\\n", 1, str(arg0)); }'
  const shown = (header: string) => {
    const plan = planOf({ name: 'lines', text: `${header}${text}`, taken: () => false })
    const lines = createLines(plan)
    const spec = specOfScript(plan)
    let lost = 0
    const screen = screenOf(plan, (tick) => {
      // none in the last two intervals
      for (let n = 0; tick <= 2 && n < 5; n++) lines.print(`${tick}${n}   word${tick}${n}\n`, 0)
      const tables = lineTables(spec, lines.take(0), 0)
      lost += lines.lost()
      return { tables, hists: {}, totals: {} }
    })
    t.is(lost, 0)
    return screen
      .text()
      .match(/word\d+/g)!
      .sort()
  }
  t.is(shown('').length, 10)
  t.deepEqual(shown('// table-retain-lines: 7\n'), [
    'word13',
    'word14',
    'word20',
    'word21',
    'word22',
    'word23',
    'word24',
  ])
  t.deepEqual(shown('// table-retain-lines: 2\n'), ['word23', 'word24'])
})

test('one that shows nothing says why in place of rows, in as many lines as that takes', (t) => {
  const why = 'it prints nothing, and @s is only given values; give a map count(), sum(), hist() and the like'
  const screen = screenOf(
    planOf({ name: 'silent', text: 'k:a { @s[tid] = nsecs; }', taken: () => false }),
    () => ({ tables: { text: { columns: ['ago', 'text'], rows: [] } }, hists: {}, totals: {}, notes: [why] }),
    { width: 60, height: 24 },
  )
  t.regex(
    screen.text().replaceAll(/[│\s]+/g, ' '),
    /nothing in the last 1.0s: it prints nothing, and @s .* and the like/,
  )
})

test('other text is a tab to turn to once there is any', (t) => {
  const lines = planOf({
    name: 'naps',
    text: 'BEGIN { printf("%-6s %s\\n", "PID", "COMM"); } k:a { printf("%-6d %s\\n", pid, comm); }',
    taken: () => false,
  })
  const notices = (text: TablesData['tables'][string]['rows']) => {
    const screen = screenOf(lines, () => ({
      tables: {
        events: { columns: ['ago', 'c0', 'c1'], rows: [[5, 7, 'sh']] },
        text: { columns: ['ago', 'text'], rows: text },
      },
      hists: {},
      totals: { attached: 1, hooks: 1 },
    }))
    screen.press('m')
    return screen.state.notice?.text
  }
  t.is(notices([]), 'naps: events')
  t.is(notices([[3, 'half a line']]), 'naps: text')
})
