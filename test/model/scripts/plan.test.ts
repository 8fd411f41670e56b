import test from 'ava'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { probesOf } from '../../../src/model/scripts/lex.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { scriptPlan } from '../../../src/stream/script.ts'
import { spec } from '../../../src/stream/spec-check.ts'

const plan = (text: string, name = 'x') => planOf({ name, text, taken: () => false })

test('hooks end at a predicate, not at a path; what needs none is counted apart', (t) => {
  const { hooks, hookless } = plan(`
    #include <linux/fs.h>
    // kprobe:in_a_comment { @ = count(); }
    struct s { int a; };
    BEGIN { printf("{ not a brace }"); }
    uprobe:/lib/x86_64-linux-gnu/libc.so.6:mal*, tracepoint:syscalls:sys_enter_open*
    /comm == "a/b" && pid > 1/ { @[comm] = count(); }
    interval:s:1 { print(@); } END { clear(@); }`)
  t.deepEqual(hooks, ['uprobe:/lib/x86_64-linux-gnu/libc.so.6:mal*', 'tracepoint:syscalls:sys_enter_open*'])
  t.is(hookless, 3)
})

test('a star within a path begins no comment, whatever is before it; between code one does', (t) => {
  const { hooks, maps } = plan(`usdt:/usr/lib/jvm/*/lib/libjvm.so:hotspot:gc__begin { @full[pid] = count(); }
    usdt:/usr/lib/jvm/*/lib/libjvm.so:hotspot:gc__end { @us = hist(pid/* us */); }`)
  t.deepEqual(hooks, [
    'usdt:/usr/lib/jvm/*/lib/libjvm.so:hotspot:gc__begin',
    'usdt:/usr/lib/jvm/*/lib/libjvm.so:hotspot:gc__end',
  ])
  t.deepEqual(
    maps.map(({ name }) => name),
    ['@full', '@us'],
  )
})

test('a star right behind the beginning of a path, or behind a slash in it, begins no comment', (t) => {
  for (const hook of ['uprobe:/*/libc.so.6:malloc', 'uprobe:/lib//*.so:f', 'uprobe:/lib/*/*/x:f']) {
    const { hooks, maps } = plan(`${hook} { @n = count(); } /* k:b { } */ k:c { }`)
    t.deepEqual(hooks, [hook, 'k:c'])
    t.is(maps.length, 1)
  }
})

test('a key that is read from a scratch map is what that was given', (t) => {
  const { maps } = plan(`
    k:a { @stack[arg0] = kstack(32); @who[arg0] = comm; @why[arg0] = args->why; }
    k:b { @us[@who[arg0], @stack[arg0], @why[arg0]] = sum(nsecs); }`)
  t.deepEqual(maps[0]!.keys, [
    { title: 'COMM', is: 'text', dim: 'comm' },
    { title: 'KERNEL STACK', is: 'stack', dim: 'kernelStack' },
    { title: 'WHY', is: 'any' },
  ])
})

test('of intervals alone they are its hooks', (t) => {
  t.deepEqual(plan('interval:s:1 { @ = count(); }').hooks, ['interval:s:1'])
})

test('maps that are given count(), hist() and the like are results, others are scratch', (t) => {
  const { maps } = plan(`
    tracepoint:a:b { @start[tid] = nsecs; @name[tid] = comm; @bytes[comm, pid] = sum(args->bytes); @n++; }
    tracepoint:a:c /@start[tid]/ { @usecs[@name[tid]] = hist((nsecs - @start[tid]) / 1000); delete(@start[tid]); }
    END { clear(@start); clear(@name); }`)
  t.deepEqual(
    maps.map(({ name, does, unit, worth }) => [name, does, unit, worth]),
    [
      ['@bytes', 'sum', 'bytes', 1],
      ['@n', 'sum', 'count', 1],
      ['@usecs', 'hist', 'ns', 1000],
    ],
  )
  t.deepEqual(
    maps[0]!.keys.map(({ title, is, dim }) => [title, is, dim]),
    [
      ['COMM', 'text', 'comm'],
      ['PID', 'int', 'pid'],
    ],
  )
})

