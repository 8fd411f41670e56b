// Reader of probes/kernel.bpf.c.
import { mergeHists } from '../../../model/base/histogram.ts'
import type { Histogram } from '../../../stream/tables.ts'
import { tableOf } from '../../../stream/spec.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { topOf } from '../../native/described-hist.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { epochs } from '../../native/epochs.ts'
import { possibleCpus } from '../../native/libbpf.ts'
import { lostCounter } from '../../native/lost.ts'
import { histCounters, histDifference, sumPerCpu, words } from '../../native/per-cpu.ts'
import type { RecordReader } from '../../native/record-reader.ts'
import { objectWork } from '../../native/work.ts'
import { kernelSymbolsLater } from '../../symbols/kernel.ts'
import { countedKernel } from './counted.ts'
import { kindsOf, NO_WAIT, runsBetween, type CpuRow, type Runs, type WorkRow } from './decode.ts'
import { irqNames, softirqName, vectorNames } from './interrupt-names.ts'
import { KERNEL } from './spec.ts'

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, KERNEL, { maxEntries })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { log } = context
  const { object } = loadDescribed(plan(context))
  const clock = epochs(object)
  const softirq = reading(object.record('softirq'))
  const softirqWait = reading(softirq.record, { count: 'waits', ns: 'latency.sum_ns', max: 'max_wait_ns' })
  const irq = reading(object.record('irq'))
  const work = reading(object.record('work'))
  const maxWaitNs = work.record.number('max_wait_ns')
  const maps = { softirqs: object.map('softirqs'), irqs: object.map('irqs'), works: object.map('works') }
  object.attach()
  const hooks = [...object.programFds().keys()]

  const symbols = kernelSymbolsLater((error) => log('warn', `functions of workqueues have no names: ${error.message}`))

  const cpus = possibleCpus()
  const counters = histCounters(object)
  const namesOf = irqNames(vectorNames(object))
  const between = runsBetween()
  const waitBetween = runsBetween()
  const workBetween = runsBetween()
  const softirqHists = new Map<number, ReturnType<typeof histDifference>>()
  const workHists = new Map<string, ReturnType<typeof histDifference>>()
  const lost = lostCounter(object)
  /** While it costs too much in full. */
  let countAll: ReturnType<typeof countedKernel> | undefined

  const differenceOf = <K>(known: Map<K, ReturnType<typeof histDifference>>, id: K) => {
    let found = known.get(id)
    if (!found) known.set(id, (found = histDifference()))
    return found
  }

  /** Rows of each CPU, and the latency of each softirq. */
  const readSoftirqs = (epoch: number): { rows: CpuRow[]; hists: Map<string, Hist> } => {
    const { count, keys, values } = maps.softirqs.all()
    const rows: CpuRow[] = []
    const hists = new Map<string, Hist>()
    const stride = maps.softirqs.valueSize
    for (let i = 0; i < count; i++) {
      const vec = keys.readUInt32LE(i * 4)
      const all = values.subarray(i * stride * cpus, (i + 1) * stride * cpus)
      let maxNs = 0
      for (let cpu = 0; cpu < cpus; cpu++) {
        const runs = between(`s ${vec} ${cpu}`, softirq.runs(all, cpu * stride, epoch))
        const wait = waitBetween(`${vec} ${cpu}`, softirqWait.runs(all, cpu * stride, epoch))
        maxNs = Math.max(maxNs, wait.maxNs)
        if (runs.count === 0 && wait.count === 0) continue
        const waited = { waits: wait.count, waitNs: wait.ns, maxWaitNs: wait.maxNs }
        rows.push({ cpu, kind: 'softirq', name: softirqName(vec), ...runs, ...waited })
      }
      const now = sumPerCpu(words(all), stride, softirq.record.offset('latency'), counters)
      hists.set(softirqName(vec), differenceOf(softirqHists, vec)(now, maxNs))
    }
    return { rows, hists }
  }

  const readIrqs = (epoch: number): CpuRow[] => {
    const { count, keys, values } = maps.irqs.all()
    const numbers = Array.from({ length: count }, (_, i) => keys.readUInt32LE(i * 4))
    const nameOf = namesOf(numbers)
    const stride = maps.irqs.valueSize
    return numbers.flatMap((number, i) =>
      Array.from({ length: cpus }, (_, cpu): CpuRow[] => {
        const runs = between(`i ${number} ${cpu}`, irq.runs(values, (i * cpus + cpu) * stride, epoch))
        return runs.count > 0 ? [{ cpu, kind: 'irq', name: nameOf(number), ...runs, ...NO_WAIT }] : []
      }).flat(),
    )
  }

  const functionName = (low: number, high: number): string => {
    // the constant upper 16 bits left out, as symbols have them
    const address = low + (high & 0xffff) * 2 ** 32
    return symbols()?.frame(address).name ?? `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`
  }

  const readWorks = (epoch: number): { rows: WorkRow[]; hists: Map<string, Histogram> } => {
    const { count, keys, values } = maps.works.all()
    const stride = maps.works.valueSize
    const rows: WorkRow[] = []
    const hists = new Map<string, Histogram>()
    for (let i = 0; i < count; i++) {
      const [low, high] = [keys.readUInt32LE(i * 8), keys.readUInt32LE(i * 8 + 4)]
      const id = `${high} ${low}`
      const at = i * stride
      const runs = workBetween(id, work.runs(values, at, epoch))
      const view = words(values.subarray(at, at + stride))
      const maxNs = work.isOf(values, at, epoch) ? maxWaitNs(values, at, epoch & 1) : 0
      const hist = differenceOf(workHists, id)(sumPerCpu(view, stride, work.record.offset('latency'), counters), maxNs)
      if (runs.count === 0 && hist.count === 0) continue
      const found = functionName(low, high)
      // functions of several files may share a name
      const name = hists.has(found) ? `${found} ${low.toString(16)}` : found
      hists.set(name, topOf(hist))
      rows.push({ function: name, ...runs, latency: `work ${name}` })
    }
    return { rows, hists }
  }

  const readAll = () => {
    const { epoch } = clock.next()
    const soft = readSoftirqs(epoch)
    const irqs = readIrqs(epoch)
    const works = readWorks(epoch)
    const all = [...soft.rows, ...irqs]
    const kinds = kindsOf(all, ({ kind, name }) => (kind === 'softirq' ? `softirq ${name}` : null))
    const waited = [...works.hists.values()].map(({ buckets, count, sum = 0, max = 0 }) => ({
      slots: buckets,
      count,
      sumNs: sum,
      maxNs: max,
    }))
    return {
      lost: lost(),
      tables: {
        kinds: tableOf(KERNEL.tables.kinds, kinds),
        cpus: tableOf(KERNEL.tables.cpus, all),
        works: tableOf(KERNEL.tables.works, works.rows),
      },
      hists: {
        softirq: topOf(mergeHists([...soft.hists.values()])),
        work: topOf(mergeHists(waited)),
        ...Object.fromEntries([...soft.hists].map(([name, hist]) => [`softirq ${name}`, topOf(hist)])),
        ...Object.fromEntries([...works.hists].map(([name, hist]) => [`work ${name}`, hist])),
      },
      totals: {
        softirqNs: soft.rows.reduce((sum, { ns }) => sum + ns!, 0),
        irqNs: irqs.reduce((sum, { ns }) => sum + ns!, 0),
        workNs: works.rows.reduce((sum, { ns }) => sum + ns!, 0),
      },
    }
  }

  readAll() // what happened while attaching belongs to no interval
  return {
    read: () => (countAll ? countAll() : readAll()),
    thin(on) {
      if (on) object.detach(hooks)
      else object.attach()
      countAll = on ? countedKernel() : undefined
      if (countAll) countAll()
      else readAll()
    },
    work: objectWork(() => [object]),
    close: () => object.close(),
  }
}

const RUNS = { count: 'count', ns: 'ns', max: 'max_ns' }

const reading = (record: RecordReader, members = RUNS) => {
  const count = record.number(members.count)
  const ns = record.number(members.ns)
  const max = record.number(members.max)
  const of = record.number('epoch')
  const isOf = (bytes: Buffer, at: number, epoch: number): boolean => of(bytes, at, epoch & 1) === epoch
  return {
    record,
    isOf,
    runs: (bytes: Buffer, at: number, epoch: number): Runs => ({
      count: count(bytes, at),
      ns: ns(bytes, at),
      maxNs: isOf(bytes, at, epoch) ? max(bytes, at, epoch & 1) : 0,
    }),
  }
}
