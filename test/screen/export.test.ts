// What is exported, read back by others: speedscope's own schema, and a protobuf reader that is told the fields of
// profile.proto.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import { STATE_WORDS } from '../../src/model/stack-paths.ts'
import test from 'ava'
import protobuf from 'protobufjs'
import { foldedText, speedscopeData, stacksExport, type StacksExport } from '../../src/app/stacks/export.ts'
import { viewIn } from '../../src/app/state.ts'
import { ROOT } from '../../src/paths.ts'
import { writeExport } from '../../src/screen/export.ts'
import { pprofOf } from '../../src/screen/pprof.ts'
import type { StackMode } from '../../src/stream/stack-types.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { fakeStackStream } from '../helpers/stacks.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const TICKS = 12
const KEYS: Record<StackMode, string[]> = { offcpu: [], oncpu: ['m'], now: ['m', 'm'] }

const shown = (mode: StackMode = 'offcpu', keys: readonly string[] = []): StacksExport | undefined => {
  const messages = fakeStackStream({ ticks: TICKS, mode, hostile: true })
  const screen = fakeScreen({ ticks: TICKS, messages, initial: { replay: true } })
  screen.press('s', ...KEYS[mode], ...keys)
  return stacksExport(screen.state, viewIn(screen.state, screen.store))
}

const FOLDED = /^(.*) (\d+)$/

test('folded lines: from the root, a whole number last, nothing that breaks a line', (t) => {
  const stacks = shown()!
  const lines = foldedText(stacks).trimEnd().split('\n')
  const paths = lines.map((line) => line.replace(FOLDED, '$1'))
  t.is(new Set(paths).size, lines.length)
  t.is(lines.length, stacks.stacks.length)
  for (const line of lines) {
    const [, path, value] = line.match(FOLDED) ?? []
    t.true(Number(value) > 0)
    t.notRegex(path!, /\p{C}/u)
    t.true(path!.split(';').every((frame) => frame.trim() !== ''))
  }
  t.is(lines.filter((line) => line.startsWith('[others] ')).length, 1, 'what had no room')
  const total = lines.reduce((sum, line) => sum + Number(line.match(FOLDED)![2]), 0)
  const ns = stacks.stacks.reduce((sum, each) => sum + each.ns, 0)
  t.true(Math.abs(total - ns / 1000) <= lines.length / 2)
  t.true(
    lines.some(
      (line) =>
        line.startsWith('postgres;main;PostmasterMain;ServerLoop;') &&
        line.includes(';entry_SYSCALL_64_after_hwframe_[k];do_syscall_64_[k];'),
    ),
  )
  t.true(lines.some((line) => line.includes(';semi:colon;new?line 12;日本語の関数名;')))
})

test('the same path of several threads is one line, and told apart by labels', (t) => {
  const stacks = shown()!
  const [first] = stacks.stacks
  const two = { ...stacks, stacks: [first!, { ...first!, of: { ...first!.of!, thread: 'other', pid: 9 } }] }
  const line = foldedText({ ...stacks, stacks: [first!] })
    .trimEnd()
    .match(FOLDED)!
  t.is(foldedText(two), `${line[1]} ${Math.round((first!.ns * 2) / 1000)}\n`)
  t.deepEqual(speedscopeData(two, '').profiles[0]!.weights, [first!.ns * 2])
  t.is(read(pprofOf(two)).sample.length, 2)
})

test('folded lines on-CPU count samples', (t) => {
  const lines = foldedText(shown('oncpu')!).split('\n')
  t.true(lines.some((line) => line.includes('_[j];JS:*parse /srv/app/query.js:7_[j] ')))
  t.is(
    lines
      .filter((line) => line.startsWith('postgres;'))
      .map((line) => Number(line.match(FOLDED)![2]))
      .reduce((sum, value) => sum + value, 0),
    9 * TICKS,
  )
})

test('what is shown is what is exported: zoomed, of one state, turned over', (t) => {
  const whole = shown()!
  const some = shown('offcpu', ['S', 'S'])!
  const names = (stacks: StacksExport) =>
    stacks.stacks.map(({ frames }) => frames.map(({ name }) => name).join(';')).sort()
  t.true(some.stacks.length < whole.stacks.length)
  t.deepEqual(names(shown('offcpu', ['i'])!), names(whole))
  const zoomed = shown('offcpu', ['down', 'enter'])!
  const start = names(zoomed)[0]!.split(';').slice(0, 2).join(';')
  t.true(zoomed.stacks.length < whole.stacks.length)
  t.true(names(zoomed).every((line) => line.startsWith(start)))
})

test('threads as they are now are no profile', (t) => t.is(shown('now'), undefined))

test('nothing collected is nothing to export', (t) => {
  const screen = fakeScreen({ messages: [] })
  screen.press('s')
  t.is(stacksExport(screen.state, viewIn(screen.state, screen.store)), undefined)
})

const validator = () => {
  const schema = JSON.parse(
    readFileSync(join(ROOT, 'test/fixtures/speedscope/file-format-schema.json'), 'utf8'),
  ) as object
  return new Ajv({ strict: false }).compile(schema)
}

test("speedscope's schema takes the file, and would refuse a wrong one", (t) => {
  const validate = validator()
  for (const mode of ['offcpu', 'oncpu'] as const) {
    const stacks = shown(mode)!
    const file = JSON.parse(JSON.stringify(speedscopeData(stacks, 'probetop 0.1.0'))) as ReturnType<
      typeof speedscopeData
    >
    t.true(validate(file), JSON.stringify(validate.errors))
    const [profile] = file.profiles
    t.is(profile!.samples.length, profile!.weights.length)
    t.is(
      profile!.endValue,
      stacks.stacks.reduce((sum, { ns }) => sum + ns, 0),
    )
    t.true(profile!.samples.flat().every((index) => file.shared.frames[index] !== undefined))
    t.false(validate({ ...file, profiles: [{ ...profile, unit: 'fortnights' }] }))
    t.false(validate({ ...file, shared: { frames: [{ file: 'nameless' }] } }))
  }
})

