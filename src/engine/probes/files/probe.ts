// Reader of probes/files.bpf.c: requests to disks by file.
import { CALLS_ON_DATA } from '../../../model/waits/classes.ts'
import { tableOf, type RowOf } from '../../../stream/spec.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { tellCalls } from '../../native/call-bits.ts'
import { lostCounter } from '../../native/lost.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { devText, diskNames } from '../../proc/disks.ts'
import { epochs } from '../../native/epochs.ts'
import { namesByNumber } from '../../native/btf-types.ts'
import { objectWork } from '../../native/work.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { namesIn } from './name-records.ts'
import { KINDS, type Kind, mountedIn, pathOf } from './file-paths.ts'
import { FILES } from './spec.ts'

const HOW: Record<Kind, string> = {
  named: 'page cache',
  metadata: 'page cache',
  swap: 'request',
  noted: 'request',
  direct: 'descriptor',
  unknown: '',
  dirtied: 'its only writer',
  'dirtied by several': 'its main writer',
}

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, FILES, { maxEntries })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { object } = loadDescribed(plan(context))
  const clock = epochs(object)
  const key = object.record('file_key')
  const io = object.record('io')
  const at = {
    ino: key.number('ino'),
    fs: key.number('fs'),
    disk: key.number('disk'),
    tgid: key.number('tgid'),
    op: key.number('op'),
    kind: key.number('kind'),
    ops: io.number('ops'),
    bytes: io.number('bytes'),
    ns: io.number('ns'),
    maxNs: io.number('max_ns'),
    comm: io.text('comm'),
  }
  const namesOf = namesIn(io)
  const kinds = namesByNumber(object.values('file_of', KINDS))
  const halves = { even: object.map('files_even'), odd: object.map('files_odd') }
  const disks = diskNames()
  const lost = lostCounter(object)

  tellCalls(object, '.data.on_files', CALLS_ON_DATA)
  object.attach()

  const read = () => {
    const { epoch } = clock.next()
    const { count, keys, values } = halves[epoch & 1 ? 'odd' : 'even'].drain()
    const mounted = mountedIn(textOf('/proc/self/mountinfo'))
    const rows = Array.from({ length: count }, (_, index): RowOf<typeof FILES.tables.files> => {
      const from = index * key.size
      const value = index * io.size
      const kind = kinds[at.kind(keys, from)] ?? 'unknown'
      const dev = at.fs(keys, from)
      return {
        file: pathOf({ kind, ino: at.ino(keys, from), ...namesOf(values, value) }, mounted.get(devText(dev)), () =>
          disks(dev),
        ),
        pid: at.tgid(keys, from),
        comm: at.comm(values, value),
        op: at.op(keys, from) === 0 ? 'read' : 'write',
        disk: disks(at.disk(keys, from)),
        ops: at.ops(values, value),
        bytes: at.bytes(values, value),
        ns: at.ns(values, value),
        maxNs: at.maxNs(values, value),
        how: HOW[kind],
      }
    })
    return { lost: lost(), tables: { files: tableOf(FILES.tables.files, rows) }, hists: {}, totals: {} }
  }

  return { read, work: objectWork(() => [object]), close: () => object.close() }
}
