// What is made of the maps of a script: which tabs there are, their columns, units and order.
import test from 'ava'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import type { TabSpec } from '../../../src/stream/spec.ts'

const plan = (body: string) => planOf({ name: 'x', text: `tracepoint:a:b { ${body} }`, taken: () => false })
const spec = (body: string) => specOfScript(plan(body))
const tabs = (body: string): readonly TabSpec[] => spec(body).panels[0]!.tabs
const titles = ({ columns }: TabSpec) => columns.map(({ title }) => title)
const unitOf = (body: string) => {
  const { unit, worth } = plan(body).maps[0]!
  return [unit, worth]
}

test('a tab for each map with keys, one for all without, one for lines and one for text', (t) => {
  const made = tabs(
    '@a[pid] = count(); @b = count(); @c = sum(1); @d = hist(1); printf("%d %s\\n", pid, comm); printf("x\\n")',
  )
  t.deepEqual(
    made.map(({ label }) => label),
    ['@a', '@d', 'values', 'events', 'text'],
  )
  t.deepEqual(
    tabs('').map(({ label }) => label),
    ['text'],
    'one there always is',
  )
  t.deepEqual(
    Object.keys(spec('@a[pid] = count(); @b = count()').tables),
    tabs('@a[pid] = count(); @b = count()').map(({ table }) => table),
  )
  t.is(spec('@a = count()').loss, undefined)
  t.deepEqual(spec('printf("%d %s\\n", pid, comm)').loss!.of!.length, 2)
})

test('what a map does is what its columns say', (t) => {
  const cases: Record<string, string[]> = {
    '@a[pid] = count()': ['PID', 'n/s', 'SHARE%', 'TOTAL'],
    '@a[pid] = max(1)': ['PID', 'MAX'],
    '@a[pid] = min(1)': ['PID', 'MIN'],
    '@a[comm, pid] = avg(1)': ['COMM', 'PID', 'AVG'],
    '@a[pid] = hist(1)': ['PID', 'n/s', 'P50<', 'P99<', 'MAX<', 'TOTAL'],
    '@a = hist(1)': ['FROM', 'BELOW', 'n/s', 'SHARE%', 'TOTAL'],
    '@a = count()': ['MAP', 'n/s', 'TOTAL'],
    '@bytes = sum(1)': ['MAP', 'BYTES/s', 'BYTES'],
    '@us = sum(1)': ['MAP', 'TIME%', 'TIME'],
    '@a = avg(1); @b = stats(1)': ['MAP', 'n/s', 'TOTAL', 'AVG', 'MEAN'],
    '@us = avg(1); @bytes = max(1); @c = stats(1)': ['MAP', 'n/s', 'TOTAL', 'AVG TIME', 'MAX BYTES', 'MEAN'],
    '@us = stats(1)': ['MAP', 'TIME%', 'TIME', 'AVG'],
    '@us = stats(1); @b = count()': ['MAP', 'n/s', 'TOTAL', 'TIME%', 'TIME', 'AVG TOTAL', 'AVG TIME'],
  }
  for (const [body, expected] of Object.entries(cases)) t.deepEqual(titles(tabs(body)[0]!), expected, body)
})

test('most first; ranges and values by their names', (t) => {
  const order = (body: string) => tabs(body)[0]!.sort
  t.like(order('@a[pid] = count()'), { column: 'n', descending: true })
  t.like(order('@a[pid] = hist(1)'), { column: 'n', descending: true })
  t.like(order('@a = hist(1)'), { column: 'from', descending: false })
  t.like(order('@a = count()'), { column: 'name', descending: false })
})

test('percentiles of keyed histograms are those that their headings say', (t) => {
  const { columns } = tabs('@a[pid] = hist(1)')[0]!
  t.deepEqual(
    columns.flatMap(({ title, value }) => ('percentile' in value ? [[title, value.p]] : [])),
    [
      ['P50<', 50],
      ['P99<', 99],
      ['MAX<', 100],
    ],
  )
  t.deepEqual(
    [...columns].sort((a, b) => a.priority - b.priority).map(({ title }) => title),
    ['n/s', 'PID', 'MAX<', 'P99<', 'P50<', 'TOTAL'],
    'which stay when it gets narrow',
  )
})

