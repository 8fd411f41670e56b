// What objects say of their types, against what the compiler says of the same source; and what is said of what is not there.
import { spawnSync } from 'node:child_process'
import test from 'ava'
import { interpreterLayout } from '../../../src/engine/native/interpreted.ts'
import { epochLayout, targetLayout } from '../../../src/engine/native/epochs.ts'
import { placesLayout } from '../../../src/engine/native/held-io.ts'
import { hierarchyLayout } from '../../../src/engine/native/hierarchies.ts'
import { configLayout } from '../../../src/engine/native/stacks-config.ts'
import { histCounters } from '../../../src/engine/native/per-cpu.ts'
import { selectionWriter } from '../../../src/engine/native/selection.ts'
import { unwindingLayout } from '../../../src/engine/native/stack-pieces.ts'
import { stackLayout } from '../../../src/engine/native/stack-store.ts'
import { stacksLayout } from '../../../src/engine/native/stacks-layout.ts'
import type { Place, Types } from '../../../src/engine/native/btf-types.ts'
import { blockLayout } from '../../../src/engine/probes/block/record-layout.ts'
import { foundTimes } from '../../../src/engine/probes/sched/blocked.ts'
import { cpuLayout, recordLayout } from '../../../src/engine/probes/sched/record-layout.ts'
import { countsLayout, detailLayout, failureLayout } from '../../../src/engine/probes/syscalls/record-layout.ts'
import { tcpLayout } from '../../../src/engine/probes/tcp/record-layout.ts'
import { probeLayout } from '../../../src/engine/probes/tcp/probe.ts'
import { threadReader } from '../../../src/engine/probes/waits/decode.ts'
import { ROOT } from '../../../src/paths.ts'
import { commandTest } from '../../helpers/bpf.ts'
import { typesOf, typesWithout } from '../../helpers/types.ts'

/** What reads an object asks for. */
const READERS: readonly (readonly [object: string, ask: (types: Types) => unknown])[] = [
  ['sched', recordLayout],
  ['sched', cpuLayout],
  ['sched', selectionWriter],
  ['sched', epochLayout],
  ['sched', targetLayout],
  ['sched', placesLayout],
  ['sched', hierarchyLayout],
  ['sched_sampled', foundTimes],
  ['stacks', stacksLayout],
  ['stacks', configLayout],
  ['stacks', stackLayout],
  ['stacks', unwindingLayout],
  ['stacks', interpreterLayout],
  ['stacks_plain', stacksLayout],
  ['stacks_plain', stackLayout],
  ['block', blockLayout],
  ['tcp', tcpLayout],
  ['tcp', probeLayout],
  ['tcp', epochLayout],
  ['waits', threadReader],
  ['syscalls', countsLayout],
  ['syscalls_detail', detailLayout],
  ['syscalls_detail', failureLayout],
]

interface Asked {
  places: Map<string, { struct: string; path: string; place: Place }>
  constants: Map<string, number>
}

/** Notes what is asked for. */
const noting = (types: Types): { types: Types; asked: Asked } => {
  const asked: Asked = { places: new Map(), constants: new Map() }
  const place = (struct: string, path: string): Place => {
    const found = types.place(struct, path)
    asked.places.set(`${struct}.${path}`, { struct, path, place: found })
    return found
  }
  const pathsOf = (fields: object): string[] => Object.values(fields) as string[]
  return {
    asked,
    types: {
      place,
      elements: (struct, path) => place(struct, path).elements,
      layout(struct, fields) {
        place(struct, '')
        for (const path of pathsOf(fields)) place(struct, path)
        return types.layout(struct, fields)
      },
      values(name, constants) {
        const found = types.values(name, constants)
        for (const constant of pathsOf(constants))
          asked.constants.set(constant, types.values(name, [constant])[constant]!)
        return found
      },
    },
  }
}

/** Of structs without a name. */
const VARIABLES = new Set(['config', 'hierarchies', 'places', 'setup', 'listing', 'subjects', 'positions'])

