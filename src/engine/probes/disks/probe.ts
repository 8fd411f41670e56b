// Reader of disks: what the kernel counts of them, and how long each had how many requests (probes/disks.bpf.c).
import { tableOf } from '../../../stream/spec.ts'
import type { Histogram } from '../../../stream/tables.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { lostCounter } from '../../native/lost.ts'
import { objectWork } from '../../native/work.ts'
import { devText } from '../../proc/disks.ts'
import { mergeRanges } from '../../../model/tables/histograms.ts'
import { depthsBetween } from './depth.ts'
import { DISKS } from './spec.ts'
import { diskRows } from './without-bpf.ts'

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, DISKS, { maxEntries })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { object } = loadDescribed(plan(context))
  object.attach()
  const rows = diskRows()
  const depths = depthsBetween(object)
  const lost = lostCounter(object)

  return {
    read() {
      const byDev = new Map([...depths(Number(process.hrtime.bigint()))].map(([dev, hist]) => [devText(dev), hist]))
      const hists: Record<string, Histogram> = Object.fromEntries(
        [...byDev].map(([dev, hist]) => [`depth ${dev}`, hist]),
      )
      const all = mergeRanges([...byDev.values()])
      if (all) hists.depth = all
      const depthOf = (dev: string): string | null => (byDev.has(dev) ? `depth ${dev}` : null)
      return { lost: lost(), tables: { disks: tableOf(DISKS.tables.disks, rows(depthOf)) }, hists, totals: {} }
    },
    work: objectWork(() => [object]),
    close: () => object.close(),
  }
}