test('the unit of a map is told by its name, or by what is measured', (t) => {
  const cases: Record<string, [string, number]> = {
    '@usecs = hist(1)': ['ns', 1e3],
    '@lat_us = hist(1)': ['ns', 1e3],
    '@u = hist(1)': ['ns', 1e3],
    '@ns = hist(1)': ['ns', 1],
    '@ms = hist(1)': ['ns', 1e6],
    '@secs = hist(1)': ['ns', 1e9],
    '@kb = sum(1)': ['bytes', 1024],
    '@size = sum(1)': ['bytes', 1],
    '@status = hist(1)': ['count', 1],
    '@us = count()': ['count', 1],
    '@a = hist(nsecs - @start[tid])': ['ns', 1],
    '@a = hist((nsecs - @start[tid]) / 1000)': ['ns', 1e3],
    '@a = hist((nsecs - @start[tid]) / 1e6)': ['ns', 1e6],
    '@a = hist((nsecs - @start[tid]) / 1_000_000_000)': ['ns', 1e9],
    '@a = hist((nsecs - @start[tid]) / 7)': ['count', 1],
    '@a = lhist((nsecs - @start[tid]) / 1000, 0, 100, 1)': ['ns', 1e3],
    '@a = sum(args->bytes)': ['bytes', 1],
    '@a = sum(args->bytes / 1024)': ['count', 1],
    '@a = sum(args->nr_sector)': ['count', 1],
    '@a = sum(7)': ['count', 1],
  }
  for (const [body, expected] of Object.entries(cases)) t.deepEqual(unitOf(body), expected, body)
})

test('keys are what is between the commas, in brackets of a tuple, too', (t) => {
  const keys = (body: string) => plan(body).maps[0]!.keys.map(({ title }) => title)
  t.deepEqual(keys('@[pid, comm] = count()'), ['PID', 'COMM'])
  t.deepEqual(keys('@[(pid, comm)] = count()'), ['PID', 'COMM'])
  t.is(keys('@[(pid), (comm)] = count()').length, 2)
  t.is(keys('@[str(args->a, 5), pid] = count()').length, 2)
})

test('counted up is a result, set is one if it is printed', (t) => {
  const made = (body: string) => plan(body).maps.map(({ name, does }) => `${name} ${does}`)
  t.deepEqual(made('@a++; ++@b; @c += 5; @d = 5; @e = 5; @e = count()'), ['@a sum', '@b sum', '@c sum', '@e count'])
  t.deepEqual(made('@d = 5; print(@d)'), ['@d value'])
  t.deepEqual(made('@d[1] = 5; print(@d[1])'), [])
  t.deepEqual(
    plan('@d += args->bytes; x = 1').maps.map(({ unit }) => unit),
    ['bytes'],
  )
})

test('a line of join() or of a tuple has a column a value', (t) => {
  const columns = (body: string) => plan(body).columns.map(({ title }) => title)
  t.deepEqual(columns('printf("%d ", pid); join(args->argv)'), ['PID', 'ARGS'])
  t.deepEqual(columns('print((pid, comm))'), ['PID', 'COMM'])
})

test('what helps, where that is not the same for all', (t) => {
  const helps = (body: string) => tabs(body)[0]!.columns.map(({ help }) => help)
  t.deepEqual(helps('@a[kstack, comm] = count()').slice(0, 2), [
    'stack, innermost function first',
    'key of the map: comm',
  ])
  t.deepEqual(helps('@a[pid] = hist(1)').slice(2, 5), [
    'end of the range that p50 lies in',
    'end of the range that p99 lies in',
    'end of the highest range that has any',
  ])
  t.deepEqual(helps('@n = count()')[1], 'per second')
  t.deepEqual(helps('@ns = sum(1)')[1], 'of clock time')
  const printed = tabs('@a[pid] = avg(1); @b[pid] = avg(1); print(@b)')
  t.deepEqual(
    printed.map(({ columns }) => columns[1]!.help),
    ['since the script was started', 'as the script last printed it'],
  )
  t.is(tabs(`@${'x'.repeat(40)}[pid] = count()`)[0]!.label, `@${'x'.repeat(29)}`)
})

test('which columns stay when it gets narrow', (t) => {
  const order = (body: string) => {
    const { columns } = tabs(body)[0]!
    const priorities = columns.map(({ priority }) => priority)
    t.is(new Set(priorities).size, columns.length, body)
    return titles({ columns: [...columns].sort((a, b) => a.priority - b.priority) } as unknown as TabSpec)
  }
  t.deepEqual(order('@a[comm, pid] = count()'), ['COMM', 'n/s', 'PID', 'SHARE%', 'TOTAL'])
  t.deepEqual(order('@a = hist(1)'), ['FROM', 'n/s', 'BELOW', 'SHARE%', 'TOTAL'])
  t.deepEqual(order('@a = stats(1)'), ['MAP', 'n/s', 'TOTAL', 'AVG'])
  t.deepEqual(order('printf("%s %d %s\\n", comm, pid, x)'), ['AGO', 'COMM', 'PID', 'X'])
})

test('a column of text is as wide as its title, from six to sixteen', (t) => {
  const widths = (...names: string[]) =>
    specOfScript(
      planOf({
        name: 'x',
        text: `BEGIN { printf("${names.join(' ')}\\n"); } k:a { printf("${names.map(() => '%s').join(' ')}\\n", a, b, c); }`,
        taken: () => false,
      }),
    )
      .panels[0]!.tabs[0]!.columns.slice(1)
      .map(({ width }) => width)
  t.deepEqual(widths('ABC', 'A_LONG_ONE', 'X'.repeat(20)), [6, 10, 16])
})
