// Rows of probes/execsnoop.bt as three versions of bpftrace really printed them, and rows that are none.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { parseRow } from '../../../../src/engine/probes/execsnoop/rows.ts'
import type { Row } from '../../../../src/engine/probes/execsnoop/rows.ts'
import { createParser } from '../../../../src/engine/bpftrace/parse.ts'
import type { ExecEvent } from '../../../../src/stream/specs/execsnoop.ts'

const rows = (version: string): Row[] => {
  const parser = createParser([0, Number(version)])
  const path = join(import.meta.dirname, `../../../fixtures/bpftrace/execsnoop.${version}.jsonl`)
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const message = parser.parse(line)
      return message?.type === 'print' ? [parseRow(message.text)!] : []
    })
}

const testRecorded = (t: ExecutionContext, version: string, long: string): void => {
  const [begin, ...events] = rows(version)
  t.is(begin?.kind, 'begin')
  const seen = events.flatMap((row) => (row.kind === 'event' ? [row.event] : []))
  const named = (kind: ExecEvent['kind']): unknown[] =>
    seen.filter((event) => event.kind === kind).map(({ comm, args }) => [comm, args])
  t.deepEqual(named('exec'), [
    ['true', '/bin/true plain'],
    // a word `\x41` cannot be told from an escaped A
    ['true', `/bin/true 'a\tb' 'new\nline' A é进 \ufffd '"q"' ''`],
    ['true', `'\t"é' ${long}`],
    ['c\t"进\n\\x', `'/usr/x1/c\t"进\n\\x' one two`],
    ['sh', `sh -c 'exit 7'`],
    ['sh', `sh -c 'kill -9 $$'`],
  ])
  const exits = seen.filter((event) => event.kind === 'exit')
  t.deepEqual(
    exits.map(({ exitCode, signal }) => exitCode ?? `signal ${signal}`),
    [0, 0, 0, 0, 7, 'signal 9'],
  )
  for (const { lifeNs } of exits) t.true(lifeNs! > 1e5 && lifeNs! < 1e8)
  for (const event of seen) t.true(event.pid! > event.ppid! && event.ppid! > 1)
}
test('as recorded with 0.17, which cuts at 200 bytes', testRecorded, '017', `${'x'.repeat(195)}…`)
test('as recorded with 0.23, which cuts a little earlier', testRecorded, '023', `${'x'.repeat(191)}…`)
test('as recorded with 0.27, which does not cut yet', testRecorded, '027', 'x'.repeat(250))

const testNoRow = (t: ExecutionContext, text: string): void => void t.is(parseRow(text), undefined)
for (const text of [
  '',
  '\n',
  'Tracing...\n',
  'E\n',
  'E\t1\t2\t3\n',
  'E\t1\tx\t3\t4\tcomm\targs\n',
  'Z\t1\t2\t3\t4\tcomm\targs\n',
  'E\t1\t2\t3\t4\tcomm\targs\tmore\n',
  'X\t1\t2\t3\t4\n',
]) {
  test(`no row: ${JSON.stringify(text)}`, testNoRow, text)
}

const eventOf = (text: string): Omit<ExecEvent, 'atMs'> | undefined => {
  const row = parseRow(text)
  return row?.kind === 'event' ? row.event : undefined
}

test('a clock that runs behind gives no life rather than a negative one', (t) =>
  t.like(eventOf('X\t1\t2\t1\t0\t-5\tc\n'), { exitCode: 0, lifeMs: undefined }))

test('a core dump is still its signal', (t) => t.like(eventOf('X\t1\t2\t1\t139\t5\tc\n'), { signal: 11 }))