/** Asserts of C. */
const assertsOf = (asked: Asked): string[] => [
  ...[...asked.places.values()].flatMap(({ struct, path, place }) => {
    const type = VARIABLES.has(struct) ? `typeof(${struct})` : `struct ${struct}`
    const member = path === '' ? `(*(${type} *)0)` : `((${type} *)0)->${path}`
    // of bit fields there is neither
    if (place.mask) return []
    return [
      `_Static_assert(sizeof(${member}) == ${place.bytes * place.elements}, "size of ${struct}.${path}");`,
      ...(path === ''
        ? []
        : [`_Static_assert(__builtin_offsetof(${type}, ${path}) == ${place.offset}, "${struct}.${path}");`]),
    ]
  }),
  ...[...asked.constants].map(([constant, value]) => `_Static_assert(${constant} == ${value}u, "${constant}");`),
]

/** Of the lines of these, which are wrong by what clang says; it throws where anything else is. */
const wrongOf = (object: string, asserts: readonly string[]): number[] => {
  const source = `#include "probes/${object}.bpf.c"\n${asserts.join('\n')}\n`
  const { stderr } = spawnSync(
    'clang',
    [
      '-fsyntax-only',
      '-ferror-limit=0',
      '-target',
      'bpf',
      '-mcpu=v3',
      '-D__TARGET_ARCH_x86',
      '-Iprobes',
      '-Iprobes/lib',
      '-I.',
      '-xc',
      '-',
    ],
    { input: source, cwd: ROOT, encoding: 'utf8' },
  )
  const errors = stderr.split('\n').filter((line) => line.includes('error: '))
  return errors.map((line) => {
    const [, at] = /^<stdin>:(\d+):\d+: error: static(?:_assert| assertion) failed/.exec(line) ?? []
    if (at === undefined) throw new Error(stderr)
    return Number(at) - 2
  })
}

for (const object of new Set(READERS.map(([name]) => name)))
  commandTest(`what is asked of ${object} is where the compiler has it`, ['clang'], (t) => {
    const { types, asked } = noting(typesOf(object))
    for (const [name, ask] of READERS) if (name === object) ask(types)
    const asserts = assertsOf(asked)
    t.true(asserts.length > 10)
    // and each can fail
    const wrong = asserts.map((one) => one.replace(/== (\d+)/, (_, number) => `== ${Number(number) + 4}`))
    t.deepEqual(
      wrongOf(object, [...asserts, ...wrong]),
      wrong.map((_, i) => asserts.length + i),
    )
  })

test('what is not there is an error that names the object, the struct and the field', (t) => {
  t.throws(() => recordLayout(typesWithout(t, 'sched', 'wait_max_ns')), {
    message: 'sched.bpf.o: struct record has no field sums.wait_max_ns',
  })
  t.throws(() => recordLayout(typesWithout(t, 'sched', 'STATE_DISK')), {
    message: 'sched.bpf.o: enum state has no STATE_DISK',
  })
  t.throws(() => tcpLayout(typesWithout(t, 'tcp', 'has_file')), {
    message: 'tcp.bpf.o: struct record has no field has_file',
  })
  t.throws(() => recordLayout(typesWithout(t, 'sched', 'idle')), { message: 'sched.bpf.o: no struct idle' })
  t.throws(() => histCounters(typesWithout(t, 'sched', 'slots')), { message: /struct hist has no field slots/ })
})

test('paths go into structs and arrays, no further than these', (t) => {
  const types = typesOf('sched')
  const { size, first, second, last } = types.layout('sums', {
    first: 'calls',
    second: 'calls[1]',
    last: `calls[${types.elements('sums', 'calls') - 1}].key`,
  })
  t.is(second - first, types.place('call', '').bytes)
  t.true(last < size)
  t.throws(() => types.place('sums', 'calls[4]'), { message: /sums has no field calls\[4\]/ })
  t.throws(() => types.place('sums', 'wait_ns.low'), { message: /no field wait_ns\.low/ })
  t.is(types.place('config', 'start_ns[1]').offset, types.place('config', 'start_ns').offset + 8)
})