test('maps that the script prints itself while it runs are shown as it does; those of END are live', (t) => {
  const { maps } = plan(`
    tracepoint:a:b { @own = count(); @late[comm] = count(); }
    interval:s:1 { print(@own); clear(@own); }
    END { print(@late, 10); clear(@late); }`)
  t.deepEqual(
    maps.map(({ name, printed, cleared }) => [name, printed, cleared]),
    [
      ['@own', true, true],
      ['@late', undefined, undefined],
    ],
  )
})

test('a line is put together from time(), printf() and join(), its columns named by the heading', (t) => {
  const { lines, columns, said } = plan(`
    BEGIN { printf("Tracing... Hit Ctrl-C to end.\\n"); printf("%-9s %-6s %-16s %s\\n", "TIME", "PID", "COMM", "ARGS (RET)"); }
    tracepoint:a:b { time("%H:%M:%S  "); printf("%-6d %-16s ", pid, comm); printf("x=%d (%d)\\n", args->x, args->ret); }`)
  t.deepEqual(
    columns.map(({ title, is, dim }) => [title, is, dim]),
    [
      ['TIME', 'text', undefined],
      ['PID', 'number', 'pid'],
      ['COMM', 'text', 'comm'],
      ['ARGS (RET)', 'text', undefined],
    ],
  )
  t.deepEqual(lines, [[{ is: 'text' }, { is: 'number' }, { is: 'text', pad: 16 }, { is: 'text' }, { is: 'text' }]])
  t.deepEqual(said, ['Tracing... Hit Ctrl-C to end.', 'TIME      PID    COMM             ARGS (RET)'])
})

test('without a heading columns are called by what is printed; a sentence is text', (t) => {
  t.deepEqual(
    plan('tracepoint:a:b { printf("%d %s\\n", pid, str(args->filename)); }').columns.map(({ title }) => title),
    ['PID', 'FILENAME'],
  )
  const sentence = plan('tracepoint:a:b { printf("killed %d by %s\\n", pid, comm); }')
  t.deepEqual(sentence.columns, [])
  t.true(sentence.prints)
})

test('columns of the header are those of the lines, or else of the keys of maps with so many', (t) => {
  const header = '// columns: WHO, WHERE\ntracepoint:a:b { @x[comm, args->dev] = count(); @y[pid] = count(); '
  const titles = (text: string) => plan(text).maps.map(({ keys }) => keys.map(({ title }) => title))
  t.deepEqual(titles(`${header} }`), [['WHO', 'WHERE'], ['PID']])
  const both = plan(`${header} printf("%s %d\\n", comm, args->dev); }`)
  t.deepEqual(
    both.columns.map(({ title }) => title),
    ['WHO', 'WHERE'],
  )
  t.is(both.maps[0]!.keys[0]!.title, 'COMM')
})

test('the header: ours, that of PCP, and that of the tools of bpftrace', (t) => {
  const ours = plan(`// title: opens
// question: Which files
//   are opened?
// unit: us
// columns: PROCESS, PATH
// sort: -PATH
// read: failures are common
// bpftrace: 0.20
tracepoint:a:b { printf("%s %s\\n", comm, str(args->name)); @x = hist(1); }`)
  t.like(ours, {
    title: 'opens',
    question: 'Which files are opened?',
    howToRead: 'failures are common',
    version: [0, 20],
    sort: '-PATH',
  })
  t.deepEqual(
    ours.columns.map(({ title }) => title),
    ['PROCESS', 'PATH'],
  )
  t.like(ours.maps[0], { unit: 'ns', worth: 1000 })
  const pcp = plan(
    '// name: biolatency\n// include: @b\n// table-retain-lines: 10\ntracepoint:a:b { @a = count(); @b = count(); }',
  )
  t.is(pcp.title, 'biolatency')
  t.is(pcp.retain, 10)
  t.deepEqual(
    pcp.maps.map(({ name }) => name),
    ['@b'],
  )
  for (const include of ['@b, @a', '@b @a', 'b,a', '@b\n// include: @a'])
    t.deepEqual(
      plan(`// include: ${include}\nk:f { @a = count(); @b = count(); @c = count(); }`).maps.map(({ name }) => name),
      ['@b', '@a'],
    )
  t.like(
    plan(
      '#!/usr/bin/env bpftrace\n/*\n * runqlat.bt\tCPU scheduler run queue latency.\n *\n * USAGE: x\n */\nBEGIN { }',
    ),
    { title: 'runqlat', question: 'CPU scheduler run queue latency.' },
  )
})

