import test from 'ava'
import { parseOptions, type Options } from '../../src/cli/options.ts'

const DEFAULTS: Options = {
  intervalMs: 1000,
  count: undefined,
  output: 'auto',
  outputFile: undefined,
  pids: [],
  cgroup: undefined,
  only: [],
  panels: undefined,
  theme: undefined,
  printConfig: false,
  unsaid: { interval: true, maxOverhead: true, scriptMemory: true },
  noColour: false,
  ascii: false,
  mouse: true,
  record: undefined,
  replay: undefined,
  check: false,
  yes: false,
  maxOverheadPercent: 5,
  probes: [],
  tools: [],
  unsafe: false,
  scriptMb: 500,
}

const good = test.macro({
  title: (_, line: string) => `good: probetop ${line}`,
  exec: (t, line: string, expected: Partial<Options>) => {
    const unsaid = {
      interval: expected.intervalMs === undefined || line.startsWith('-n'),
      maxOverhead: !line.includes('--max-overhead'),
      scriptMemory: !line.includes('--script-memory'),
    }
    t.deepEqual(parseOptions(line.split(' ').filter(Boolean)), { options: { ...DEFAULTS, unsaid, ...expected } })
  },
})

const bad = test.macro({
  title: (_, line: string) => `bad: probetop ${line}`,
  exec: (t, line: string, expected: string) => {
    t.deepEqual(parseOptions(line.split(' ')), { answer: { text: `probetop: ${expected}\n`, exitCode: 2 } })
  },
})

test(good, '', {})
test(good, '--probe a.bt', { probes: [{ file: 'a.bt', args: [] }] })
test(good, '2 --probe a.bt 10 x --probe=b.bt 20 --unsafe -b', {
  intervalMs: 2000,
  probes: [
    { file: 'a.bt', args: ['10', 'x'] },
    { file: 'b.bt', args: ['20'] },
  ],
  unsafe: true,
  output: 'batch',
})
test(good, '--script-memory 200', { scriptMb: 200 })
test(bad, '--script-memory much', '--script-memory "much" is no number of MB: 0 (any) or such as 500')
test(good, '2 --tool biolatency -D -d vda --batch --tool=execsnoop', {
  intervalMs: 2000,
  output: 'batch',
  tools: [
    { name: 'biolatency', args: ['-D', '-d', 'vda'] },
    { name: 'execsnoop', args: [] },
  ],
})
test('a tool and its arguments can be one word', (t) => {
  const parsed = parseOptions(['--tool', ' runqlat  -P --milliseconds ', '--probe', 'a.bt', '1'])
  t.like('options' in parsed && parsed.options, {
    tools: [{ name: 'runqlat', args: ['-P', '--milliseconds'] }],
    probes: [{ file: 'a.bt', args: ['1'] }],
  })
})
test(bad, '--tool', '--tool <name> [args] needs a value')
test(bad, '--probe', '--probe <file> [args] needs a value')
test(bad, '--probe=', '--probe needs a name')
test(bad, '--tool=', '--tool needs a name')
test('a name that is empty, as of a variable that is not set, is none', (t) => {
  for (const option of ['--probe', '--tool'])
    t.like(parseOptions([option, '', '-n', '1']), { answer: { exitCode: 2 } }, option)
})
test(bad, '--checklist 60s --probe a.bt', '--checklist and --probe or --tool exclude each other: it has its own panels')
test(bad, Array(65).fill('--probe a.bt').join(' '), '65 scripts and tools are more than 64')
test(bad, '--probe a.bt -r x', '--probe or --tool and -r exclude each other: a recording brings its panels with it')
test(good, '2', { intervalMs: 2000 })
test(good, '.5 3', { intervalMs: 500, count: 3 })
test(good, '500ms', { intervalMs: 500 })
test(good, '-d 0.1', { intervalMs: 100 })
test(good, '-d 60s -n 5', { intervalMs: 60_000, count: 5 })
test(good, '--delay=1.25', { intervalMs: 1250 })
test(good, '-bn 3', { output: 'batch', count: 3 })
test(good, '--json --iterations 2', { output: 'json', count: 2 })
test(good, '-p 1,2 -p 2,3', { pids: [1, 2, 3], only: [{ is: 'pids', pids: [1, 2, 3] }] })
test(good, '-p 7', { pids: [7], only: [{ is: 'process', pid: 7, comm: '' }] })
test(good, '--comm nginx', { only: [{ is: 'comm', comm: 'nginx' }] })
test(good, '--cgroup system.slice/ssh.service/', {
  cgroup: '/system.slice/ssh.service',
  only: [{ is: 'cgroup', path: '/system.slice/ssh.service' }],
})
test(good, '--cgroup /sys/fs/cgroup/a', { cgroup: '/a', only: [{ is: 'cgroup', path: '/a' }] })
test(good, '-o out.txt', { output: 'batch', outputFile: 'out.txt' })
test(good, '-o -', { output: 'batch' })
test(good, '--json -o out.ndjson', { output: 'json', outputFile: 'out.ndjson' })
test(good, '--panels tcp,runq', { panels: ['runq', 'tcp'] })
test(good, '--config my.toml --print-config', { config: 'my.toml', printConfig: true })
test(bad, '--config=', '--config needs the name of a file')
test(good, '--theme light --ascii', { theme: 'light', ascii: true })
test(good, '--no-color', { noColour: true })
test(good, '--no-colour', { noColour: true })
test(good, '-w day.gz', { record: 'day.gz' })
test(good, '-r day.gz 2', { replay: 'day.gz', intervalMs: 2000 })
test(good, '--max-overhead 0', { maxOverheadPercent: 0 })
test(good, '--max-overhead .5%', { maxOverheadPercent: 0.5 })
test(good, '--check --yes', { check: true, yes: true })

