// Scripts, which anybody writes, and what bpftrace then says of their maps and lines: whatever it is, the stream takes
// what is made of it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Area } from '../area.ts'
import { createParser } from '../../../src/engine/bpftrace/parse.ts'
import { createLines } from '../../../src/engine/bpftrace/script/output-lines.ts'
import { createMaps } from '../../../src/engine/bpftrace/script/map-growth.ts'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { EVENTS, TEXT } from '../../../src/model/scripts/tabs.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { PROBES, ROOT } from '../../../src/paths.ts'
import { MOST_SCRIPT_BYTES, scriptPlan } from '../../../src/stream/script.ts'
import { spec as specCheck } from '../../../src/stream/spec-check.ts'
import { tablesData } from '../../../src/stream/tables-check.ts'
import type { TablesData } from '../../../src/stream/tables.ts'

const FIXTURES = join(ROOT, 'test/fixtures/bpftrace')
const OF_LINES =
  'BEGIN { printf("%-6s %-16s %4s %s\\n", "PID", "COMM", "FD", "PATH (ms)"); }\nk:x { time("%H:%M:%S "); printf("%-6d %-16s ", pid, comm); join(args->argv); @[comm, kstack, pid] = count(); @usecs[comm] = lhist(1, 0, 10, 1); @s = stats(1); print(@s); }'
/** Of a fixture the maps it has. */
const OF_MAPS = `k:x { @ = count(); @syscall[args->id] = count(); @process[comm] = count(); @usecs = hist(1); @hist[@f[tid]] = lhist(1, 0, 1, 1); @stat[comm] = stats(1); @st = stats(1); @x = max(1); } interval:s:1 { print(@); clear(@); }`

const must = (wrong: string | undefined): void => {
  if (wrong !== undefined) throw new Error(wrong)
}

export const scripts: Area = {
  name: 'scripts',
  seeds: () => [
    Buffer.from(OF_LINES),
    Buffer.from(OF_MAPS),
    ...readdirSync(PROBES)
      .filter((name) => name.endsWith('.bt'))
      .map((name) => readFileSync(join(PROBES, name))),
  ],
  words: [
    '{',
    '}',
    '@[',
    '"',
    '/*',
    '//',
    '#',
    'printf("',
    '%-16s',
    '\\n',
    '(',
    ',',
    '++',
    '= count()',
    '// unit: ',
    '\u001b[',
  ],
  take(input) {
    const text = input
      .subarray(0, MOST_SCRIPT_BYTES)
      .toString('utf8')
      .slice(0, MOST_SCRIPT_BYTES / 3)
      .replaceAll('\0', '')
    const plan = planOf({ name: text.slice(0, 20), text, args: [text.slice(0, 5)], taken: () => false })
    must(scriptPlan(plan))
    must(specCheck(specOfScript(plan)))
  },
}

export const scriptOutput: Area = {
  name: 'script output',
  seeds: () =>
    readdirSync(FIXTURES)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(FIXTURES, name)).subarray(0, 8192)),
  words: [
    '{"min": ',
    '"max": -1',
    '": {"',
    ',',
    '\\n',
    '1e999',
    '-5',
    '[]',
    '9223372036854775807',
    '"count": ',
    '\\uffffffe9',
  ],
  take(input) {
    const version = (
      [
        [0, 17],
        [0, 23],
        [0, 27],
      ] as const
    )[input.length % 3]!
    const plan = planOf({ name: 'x', text: input.length % 2 ? OF_MAPS : OF_LINES, taken: () => false })
    const parser = createParser(version)
    const [maps, lines] = [createMaps(plan), createLines(plan)]
    const { tables: fields } = specOfScript(plan)
    const columns = (table: string): string[] => (fields[table] ?? []).map(({ id }) => id)
    input
      .toString('utf8')
      .split('\n')
      .forEach((line, index) => {
        const message = parser.parse(line)
        if (message?.type === 'map' || message?.type === 'stats' || message?.type === 'hist')
          maps.add(message, index % 2 === 0)
        if (message?.type === 'print') lines.print(message.text, index)
        if (index % 5 !== 4) return
        if (index % 2) maps.complete(index % 3 > 0)
        else maps.missed()
        const taken = lines.take(index + 200)
        const data: TablesData = { ...maps.read(index % 7 === 0), totals: {} }
        for (const table of [EVENTS, TEXT])
          if (table in fields)
            data.tables[table] = {
              columns: columns(table),
              rows: taken.flatMap((each) =>
                'cells' in each === (table === EVENTS) ? [[0, ...('cells' in each ? each.cells : [each.text])]] : [],
              ),
            }
        must(tablesData(data))
      })
  },
}
