// Lines from a bpftrace and tools of bcc, and commands to the engine, which has rights.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Area } from '../area.ts'
import { parseRow } from '../../../src/engine/probes/execsnoop/rows.ts'
import { SPECS, STACKS } from '../../../src/engine/probes/registry.ts'
import { createParser } from '../../../src/engine/bpftrace/parse.ts'
import { createAdapter } from '../../../src/engine/tools/adapter.ts'
import { dataOf } from '../../../src/engine/tools/data.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { planOfTool } from '../../../src/model/tools/tools.ts'
import { ROOT } from '../../../src/paths.ts'
import { decodeCommand } from '../../../src/stream/commands.ts'
import { spec } from '../../../src/stream/spec-check.ts'
import { tablesData } from '../../../src/stream/tables-check.ts'
import { splitLines } from '../../../src/stream/line-splitter.ts'

const FIXTURES = join(ROOT, 'test/fixtures/bpftrace')
const VERSIONS = [
  [0, 17],
  [0, 23],
  [0, 27],
] as const

/** As it comes through a pipe: so much at once, and others have their turn. */
const PIPE_BYTES = 64 * 1024
const OPTIONS = new Map([STACKS, ...SPECS].map(({ id, options }) => [id, options]))

/** What the engine reads at once of its commands. */
const COMMAND_BYTES = 4096

const eachLine = async (input: Buffer, onLine: (line: string) => void, pieceBytes = PIPE_BYTES): Promise<void> => {
  const lines = splitLines({ onLine, maxBytes: 1024 * 1024 })
  for (let at = 0; at < input.length; at += pieceBytes) {
    lines.push(input.subarray(at, at + pieceBytes))
    await setImmediate()
  }
  lines.end()
}

const commandsOf = (...commands: object[]): Buffer =>
  Buffer.from(commands.map((command) => JSON.stringify(command)).join('\n'))

export const bpftraceLines: Area = {
  name: 'bpftrace',
  seeds: () =>
    readdirSync(FIXTURES)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(FIXTURES, name)).subarray(0, 8192)),
  words: ['[', '{"a":', '\\uffffff', '\\u0000', '1e999', '\n', '"', 'E\\t', '\\t', '-9223372036854775808'],
  take(input) {
    const parser = createParser(VERSIONS[input.length % VERSIONS.length]!)
    return eachLine(input, (line) => {
      const message = parser.parse(line)
      if (message?.type === 'print') parseRow(message.text)
    })
  },
}

const TOOLS = join(ROOT, 'test/fixtures/bcc')

export const toolLines: Area = {
  name: 'tools',
  seeds: () =>
    readdirSync(TOOLS)
      .filter((name) => name.endsWith('.txt'))
      .map((name) => readFileSync(join(TOOLS, name)).subarray(0, 8192)),
  words: [
    'PID',
    ' : count distribution\n',
    '|***|',
    ' -> ',
    ';',
    ' = ',
    '\n    ',
    '-  a (1)',
    '1e999',
    '%',
    '\t',
    '\0',
  ],
  async take(input) {
    const adapter = createAdapter(planOfTool({ name: 'offcputime', args: [], taken: () => false }), true)
    await eachLine(input, (line) => adapter.line(line, 0))
    const taken = adapter.take(true)
    const wrong = spec(specOfScript(adapter.plan())) ?? tablesData(dataOf(adapter.plan(), taken, 0))
    if (wrong) throw new Error(wrong)
  },
}

export const commands: Area = {
  name: 'commands',
  seeds: () => [
    commandsOf(
      { cmd: 'want', intervalMs: 1000, probes: { sched: { cpus: true }, tcp: {} }, cost: true },
      { cmd: 'want', target: { is: 'process', pid: 7 }, budget: { limitPercent: 5, pins: { tcp: 'full' } } },
      { cmd: 'want', target: { is: 'thread', pid: 7, tid: 8 } },
    ),
    commandsOf(
      { cmd: 'want', target: { is: 'comm', comm: 'x' }, probes: { syscalls: { detail: false } } },
      { cmd: 'want', target: { is: 'cgroup', path: '/a' } },
      { cmd: 'want', probes: { stacks: { mode: 'offcpu', thresholdNs: 1000, wakers: false } } },
      { cmd: 'stop' },
    ),
  ],
  words: ['1e999', '-1', 'null', '"__proto__"', '..', '\\u0000', '[]', '{}', '4194304'],
  take: (input) =>
    eachLine(
      input,
      (line) => {
        const command = decodeCommand(line, (probe) => OPTIONS.get(probe) ?? [])
        if (command?.cmd !== 'want') return
        const { intervalMs = 100, target, probes = {} } = command
        const thresholdNs = probes['stacks']?.['thresholdNs'] ?? 0
        if (!(Number.isInteger(thresholdNs) && Number(thresholdNs) >= 0)) throw new Error('threshold')
        if (!(intervalMs >= 100 && intervalMs <= 60_000)) throw new Error('interval')
        if (!target) return
        if ('pid' in target && !(Number.isInteger(target.pid) && target.pid > 0)) throw new Error('pid')
        if (target.is === 'cgroup' && (!target.path.startsWith('/') || target.path.includes('\0')))
          throw new Error('path')
      },
      COMMAND_BYTES,
    ),
}