test('a script becomes a spec that the stream takes, whatever it is', (t) => {
  const texts = [
    '',
    '}{',
    '@',
    'BEGIN {',
    'tracepoint:a:b { @[',
    'tracepoint:a:b { printf("%',
    'k:x{@a[comm,pid,kstack]=count();@b=hist(1);@c=avg(2);@d[1]=max(1);printf("%d %s\\n",pid,comm);}',
    '/* no end',
    '"no end',
    '#define x \\',
    `tracepoint:a:b { ${'@x[pid]=count();'.repeat(200)} }`,
    `tracepoint:a:b { ${Array.from({ length: 60 }, (_, i) => `@m${i}[pid]=count();`).join('')} }`,
    `tracepoint:a:b { printf("${'%d '.repeat(100)}\\n"); }`,
    '// title: \u001b[31mred\u202e\ntracepoint:a:b { @ = count(); }',
    '{'.repeat(10_000),
    '('.repeat(20_000),
  ]
  for (const text of texts) {
    const made = plan(text, '\u001b]0;x\u0007 ../../etc')
    t.is(scriptPlan(made), undefined, text.slice(0, 40))
    t.is(spec(specOfScript(made)), undefined, text.slice(0, 40))
  }
})

test('a map is left out whose name is longer than the engine takes', (t) => {
  const [longest, longer] = [63, 64].map((length) => `@${'a'.repeat(length)}`)
  const made = plan(`tracepoint:a:b { ${longest} = count(); ${longer} = count(); }`)
  t.deepEqual(
    made.maps.map(({ name }) => name),
    [longest],
  )
  t.is(scriptPlan(made), undefined)
})

test('reading is linear: 24 KB of the worst take no time', (t) => {
  for (const unit of ['{', '@[', '(', 'x,', '"', '#', '/*', '//', 'printf("%s', '@a[@a[']) {
    const before = performance.now()
    plan(unit.repeat(Math.floor(24_000 / unit.length)))
    t.true(performance.now() - before < 2000, unit)
  }
})

test('a name that is taken gets a number', (t) => {
  t.is(planOf({ name: 'block', text: '', taken: (id) => id === 'block' }).id, 'block-2')
  t.is(planOf({ name: '9 lives!', text: '', taken: () => false }).id, 'lives-')
})

test('tokens of texts and comments are no code', (t) => {
  t.is(probesOf('BEGIN { printf("} kprobe:x {"); /* } */ // }\n }').length, 1)
  t.deepEqual(
    probesOf('; BEGIN { }'),
    probesOf('BEGIN { }').map((probe) => ({ ...probe })),
  )
})

test('what a scratch map was given first says what it is; a key is no such map unless that is all of it', (t) => {
  const keys = (body: string) => plan(`k:a { ${body} }`).maps[0]!.keys.map(({ title, is }) => `${title} ${is}`)
  t.deepEqual(keys('@w[tid] = comm; @w[tid] = pid; @n[@w[tid]] = count()'), ['COMM text'])
  t.deepEqual(keys('@w[tid] = str(arg0); @n[@w[tid] + 1] = count()'), ['W any'])
  t.deepEqual(keys('@w = comm; @n[@w] = count()'), ['W any'])
  t.deepEqual(keys('@n[@w[tid]] = count()'), ['W any'], 'nobody gave it anything')
  t.deepEqual(keys('@n[1, arg0, (uint64)x, retval] = count()'), ['VALUE int', 'ARG0 int', 'X int', 'RETVAL int'])
  t.deepEqual(keys('@n[ntop(x), str(args->name), $filename, probe, -5] = count()'), [
    'X ip',
    'NAME text',
    'FILENAME text',
    'PROBE text',
    'KEY any',
  ])
  t.deepEqual(keys(`@n[${'x'.repeat(50)}] = count()`), [`${'X'.repeat(40)} any`])
})

