import test from 'ava'
import { planOf } from '../../../../src/model/scripts/plan.ts'
import { createLines, MOST_LINES, rowOf } from '../../../../src/engine/bpftrace/script/output-lines.ts'
import { splitKey } from '../../../../src/engine/bpftrace/script/map-keys.ts'

const OPENS = `BEGIN { printf("Tracing... Hit Ctrl-C to end.\\n"); printf("%-6s %-16s %4s %3s %s\\n", "PID", "COMM", "FD", "ERR", "PATH"); }
tracepoint:a:b { printf("%-6d %-16s %4d %3d %s\\n", pid, comm, $fd, $errno, str(@filename[tid])); }`
const plan = (text: string) => planOf({ name: 'x', text, taken: () => false })

test('columns of fixed width may have blanks, the last has what is left', (t) => {
  const opens = plan(OPENS)
  t.deepEqual(rowOf('1234   Web Content        -1   2 /a b/c', opens), [1234, 'Web Content', -1, 2, '/a b/c'])
  t.deepEqual(rowOf('1234567 a-name-longer-than-it   12   0 /x', opens), [
    1_234_567,
    'a-name-longer-than-it',
    12,
    0,
    '/x',
  ])
  t.deepEqual(rowOf('1      sh                  3   0 ', opens), [1, 'sh', 3, 0, ''])
  t.is(rowOf('PID    COMM               FD ERR PATH', opens), undefined)
})

test('parts beyond the heading belong to the last column; words must be there', (t) => {
  const setuids = plan(`BEGIN { printf("%-6s %-9s %s\\n", "UID", "SYSCALL", "ARGS (RET)"); }
    tracepoint:a:b { printf("%-6d setuid    uid=%d (%d)\\n", uid, @a[tid], args->ret); }
    tracepoint:a:c { printf("%-6d setresuid ", uid); printf("ruid=%d euid=%d (%d)\\n", 1, 2, 3); }`)
  t.deepEqual(rowOf('1000   setuid    uid=5 (0)', setuids), [1000, 'setuid', 'uid=5 (0)'])
  t.deepEqual(rowOf('1000   setresuid ruid=5 euid=6 (0)', setuids), [1000, 'setresuid', 'ruid=5 euid=6 (0)'])
  t.is(rowOf('1000   setgid    uid=5 (0)', setuids), undefined)
})

test('a unit in the heading counts: LAT(ms)', (t) => {
  const bio = plan(`BEGIN { printf("%-6s %7s\\n", "PID", "LAT(ms)"); } k:x { printf("%-6d %7d\\n", pid, $x); }`)
  t.deepEqual(rowOf('12          7', bio), [12, 7_000_000])
})

test('lines are put together from pieces; headings and greetings are no rows, other text is text', (t) => {
  const lines = createLines({ ...plan(OPENS), calls: 2 })
  lines.print('Tracing... Hit Ctrl-C to end.\nPID    COMM               FD ERR PATH\n', 1)
  lines.print('5      sh        ', 2)
  lines.print('          3   0 /etc/passwd\nsomething else\n\n', 3)
  lines.print('half', 4)
  t.deepEqual(lines.take(5), [
    { atMs: 3, cells: [5, 'sh', 3, 0, '/etc/passwd'] },
    { atMs: 3, text: 'something else' },
  ])
  t.deepEqual(lines.take(105), [{ atMs: 4, text: 'half' }])
})

test('of lines that two CPUs print at once, each has its beginning', (t) => {
  const naps = plan(`BEGIN { printf("%-8s %-6s %s\\n", "TIME", "PID", "COMM"); }
    tracepoint:a:b { time("%H:%M:%S "); printf("%-6d %s\\n", pid, comm); }`)
  const lines = createLines(naps)
  for (const piece of ['10:00:00 ', '10:00:00 ', '5      a\n', '10:00:00 ', '6      b\n', '7      c\n'])
    lines.print(piece, 1)
  for (const piece of ['10:00:01 ', '8      d\n', '9      e\n', '10:00:01 ', '10:00:02 ', '3      f\n'])
    lines.print(piece, 1)
  const row = (time: string, pid: number, comm: string) => ({ atMs: 1, cells: [time, pid, comm] })
  t.deepEqual(lines.take(2), [
    row('10:00:00', 5, 'a'),
    row('10:00:00', 6, 'b'),
    row('10:00:00', 7, 'c'),
    row('10:00:01', 8, 'd'),
    { atMs: 1, text: '9      e' },
    { atMs: 1, text: '10:00:01 10:00:02 3      f' },
  ])
})

