// Rows of an interval from the tables of probes/names.bpf.c.
import { mergeHists } from '../../../model/base/histogram.ts'
import type { RowOf } from '../../../stream/spec.ts'
import type { Histogram } from '../../../stream/tables.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import { topOf } from '../../native/described-hist.ts'
import type { BpfObject } from '../../native/object.ts'
import { namesByNumber } from '../../native/btf-types.ts'
import type { NAMES } from './spec.ts'

type Row = RowOf<typeof NAMES.tables.lookups>

/** As both libraries number them. */
const RESULTS: Readonly<Record<number, string>> = {
  0: 'found',
  [-2]: 'no such name',
  [-3]: 'no answer',
  [-4]: 'server failed',
  [-5]: 'no address',
  [-6]: 'bad family',
  [-8]: 'no service',
  [-10]: 'no memory',
  [-11]: 'system error',
}

const GOES_ON = 'goes on'
/** Shorter ones will soon be there. */
const LEAST_NS = 100e6

/** `isThere`: a thread that is killed within a lookup leaves what it began. */
export const lookupReader = (object: BpfObject, isThere: (tid: number) => boolean) => {
  const [lookups, begun] = [object.map('lookups'), object.map('begun')]
  const [key, value, going] = [object.record('lookup_key'), object.record('lookup'), object.record('begun')]
  const libraries = namesByNumber(object.values('library', { glibc: 'LIBRARY_GLIBC', musl: 'LIBRARY_MUSL' }))
  const at = {
    tgid: key.number('tgid'),
    result: key.offset('result'),
    library: key.number('library'),
    slot: key.number('slot'),
    name: key.text('name'),
    count: value.number('count'),
    ns: value.number('ns'),
    maxNs: value.number('max_ns'),
    comm: value.text('comm'),
    beganNs: going.number('at_ns'),
    beganBy: going.number('tgid'),
    beganIn: going.number('library'),
    beganComm: going.text('comm'),
    beganName: going.text('name'),
  }

  const goingOn = (nowNs: number): Row[] => {
    const { count, keys, values } = begun.all()
    const rows: Row[] = []
    for (let i = 0; i < count; i++) {
      const from = i * going.size
      const ageNs = nowNs - at.beganNs(values, from)
      if (ageNs < LEAST_NS || !isThere(keys.readUInt32LE(i * 4))) continue
      rows.push({
        pid: at.beganBy(values, from),
        comm: at.beganComm(values, from),
        name: at.beganName(values, from),
        library: libraries[at.beganIn(values, from)] ?? '?',
        result: GOES_ON,
        count: 0,
        failed: 0,
        ns: 0,
        maxNs: ageNs,
        latency: null,
      })
    }
    return rows
  }

  return (nowNs: number): { rows: Row[]; hists: Record<string, Histogram> } => {
    const rows = new Map<string, { row: Row; hists: Hist[] }>()
    const { count, keys, values } = lookups.drain()
    for (let i = 0; i < count; i++) {
      const [from, where] = [i * key.size, i * value.size]
      const [pid, name, number] = [at.tgid(keys, from), at.name(keys, from), keys.readInt32LE(from + at.result)]
      const library = libraries[at.library(keys, from)] ?? '?'
      const result = RESULTS[number] ?? `error ${number}`
      const id = `${pid} ${library} ${result} ${name}`
      let found = rows.get(id)
      if (!found) {
        const comm = at.comm(values, where)
        const row: Row = { pid, comm, name, library, result, count: 0, failed: 0, ns: 0, maxNs: 0, latency: id }
        rows.set(id, (found = { row, hists: [] }))
      }
      const { row } = found
      const [times, ns, maxNs] = [at.count(values, where), at.ns(values, where), at.maxNs(values, where)]
      row.count = (row.count ?? 0) + times
      row.ns = (row.ns ?? 0) + ns
      row.maxNs = Math.max(row.maxNs ?? 0, maxNs)
      if (number !== 0) row.failed = row.count
      found.hists.push({ slots: [at.slot(keys, from), times], count: times, sumNs: ns, maxNs })
    }
    const all: Hist[] = []
    const hists: Record<string, Histogram> = {}
    for (const [id, { hists: parts }] of rows) {
      const hist = mergeHists(parts)
      hists[id] = topOf(hist)
      all.push(hist)
    }
    hists['lookups'] = topOf(mergeHists(all))
    return { rows: [...[...rows.values()].map(({ row }) => row), ...goingOn(nowNs)], hists }
  }
}
