// What an engine takes as a command; everything else is nothing.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { decodeCommand } from '../../src/stream/commands.ts'
import type { Command } from '../../src/stream/types.ts'

const testCommand = (t: ExecutionContext, line: string, command: Command | undefined): void => {
  t.deepEqual(decodeCommand(line), command)
}

for (const [line, command] of [
  ['{"cmd":"interval","ms":500}', { cmd: 'interval', ms: 500 }],
  ['{"cmd":"interval","ms":1}', { cmd: 'interval', ms: 100 }],
  ['{"cmd":"interval","ms":1e12}', { cmd: 'interval', ms: 60_000 }],
  ['{"cmd":"probes","on":["tcp","nonesuch","sched","tcp"]}', { cmd: 'probes', on: ['sched', 'tcp'] }],
  ['{"cmd":"detail","on":true}', { cmd: 'detail', on: true }],
  ['{"cmd":"target","pid":12}', { cmd: 'target', pid: 12 }],
  ['{"cmd":"target"}', { cmd: 'target' }],
  ['{"cmd":"stop"}', { cmd: 'stop' }],
  ['', undefined],
  ['start', undefined],
  ['null', undefined],
  ['[]', undefined],
  ['{"cmd":"exec","path":"/bin/sh"}', undefined],
  ['{"cmd":"interval","ms":"500"}', undefined],
  ['{"cmd":"probes","on":"sched"}', undefined],
  ['{"cmd":"detail","on":1}', undefined],
  ['{"cmd":"target","pid":-1}', undefined],
  ['{"cmd":"target","pid":1.5}', undefined],
  ['{"cmd":"target","pid":"1"}', undefined],
] as [string, Command | undefined][]) {
  test(`command: ${line}`, testCommand, line, command)
}
