// What an engine takes as a command; everything else is nothing.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { decodeCommand } from '../../src/stream/commands.ts'
import type { Command, ProbeId } from '../../src/stream/types.ts'

const testCommand = (t: ExecutionContext, line: string, command: Command | undefined): void => {
  t.deepEqual(decodeCommand(line), command)
}

for (const [line, command] of [
  ['{"cmd":"interval","ms":500}', { cmd: 'interval', ms: 500 }],
  ['{"cmd":"interval","ms":1}', { cmd: 'interval', ms: 100 }],
  ['{"cmd":"interval","ms":1e12}', { cmd: 'interval', ms: 60_000 }],
  [
    '{"cmd":"probes","on":["tcp","memory","sched","tcp","__proto__","A b"]}',
    { cmd: 'probes', on: ['tcp', 'memory' as ProbeId, 'sched'] },
  ],
  ['{"cmd":"detail","on":true}', { cmd: 'detail', on: true }],
  ['{"cmd":"target","target":{"is":"process","pid":12,"x":1}}', { cmd: 'target', target: { is: 'process', pid: 12 } }],
  [
    '{"cmd":"target","target":{"is":"thread","pid":12,"tid":13}}',
    { cmd: 'target', target: { is: 'thread', pid: 12, tid: 13 } },
  ],
  ['{"cmd":"target","target":{"is":"comm","comm":"node"}}', { cmd: 'target', target: { is: 'comm', comm: 'node' } }],
  [
    '{"cmd":"target","target":{"is":"cgroup","path":"/a.slice/b"}}',
    { cmd: 'target', target: { is: 'cgroup', path: '/a.slice/b' } },
  ],
  ['{"cmd":"target","target":{"is":"pids","pids":[12,13]}}', { cmd: 'target', target: { is: 'pids', pids: [12, 13] } }],
  ['{"cmd":"target"}', { cmd: 'target' }],
  [
    '{"cmd":"stacks","on":true,"mode":"offcpu","thresholdNs":5,"wakers":false}',
    { cmd: 'stacks', on: true, mode: 'offcpu', thresholdNs: 1000, wakers: false },
  ],
  [
    '{"cmd":"stacks","on":false,"mode":"now","thresholdNs":0,"wakers":true}',
    { cmd: 'stacks', on: false, mode: 'now', thresholdNs: 0, wakers: true },
  ],
  [
    '{"cmd":"budget","limitPercent":250,"pins":{"sched":"full","tcp":"never","block":"cheaper"}}',
    { cmd: 'budget', limitPercent: 100, pins: { sched: 'full', block: 'cheaper' } },
  ],
  ['{"cmd":"budget","limitPercent":-1,"pins":{}}', undefined],
  ['{"cmd":"budget","limitPercent":1,"pins":null}', undefined],
  ['{"cmd":"stop"}', { cmd: 'stop' }],
  ['', undefined],
  ['start', undefined],
  ['null', undefined],
  ['[]', undefined],
  ['{"cmd":"exec","path":"/bin/sh"}', undefined],
  ['{"cmd":"interval","ms":"500"}', undefined],
  ['{"cmd":"probes","on":"sched"}', undefined],
  ['{"cmd":"detail","on":1}', undefined],
  ['{"cmd":"stacks","on":true,"mode":"everything","thresholdNs":0,"wakers":false}', undefined],
  ['{"cmd":"stacks","on":true,"mode":"now","thresholdNs":-1,"wakers":false}', undefined],
  ['{"cmd":"stacks","on":true,"mode":"now","thresholdNs":0}', undefined],
  ['{"cmd":"target","target":null}', undefined],
  ['{"cmd":"target","target":{"is":"user","pid":1}}', undefined],
  ['{"cmd":"target","target":{"is":"process","pid":-1}}', undefined],
  ['{"cmd":"target","target":{"is":"process","pid":1.5}}', undefined],
  ['{"cmd":"target","target":{"is":"process","pid":"1"}}', undefined],
  ['{"cmd":"target","target":{"is":"thread","pid":1}}', undefined],
  ['{"cmd":"target","target":{"is":"pids","pids":[12,0]}}', undefined],
  [`{"cmd":"target","target":{"is":"pids","pids":[${Array.from({ length: 17 }, (_, i) => i + 1)}]}}`, undefined],
  ['{"cmd":"target","target":{"is":"comm","comm":""}}', undefined],
  ['{"cmd":"target","target":{"is":"comm","comm":"sixteen letters!"}}', undefined],
  ['{"cmd":"target","target":{"is":"cgroup","path":"a"}}', undefined],
  ['{"cmd":"target","target":{"is":"cgroup","path":"/a/../../etc"}}', undefined],
  ['{"cmd":"target","target":{"is":"cgroup","path":"/a\u0000b"}}', undefined],
] as [string, Command | undefined][]) {
  test(`command: ${line}`, testCommand, line, command)
}
