// Which tools there are, and how each is told how often to print.
import test from 'ava'
import { headingOf } from '../../../src/model/tools/heading.ts'
import { argumentsOf, planOfTool, secondsOf, TOOL_NAMES, toolNamed } from '../../../src/model/tools/tools.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { scriptPlan } from '../../../src/stream/script.ts'
import { spec } from '../../../src/stream/spec-check.ts'

const given = (name: string, ...args: string[]) => argumentsOf(toolNamed(name)!, args, 2)

test('a tool that prints once in so often is told how often, unless the user said it', (t) => {
  t.deepEqual(given('biolatency'), ['2'])
  t.deepEqual(given('biolatency', '-D'), ['-D', '2'])
  t.deepEqual(given('biolatency', '-d', 'vda'), ['-d', 'vda', '2'])
  t.deepEqual(given('biolatency', '-mTd', 'vda'), ['-mTd', 'vda', '2'])
  t.deepEqual(given('biolatency', '-dvda', '5'), ['-dvda', '5'])
  t.deepEqual(given('runqlat', '-p', '185'), ['-p', '185', '2'])
  t.deepEqual(given('runqlat', '5', '3'), ['5', '3'])
  t.deepEqual(given('runqlat', '--pid', '185'), ['--pid', '185', '2'])
  t.deepEqual(given('runqlat', '--pid=185', '--pids', '5'), ['--pid=185', '--pids', '5'])
  t.deepEqual(given('biolatency', '--disk', 'vda'), ['--disk', 'vda', '2'])
  t.deepEqual(given('syscount'), ['-i', '2'])
  t.deepEqual(given('syscount', '-i', '9'), ['-i', '9'])
  t.deepEqual(given('biotop', '-r', '20'), ['-C', '-r', '20', '2'])
  t.deepEqual(given('execsnoop', '-x'), ['-x'])
})

test('what it covers each time follows from its arguments', (t) => {
  const covers = (name: string, ...args: string[]) => secondsOf(toolNamed(name)!, args)
  t.is(covers('runqlat', '-p', '185', '3'), 3)
  t.is(covers('syscount', '-i', '4'), 4)
  t.is(covers('offcputime', '7'), 7)
  t.is(covers('execsnoop', '7'), undefined)
  t.is(covers('runqlat', 'x'), undefined)
})

test('only known names, also with the suffix of Debian', (t) => {
  t.is(toolNamed('execsnoop-bpfcc')?.name, 'execsnoop')
  for (const name of ['', 'sh', '../execsnoop', '/usr/sbin/execsnoop', 'constructor', 'execsnoop ', '-bpfcc'])
    t.is(toolNamed(name), undefined, name)
})

test('plans of all of them are taken by the engine, and are panels at once', (t) => {
  for (const name of TOOL_NAMES) {
    const plan = planOfTool({ name, args: ['-x', '\u001B[31m', 'a'.repeat(99)], taken: (id) => id === name })
    t.is(scriptPlan(plan), undefined, name)
    t.is(plan.id, `${name}-2`)
    t.is(spec(specOfScript(plan)), undefined, name)
    t.not(plan.question, '')
  }
})

test('headings are names in capitals, but for units', (t) => {
  for (const line of [
    'PID    COMM              FD ERR PATH',
    'SOFTIRQ          TOTAL_usecs',
    'TIME(s)     COMM           PID    DISK    T SECTOR     BYTES   LAT(ms)',
    'PID    COMM             D MAJ MIN DISK       I/O  Kbytes  AVGms',
    'SKADDR           PID     COMM       LADDR OLDSTATE    -> NEWSTATE    MS',
    'DISK     %RND  %SEQ    COUNT     KBYTES',
  ])
    t.truthy(headingOf(line), line)
  for (const line of [
    'PID',
    'Tracing... Hit Ctrl-C to end.',
    'ERROR: no such thing',
    'a PID',
    '',
    `${'A '.repeat(99)}`,
  ])
    t.is(headingOf(line), undefined, line)
})

test('what is given already is not given twice, and only what is an option takes the next word', (t) => {
  t.deepEqual(given('biotop', '-C'), ['-C', '2'])
  t.deepEqual(given('biolatency', '-m', '5'), ['-m', '5'])
  t.deepEqual(given('runqlat', 'xxpid', '185'), ['xxpid', '185'])
  t.deepEqual(given('runqlat', '--nothing', '185'), ['--nothing', '185'])
  t.deepEqual(given('syscount', '--interval=3'), ['--interval=3'])
  t.deepEqual(given('runqlat', '0.5'), ['0.5'])
  const covers = (seconds: string) => secondsOf(toolNamed('runqlat')!, [seconds])
  t.deepEqual(['0', '0.5', '3600', '3601'].map(covers), [undefined, 0.5, 3600, undefined])
  t.is(secondsOf(toolNamed('syscount')!, ['-i', '3', '-i', '4']), 4, 'the last one said')
})