const FORM = '0.1 to 60 seconds, such as 2, 0.5 or 500ms'
test(bad, '--jsn', 'unknown option "--jsn", did you mean --json?')
test(
  bad,
  '--comm a-name-of-17-byte',
  '--comm "a-name-of-17-byte" is too long: the kernel keeps 15 bytes, so "a-name-of-17-by"',
)
test(
  bad,
  '--cgroup a/../b',
  '--cgroup "a/../b" is no control group: a path as in /proc/PID/cgroup, such as /system.slice/ssh.service',
)
test(bad, '--pids 1', 'unknown option "--pids", did you mean --pid?')
test(bad, '--no-colr', 'unknown option "--no-colr", did you mean --no-color?')
test(bad, '--rec=x', 'unknown option "--rec=x", did you mean --record?')
test(bad, '--frobnicate', 'unknown option "--frobnicate": see probetop --help')
test(bad, '-z', 'unknown option "-z": see probetop --help')
test(bad, '\x1b[31m', `interval "\\u001b[31m" is no interval: ${FORM}`)
test(bad, 'fast', `interval "fast" is no interval: ${FORM}`)
test(bad, '-d 1e3', `-d "1e3" is no interval: ${FORM}`)
test(bad, '-d -1', `-d "-1" is no interval: ${FORM}`)
test(bad, '-d Infinity', `-d "Infinity" is no interval: ${FORM}`)
test(bad, '-d 0', `-d "0" is out of range, nearest is 0.1: ${FORM}`)
test(bad, '-d 61', `-d "61" is out of range, nearest is 60: ${FORM}`)
test(bad, '-d', '-d, --delay <seconds> needs a value')
test(bad, '--max-overhead much', '--max-overhead "much" is no percentage: 0 to 100, such as 3 or 0.5')
test(bad, '--max-overhead 101', '--max-overhead "101" is no percentage: 0 to 100, such as 3 or 0.5')
test(bad, '1 0', 'count "0" is no count: a whole number from 1 on')
test(bad, '-n 1.5', '-n "1.5" is no count: a whole number from 1 on')
test(bad, '-d 1 2', 'interval given twice: "2" and -d 1')
test(bad, '1 2 -n 3', 'count given twice: "2" and -n 3')
test(bad, '1 2 3', 'too many arguments: "3" (probetop [interval [count]])')
test(bad, '-p 1,x', '-p "x" is no PID: whole numbers, such as -p 1234,5678')
test(bad, '-p 0', '-p "0" is no PID: whole numbers, such as -p 1234,5678')
test(bad, '-p 9999999', '-p "9999999" is no PID: whole numbers, such as -p 1234,5678')
test(bad, '--panels tpc', 'no panel "tpc", did you mean tcp?')
test(bad, '--panels runq,sys', 'no panel "sys", did you mean syscalls?')
test(
  bad,
  '--panels cpu-heat',
  'no panel "cpu-heat": there are runq, offcpu, block, tcp, syscalls, exec, threads, time, memory, kernel, waits, network, names, files, fsync, disks, machine, containers',
)
test(bad, '-b --json', '-b and --json exclude each other: text or JSON lines')
test(bad, '-w a -r b', '-w and -r exclude each other: record or replay')

test('help and version', (t) => {
  const help = parseOptions(['--help'])
  t.true('answer' in help && help.answer.exitCode === 0 && help.answer.text.startsWith('Usage: probetop'))
  t.deepEqual(parseOptions(['-V']), { prints: { is: 'version' } })
})

test('a mistake is always one printable line', (t) => {
  for (const word of ['--\x1b[2J', 'a\nb', '\u2028', '--x'.repeat(500), '\x7f']) {
    const parsed = parseOptions([word])
    t.true('answer' in parsed)
    if ('answer' in parsed) t.regex(parsed.answer.text, /^probetop: [\x20-\x7e]{1,300}\n$/)
  }
})

test('the manual, and completion for a shell there is one for', (t) => {
  t.deepEqual(parseOptions(['--man']), { prints: { is: 'man' } })
  t.deepEqual(parseOptions(['--completion', 'zsh']), { prints: { is: 'completion', for: 'zsh' } })
})
test(bad, '--completion csh', 'no completion for "csh": there is one for bash, zsh, fish')
