// What an engine takes as a command; everything else is nothing.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { clampIntervalMs, decodeCommand } from '../../src/stream/commands.ts'
import type { OptionSpec } from '../../src/stream/probe-options.ts'
import type { Command } from '../../src/stream/stream-types.ts'
import { STACK_OPTIONS } from '../../src/stream/stack-types.ts'

const OPTIONS: Readonly<Record<string, readonly OptionSpec[]>> = {
  sched: ['target', 'cpus', 'names'],
  syscalls: ['detail', 'target'],
  stacks: STACK_OPTIONS,
}
const decoded = (line: string): Command | undefined => decodeCommand(line, (probe) => OPTIONS[probe] ?? [])

const testCommand = (t: ExecutionContext, line: string, command: Command | undefined): void => {
  t.deepEqual(decoded(line), command)
}

for (const [line, command] of [
  ['{"cmd":"want"}', { cmd: 'want' }],
  ['{"cmd":"want","x":1,"on":true}', { cmd: 'want' }],
  [
    '{"cmd":"want","intervalMs":500,"cost":true,"target":{"is":"comm","comm":"node"}}',
    { cmd: 'want', intervalMs: 500, target: { is: 'comm', comm: 'node' }, cost: true },
  ],
  ['{"cmd":"want","intervalMs":500,"cost":1}', undefined],
  ['{"cmd":"want","intervalMs":1}', { cmd: 'want', intervalMs: 100 }],
  ['{"cmd":"want","intervalMs":1e12}', { cmd: 'want', intervalMs: 60_000 }],
  [
    '{"cmd":"want","probes":{"tcp":{},"memory":{"x":1},"sched":{"cpus":true},"__proto__":{},"A b":{}}}',
    { cmd: 'want', probes: { tcp: {}, memory: {}, sched: { cpus: true } } },
  ],
  [
    '{"cmd":"want","probes":{"syscalls":{"x":1,"target":true,"detail":false},"sched":{"detail":true}}}',
    { cmd: 'want', probes: { syscalls: { detail: false }, sched: {} } },
  ],
  ['{"cmd":"want","probes":{}}', { cmd: 'want', probes: {} }],
  ['{"cmd":"want","probes":["sched"]}', undefined],
  ['{"cmd":"want","probes":{"sched":true}}', undefined],
  ['{"cmd":"want","probes":{"tcp":{},"syscalls":{"detail":1}}}', undefined],
  ['{"cmd":"want","target":{"is":"process","pid":12,"x":1}}', { cmd: 'want', target: { is: 'process', pid: 12 } }],
  [
    '{"cmd":"want","target":{"is":"thread","pid":12,"tid":13}}',
    { cmd: 'want', target: { is: 'thread', pid: 12, tid: 13 } },
  ],
  ['{"cmd":"want","target":{"is":"comm","comm":"node"}}', { cmd: 'want', target: { is: 'comm', comm: 'node' } }],
  [
    '{"cmd":"want","target":{"is":"cgroup","path":"/a.slice/b"}}',
    { cmd: 'want', target: { is: 'cgroup', path: '/a.slice/b' } },
  ],
  ['{"cmd":"want","target":{"is":"pids","pids":[12,13]}}', { cmd: 'want', target: { is: 'pids', pids: [12, 13] } }],
  [
    '{"cmd":"want","probes":{"stacks":{"mode":"offcpu","thresholdNs":5.5,"wakers":false}}}',
    { cmd: 'want', probes: { stacks: { mode: 'offcpu', thresholdNs: 6, wakers: false } } },
  ],
  [
    '{"cmd":"want","probes":{"stacks":{"mode":"now","thresholdNs":-1,"wakers":true,"x":1}}}',
    { cmd: 'want', probes: { stacks: { mode: 'now', thresholdNs: 0, wakers: true } } },
  ],
  [
    '{"cmd":"want","budget":{"limitPercent":250,"pins":{"sched":"full","tcp":"never","block":"counted"}}}',
    { cmd: 'want', budget: { limitPercent: 100, pins: { sched: 'full', block: 'counted' } } },
  ],
  ['{"cmd":"want","budget":{"limitPercent":0,"pins":{}}}', { cmd: 'want', budget: { limitPercent: 0, pins: {} } }],
  ['{"cmd":"want","last":["sched","detail","sched",7,"../x"]}', { cmd: 'want', last: ['sched', 'detail'] }],
  ['{"cmd":"want","last":"sched"}', undefined],
  ['{"cmd":"want","budget":{"limitPercent":-1,"pins":{}}}', undefined],
  ['{"cmd":"want","budget":{"limitPercent":1,"pins":null}}', undefined],
  ['{"cmd":"want","hooks":"tracepoint:sc"}', { cmd: 'want', hooks: 'tracepoint:sc' }],
  ['{"cmd":"want","hooks":7}', undefined],
  [
    '{"cmd":"want","target":{"is":"thread","pid":1,"tid":4194304,"startedMs":7}}',
    { cmd: 'want', target: { is: 'thread', pid: 1, tid: 4_194_304, startedMs: 7 } },
  ],
  ['{"cmd":"want","target":{"is":"process","pid":4194305}}', undefined],
  [
    '{"cmd":"want","target":{"is":"comm","comm":"fifteen letters"}}',
    { cmd: 'want', target: { is: 'comm', comm: 'fifteen letters' } },
  ],
  ['{"cmd":"stop"}', { cmd: 'stop' }],
  ['', undefined],
  ['start', undefined],
  ['null', undefined],
  ['[]', undefined],
  ['{"cmd":"exec","path":"/bin/sh"}', undefined],
  ['{"cmd":"want","intervalMs":"500"}', undefined],
  ['{"cmd":"want","probes":"sched"}', undefined],
  ['{"cmd":"want","cost":null}', undefined],
  ['{"cmd":"want","probes":{"stacks":{"mode":"everything","thresholdNs":0,"wakers":false}}}', undefined],
  ['{"cmd":"want","probes":{"stacks":{"mode":"now","thresholdNs":"1"}}}', undefined],
  ['{"cmd":"want","probes":{"stacks":{"mode":["now"],"thresholdNs":1}}}', undefined],
  ['{"cmd":"want","target":null}', undefined],
  ['{"cmd":"want","target":{"is":"user","pid":1}}', undefined],
  ['{"cmd":"want","target":{"is":"process","pid":-1}}', undefined],
  ['{"cmd":"want","target":{"is":"process","pid":1.5}}', undefined],
  ['{"cmd":"want","target":{"is":"process","pid":"1"}}', undefined],
  ['{"cmd":"want","target":{"is":"thread","pid":1}}', undefined],
  ['{"cmd":"want","target":{"is":"pids","pids":[12,0]}}', undefined],
  [`{"cmd":"want","target":{"is":"pids","pids":[${Array.from({ length: 17 }, (_, i) => i + 1)}]}}`, undefined],
  ['{"cmd":"want","target":{"is":"comm","comm":""}}', undefined],
  ['{"cmd":"want","target":{"is":"comm","comm":"sixteen letters!"}}', undefined],
  ['{"cmd":"want","target":{"is":"cgroup","path":"a"}}', undefined],
  ['{"cmd":"want","target":{"is":"cgroup","path":"/a/../../etc"}}', undefined],
  ['{"cmd":"want","target":{"is":"cgroup","path":"/a\u0000b"}}', undefined],
] as [string, Command | undefined][]) {
  test(`command: ${line}`, testCommand, line, command)
}

