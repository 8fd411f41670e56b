// How long answers took, by process and service: rows and histograms of an interval from cumulative counts.
import { mergeHists } from '../../../model/base/histogram.ts'
import type { RowOf } from '../../../stream/spec.ts'
import type { Histogram } from '../../../stream/tables.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import { addressText, AF_INET6, IPPROTO_UDP } from '../../native/addresses.ts'
import { topOf } from '../../native/described-hist.ts'
import type { BpfObject } from '../../native/object.ts'
import { histCounters, histDifference, sumPerCpu, words } from '../../native/per-cpu.ts'
import { endpoint } from './endpoint.ts'
import type { NETWORK } from './spec.ts'

type AnswerRow = RowOf<typeof NETWORK.tables.served>

interface Answers {
  served: AnswerRow[]
  asked: AnswerRow[]
  hists: Record<string, Histogram>
}

/** Services that had no answer for so many readings are forgotten, so that there is room for others. */
const FORGET_AFTER = 60

interface Known {
  count: number
  ns: number
  firsts: number
  firstNs: number
  idle: number
  since: ReturnType<typeof histDifference>
}

export const answersBetween = (object: BpfObject): ((epoch: number) => Answers) => {
  const map = object.map('answers')
  const { served } = object.values('answer_side', { served: 'SERVED' })
  const key = object.record('answer_key')
  const value = object.record('answers')
  const at = {
    tgid: key.number('tgid'),
    side: key.number('side'),
    port: key.number('port'),
    family: key.number('family'),
    protocol: key.number('protocol'),
    address: key.offset('address'),
    count: value.number('count'),
    ns: value.number('ns'),
    firsts: value.number('firsts'),
    firstNs: value.number('first_ns'),
    maxNs: value.number('max_ns'),
    epoch: value.number('epoch'),
    comm: value.text('comm'),
  }
  const known = new Map<string, Known>()
  const counters = histCounters(object)

  const addressOf = (keys: Buffer, from: number): string =>
    addressText(keys, from + at.address, at.family(keys, from) !== AF_INET6)

  return (epoch) => {
    const { count, keys, values } = map.all()
    const found: Answers = { served: [], asked: [], hists: {} }
    const all: Record<'served' | 'asked', Hist[]> = { served: [], asked: [] }
    const idle: Buffer[] = []
    for (let i = 0; i < count; i++) {
      const [from, where] = [i * key.size, i * value.size]
      const id = keys.toString('latin1', from, from + key.size)
      let was = known.get(id)
      if (!was) known.set(id, (was = { count: 0, ns: 0, firsts: 0, firstNs: 0, idle: 0, since: histDifference() }))
      const now = { count: at.count(values, where), ns: at.ns(values, where) }
      const firsts = at.firsts(values, where)
      const firstNs = at.firstNs(values, where)
      if (now.count === was.count) {
        if (++was.idle === FORGET_AFTER) idle.push(Buffer.from(keys.subarray(from, from + key.size)))
        continue
      }
      const maxNs = at.epoch(values, where, epoch & 1) === epoch ? at.maxNs(values, where, epoch & 1) : 0
      const view = words(values.subarray(where, where + value.size))
      const hist = was.since(sumPerCpu(view, value.size, value.offset('latency'), counters), maxNs)
      const side = at.side(keys, from) === served ? 'served' : 'asked'
      const pid = at.tgid(keys, from)
      const port = at.port(keys, from)
      const peer = side === 'served' ? null : addressOf(keys, from)
      const isUdp = at.protocol(keys, from) === IPPROTO_UDP
      const service = peer === null ? `port ${port}` : `${isUdp ? 'udp ' : ''}${endpoint(peer, port)}`
      const latency = `${side} ${pid} ${service}`
      found[side].push({
        pid,
        comm: at.comm(values, where),
        service,
        port,
        peer,
        count: now.count - was.count,
        ns: now.ns - was.ns,
        maxNs,
        firsts: firsts - was.firsts,
        firstNs: firstNs - was.firstNs,
        latency,
      })
      found.hists[latency] = topOf(hist)
      all[side].push(hist)
      Object.assign(was, now, { firsts, firstNs, idle: 0 })
    }
    for (const each of idle) {
      map.delete(each)
      known.delete(each.toString('latin1'))
    }
    for (const side of ['served', 'asked'] as const) found.hists[side] = topOf(mergeHists(all[side]))
    return found
  }
}
