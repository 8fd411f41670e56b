// Stacks as a pprof profile (profile.proto, gzipped). Two values a stack: how often, and for how long; its labels say
// whose it is, so that pprof can focus on a thread or a state (-tagfocus, -tagroot).
import { gzipSync } from 'node:zlib'
import {
  Function as ProfileFunction,
  Label,
  Line,
  Location,
  Mapping,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format'
import type { ExportStack, StacksExport } from '../app/stacks/export.ts'
import { keyOf, STATE_WORDS, type PathFrame } from '../model/stack-paths.ts'

/** As perf names it. */
const KERNEL = '[kernel.kallsyms]'

export const pprofOf = ({ mode, of: rows, hz, fromMs, toMs, title, stacks }: StacksExport): Uint8Array => {
  const stringTable = new StringTable()
  const string = (text: string): number => stringTable.dedup(text)
  const mappings = new Map<string, Mapping>()
  const functions: ProfileFunction[] = []
  const locations = new Map<string, Location>()

  const mappingOf = (file: string): Mapping => {
    const known = mappings.get(file)
    if (known) return known
    const made = new Mapping({
      id: mappings.size + 1,
      filename: string(file),
      hasFunctions: true,
      hasInlineFrames: true,
    })
    mappings.set(file, made)
    return made
  }

  const locationOf = (frame: PathFrame): number => {
    const file =
      frame.kind !== 'kernel' ? (frame.module ?? '') : frame.module === undefined ? KERNEL : `[${frame.module}]`
    const key = keyOf(frame)
    const known = locations.get(key)
    if (known) return Number(known.id)
    const id = locations.size + 1
    const name = string(frame.name)
    functions.push(new ProfileFunction({ id, name, systemName: name, filename: string(file) }))
    locations.set(
      key,
      new Location({
        id,
        ...(file === '' ? {} : { mappingId: mappingOf(file).id }),
        line: [new Line({ functionId: id, line: 0 })],
      }),
    )
    return id
  }

  const labelsOf = ({ of }: ExportStack): Label[] =>
    of === undefined
      ? []
      : [
          new Label({ key: string('process_id'), num: of.pid }),
          new Label({ key: string('command'), str: string(of.command) }),
          ...(of.thread === '' ? [] : [new Label({ key: string('thread'), str: string(of.thread) })]),
          ...(of.state === 'cpu' ? [] : [new Label({ key: string('state'), str: string(STATE_WORDS[of.state]) })]),
        ]

  const time = rows
    ? rows.unit === 'ns'
      ? 'time'
      : rows.unit === 'bytes'
        ? 'space'
        : rows.panel
    : mode === 'oncpu'
      ? 'cpu'
      : 'offcpu'
  const unit = rows && rows.unit !== 'ns' ? rows.unit : 'nanoseconds'
  const isCounted = !rows || rows.counts
  const sample = stacks.map(
    (stack) =>
      new Sample({
        locationId: stack.frames.map(locationOf).reverse(),
        value: [...(isCounted ? [Math.round(stack.count)] : []), Math.round(stack.ns)],
        label: labelsOf(stack),
      }),
  )
  const profile = new Profile({
    sampleType: [
      ...(isCounted
        ? [
            new ValueType({
              type: string(rows ? 'times' : mode === 'oncpu' ? 'samples' : 'stays'),
              unit: string('count'),
            }),
          ]
        : []),
      new ValueType({ type: string(time), unit: string(unit) }),
    ],
    sample,
    mapping: [...mappings.values()],
    location: [...locations.values()],
    function: functions,
    stringTable,
    // Beyond 2^53 as a number
    timeNanos: BigInt(Math.round(fromMs)) * 1_000_000n,
    durationNanos: Math.round(toMs - fromMs) * 1_000_000,
    ...(hz === undefined
      ? {}
      : {
          periodType: new ValueType({ type: string('cpu'), unit: string('nanoseconds') }),
          period: Math.round(1e9 / hz),
        }),
    defaultSampleType: string(time),
    comment: [string(title)],
  })
  return gzipSync(profile.encode())
}