test('as much as there may be of each, and no more', (t) => {
  const want = (part: object) =>
    decoded(JSON.stringify({ cmd: 'want', ...part })) as { [part: string]: any } | undefined
  const names = Array.from({ length: 65 }, (_, i) => `p${i}`)
  t.deepEqual(Object.keys(want({ probes: Object.fromEntries(names.map((each) => [each, {}])) })!['probes']), [
    ...names.slice(0, 64),
  ])
  const pins = Object.fromEntries(names.map((name) => [name, 'full']))
  t.is(Object.keys(want({ budget: { limitPercent: 1, pins } })!['budget'].pins).length, 64)
  t.is(want({ hooks: 'x'.repeat(200) })!['hooks'].length, 200)
  t.is(want({ hooks: 'x'.repeat(201) }), undefined)
  const pids = Array.from({ length: 17 }, (_, i) => i + 1)
  t.truthy(want({ target: { is: 'pids', pids: pids.slice(0, 16) } }))
  t.is(want({ target: { is: 'cgroup', path: `/${'x'.repeat(4094)}` } })!['target'].path.length, 4095)
  t.is(want({ target: { is: 'cgroup', path: `/${'x'.repeat(4095)}` } }), undefined)
})

test('intervals from a tenth of a second to a minute', (t) => {
  t.deepEqual([99, 100, 101, 60_000, 60_001].map(clampIntervalMs), [100, 100, 101, 60_000, 60_000])
})