test('hooks of which one is BEGIN or END', (t) => {
  const maps = (text: string) => plan(text).maps.map(({ name, printed, cleared }) => [name, printed, cleared])
  t.deepEqual(maps('k:a { @x = 1; @n++; } k:b, END { print(@x); clear(@n); }'), [
    ['@x', undefined, undefined],
    ['@n', undefined, undefined],
  ])
  t.deepEqual(maps('BEGIN, k:a { @x = 1; print(@x); }'), [])
  t.deepEqual(maps('BEGIN { @n = count(); @x = 5; } k:a { print(@x); }'), [['@n', undefined, undefined]])
  t.deepEqual(maps('k:a { @x[1] = count(); print(@x[1]); clear(@x[1]); }'), [['@x', undefined, undefined]])
})

test('units of the header: of all, of some, not of what is counted', (t) => {
  const units = (unit: string) =>
    plan(`// unit: ${unit}\nk:a { @a = sum(1); @b = max(1); @n = count(); }`).maps.map(
      ({ unit, worth }) => `${worth} ${unit}`,
    )
  t.deepEqual(units('us'), ['1000 ns', '1000 ns', '1 count'])
  t.deepEqual(units('@a us , @b  kb'), ['1000 ns', '1024 bytes', '1 count'])
  t.deepEqual(units('@b ms, pages'), ['4096 bytes', '1000000 ns', '1 count'])
  t.deepEqual(units('@a S'), ['1000000000 ns', '1 count', '1 count'])
  t.deepEqual(units('parsecs'), ['1 count', '1 count', '1 count'])
})

test('so many hooks and maps, and so much of each', (t) => {
  const hooks = Array.from({ length: 70 }, (_, i) => `k:f${i}`)
  const made = plan(`${hooks.join(',')} { } interval:s:1 { } k:${'x'.repeat(600)} { }`)
  t.deepEqual([made.hooks, made.hookless], [hooks.slice(0, 64), 1])
  t.is(plan(`k:${'x'.repeat(600)} { }`).hooks[0]!.length, 500)
  t.deepEqual(specOfScript(plan(`k:${'x'.repeat(600)} { }`)).hooks, [{ name: `k:${'x'.repeat(38)}` }])
  const named = planOf({ name: 'x'.repeat(50), text: '', taken: () => false })
  t.deepEqual([named.title.length, named.id.length], [40, 26])
  t.is(plan(`k:a { ${Array.from({ length: 13 }, (_, i) => `@m${i} = count();`).join('')} }`).maps.length, 12)
})

test('a script that does not say how it is read is said to be read as all are', (t) => {
  t.regex(specOfScript(plan('k:a { }')).panels[0]!.howToRead, /^A bpftrace script/)
  t.is(specOfScript(plan('// read: slowly\nk:a { }')).panels[0]!.howToRead, 'slowly')
})

test('what is printed without a shape is text, beside maps, too', (t) => {
  for (const text of [
    'print($x)',
    'print("words")',
    'print(@a[1])',
    'cat("/proc/loadavg")',
    'system("date")',
    'warnf("x")',
    'errorf("x")',
  ])
    t.true(plan(`k:a { @n = count(); ${text}; }`).prints, text)
  t.true(plan('BEGIN { cat("/proc/loadavg"); } k:a { @n = count(); }').prints)
  t.false(plan('k:a { @n = count(); print(@n); }').prints)
  t.false(plan('BEGIN { printf("Tracing...\\n"); } k:a { @n = count(); }').prints)
})

test('what BEGIN says is left out where something follows', (t) => {
  const hello = 'BEGIN { printf("hello\\n"); }'
  t.deepEqual(plan(hello).said, [])
  t.deepEqual(plan(`${hello} END { }`).said, [])
  t.deepEqual(plan(`${hello} k:a { @ = count(); }`).said, ['hello'])
})