test('of lines that begin differently and come mixed none is a row, and those after them are', (t) => {
  const execs = plan(`BEGIN { printf("%-10s %-5s %s\\n", "TIME(ms)", "PID", "ARGS"); }
    tracepoint:a:b { printf("%-10u %-5d ", elapsed / 1000000, pid); join(args->argv); }`)
  const lines = createLines(execs)
  const printAll = (...pieces: string[]): void => pieces.forEach((piece) => lines.print(piece, 1))
  printAll('1 10 ', '1 11 ', 'b\n', '2 12 ', 'a\n', 'c\n', '3 13 ', 'd\n')
  const row = (ms: number, pid: number, words: string) => ({ atMs: 1, cells: [ms, pid, words] })
  const text = (words: string) => ({ atMs: 1, text: words })
  t.deepEqual(lines.take(2), [text('1 10 1 11 b'), text('2 12 a'), text('c'), row(3, 13, 'd')])
  printAll('4 14 ', '4 15 ', 'e\n')
  lines.missed(2)
  printAll('5 15 ', 'f\n', '6 16 ', '6 17 ', 'g\n')
  t.deepEqual(lines.take(200), [text('4 14 4 15 e'), row(5, 15, 'f'), text('6 16 6 17 g')])
  t.is(lines.lost(), 2)
  lines.print('7 17 ', 201)
  lines.print('h\n', 201)
  t.deepEqual(lines.take(202), [{ ...row(7, 17, 'h'), atMs: 201 }])
})

test('bounded: so many lines an interval, the rest counted; a line without end is cut', (t) => {
  const lines = createLines(plan(OPENS))
  for (let i = 0; i < 50; i++) lines.print('x'.repeat(10_000), 1)
  lines.print('\n'.repeat(10) + 'a\n'.repeat(10_000), 2)
  const taken = lines.take(3)
  t.is(taken.length, MOST_LINES)
  t.is((taken[0] as { text: string }).text.length, 1000)
  t.is(lines.lost(), 10_001 - MOST_LINES)
  t.is(lines.lost(), 0)
})

test('keys: a stack with commas in its functions, a name with a comma, numbers', (t) => {
  const stack = { title: 'S', is: 'stack' } as const
  const text = { title: 'T', is: 'text' } as const
  const int = { title: 'I', is: 'int' } as const
  t.deepEqual(splitKey('\n    f(A*, B)+1\n    g+2\n,sh,5', [stack, text, int]), ['f(A*, B)+1 < g+2', 'sh', 5])
  t.deepEqual(splitKey('a,b,\n    f(A*, B)+1\n,\n    g+2\n', [text, stack, stack]), ['a,b', 'f(A*, B)+1', 'g+2'])
  t.deepEqual(splitKey('a,b,,\n    g+2\n,5', [text, stack, stack, int]), ['a,b', '', 'g+2', 5])
  t.deepEqual(splitKey('sh,,', [text, stack, stack]), ['sh', '', ''])
  t.deepEqual(splitKey('5,a,b', [int, text]), [5, 'a,b'])
  t.deepEqual(splitKey('a,b,5', [text, int]), ['a,b', 5])
  t.deepEqual(splitKey('5', [int, int]), [5, null])
  t.deepEqual(splitKey('', [text]), [''])
})

test('control groups are told by their paths, where these are known', (t) => {
  const group = { title: 'CGROUP', is: 'ip', dim: 'cgroup' } as const
  const comm = { title: 'COMM', is: 'text' } as const
  const groupOf = (id: number): string | undefined => ({ 70: '/a,b' })[id]
  t.deepEqual(splitKey('70', [group], groupOf), ['/a,b'])
  t.deepEqual(splitKey('71', [group], groupOf), ['71'])
  t.deepEqual(splitKey('a,b,70', [comm, group], groupOf), ['a,b', '/a,b'])
  t.deepEqual(splitKey('70', [{ title: 'N', is: 'int' }], groupOf), [70])
})