/** profile.proto of pprof, as far as it is used. */
const PROTO = `
  syntax = "proto3";
  message Profile {
    repeated ValueType sample_type = 1; repeated Sample sample = 2; repeated Mapping mapping = 3; repeated Location location = 4;
    repeated Function function = 5; repeated string string_table = 6; int64 time_nanos = 9; int64 duration_nanos = 10;
    ValueType period_type = 11; int64 period = 12; repeated int64 comment = 13; int64 default_sample_type = 14;
  }
  message ValueType { int64 type = 1; int64 unit = 2; }
  message Sample { repeated uint64 location_id = 1; repeated int64 value = 2; repeated Label label = 3; }
  message Label { int64 key = 1; int64 str = 2; int64 num = 3; }
  message Mapping { uint64 id = 1; int64 filename = 5; bool has_functions = 7; }
  message Location { uint64 id = 1; uint64 mapping_id = 2; uint64 address = 3; repeated Line line = 4; }
  message Line { uint64 function_id = 1; int64 line = 2; }
  message Function { uint64 id = 1; int64 name = 2; int64 system_name = 3; int64 filename = 4; }
`

interface Read {
  sampleType: { type: number; unit: number }[]
  sample: { locationId: number[]; value: number[]; label: { key: number; str: number; num: number }[] }[]
  mapping: { id: number; filename: number }[]
  location: { id: number; mappingId: number; line: { functionId: number }[] }[]
  function: { id: number; name: number; filename: number }[]
  stringTable: string[]
  timeNanos: string
  durationNanos: number
  period: number
  defaultSampleType: number
}

const read = (file: Uint8Array): Read => {
  const type = protobuf.parse(PROTO).root.lookupType('Profile')
  const plain = (longs: NumberConstructor | StringConstructor) =>
    type.toObject(type.decode(gunzipSync(file)), { longs, arrays: true, defaults: true })
  return { ...plain(Number), timeNanos: (plain(String) as { timeNanos: string }).timeNanos } as unknown as Read
}

test('pprof: another reader finds every stack, its names, files and values', (t) => {
  for (const mode of ['offcpu', 'oncpu'] as const) {
    const stacks = shown(mode)!
    const profile = read(pprofOf(stacks))
    const string = (index: number): string => profile.stringTable[index]!
    t.is(string(0), '')
    t.deepEqual(
      profile.sampleType.map(({ type, unit }) => `${string(type)} ${string(unit)}`),
      mode === 'oncpu' ? ['samples count', 'cpu nanoseconds'] : ['stays count', 'offcpu nanoseconds'],
    )
    t.is(string(profile.defaultSampleType), mode === 'oncpu' ? 'cpu' : 'offcpu')
    t.is(profile.sample.length, stacks.stacks.length)
    const frame = (id: number) => {
      const location = profile.location.find((each) => each.id === id)!
      const { name, filename } = profile.function.find((each) => each.id === location.line[0]!.functionId)!
      const mapping = profile.mapping.find((each) => each.id === location.mappingId)
      t.is(mapping ? string(mapping.filename) : '', string(filename))
      return string(name)
    }
    profile.sample.forEach(({ locationId, value, label }, index) => {
      const { frames, ns, count, of } = stacks.stacks[index]!
      t.deepEqual(
        locationId.map(frame).reverse(),
        frames.map(({ name }) => name),
      )
      t.deepEqual(value, [count, ns])
      const labels = Object.fromEntries(label.map(({ key, str, num }) => [string(key), num || string(str)]))
      t.deepEqual(
        labels,
        of === undefined
          ? {}
          : {
              process_id: of.pid,
              command: of.pid === 812 ? 'postgres' : 'node',
              thread: of.thread,
              ...(of.state === 'cpu' ? {} : { state: STATE_WORDS[of.state] }),
            },
      )
    })
    t.true(
      profile.mapping.some(
        ({ filename }) => string(filename) === (mode === 'oncpu' ? '/usr/bin/node' : '[kernel.kallsyms]'),
      ),
    )
    t.is(profile.timeNanos, `${stacks.fromMs}000000`)
    t.is(profile.durationNanos, TICKS * 1e9)
    t.is(profile.period, mode === 'oncpu' ? Math.round(1e9 / 49) : 0)
  }
})

const STATE = { host: 'db-7', atMs: Date.UTC(2026, 0, 15, 12), version: '0.1.0' }

test.serial('the files are new, for the user only, and stay apart from older ones', async (t) => {
  const folder = temporaryFolder(t)
  const before = process.cwd()
  process.chdir(folder)
  t.teardown(() => process.chdir(before))
  const first = await writeExport(shown()!, STATE, {})
  t.deepEqual(
    first.map((path) => path.slice(folder.length + 1)),
    [
      'probetop-db-7-20260115T120000Z-offcpu-us.folded',
      'probetop-db-7-20260115T120000Z.speedscope.json',
      'probetop-db-7-20260115T120000Z.pb.gz',
    ],
  )
  for (const path of first) t.is(statSync(path).mode & 0o777, 0o600)
  const folded = readFileSync(first[0]!, 'utf8')
  const second = await writeExport(shown('oncpu')!, STATE, {})
  const third = await writeExport(shown()!, STATE, {})
  t.is(new Set([...first, ...second, ...third]).size, 9)
  t.is(readFileSync(first[0]!, 'utf8'), folded)
  t.is(read(readFileSync(first[2]!)).sample.length, shown()!.stacks.length)
})
