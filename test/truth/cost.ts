// What we say that our own hook at system calls takes, against what a program takes more with it, which makes so many and has its
// own clock of CPU time. Without, with it, and with it while it is measured, in turn; of each the least, as whatever else
// runs only adds to it.
import { min } from 'd3-array'
import { join } from 'node:path'
import type { DispatchMeter } from '../../src/engine/base/dispatch.ts'
import { createMeter, sum, type Meter } from '../../src/engine/meter.ts'
import { createDispatch } from '../../src/engine/native/dispatch.ts'
import { loadObject, type BpfObject } from '../../src/engine/native/object.ts'
import { holdStatistics, objectWork } from '../../src/engine/native/work.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import { skipped, within } from './check.ts'
import type { Area, Finding, Scale } from './check.ts'
import { perform } from './workload.ts'

const HOOK = ['count_enter']
const CALLS = 20_000
/** Of what a hook takes: each of the figures is a difference of two. */
const OFF_BY = 0.3
/** Measured before and after: else somebody else was at system calls for a part of it. */
const SAME = 0.3

export const area: Area = {
  name: 'cost',
  needs: ['clang'],
  bpf: true,
  checks: async (scale) => {
    let object: BpfObject | undefined
    const dispatch = createDispatch()
    const work = objectWork(() => (object ? [object] : []))
    const meter = createMeter({
      probes: [{ id: 'syscalls', work: () => work }],
      statistics: holdStatistics,
      dispatch,
      steadyMs: () => performance.now(),
    })
    meter.measureDispatch()
    object = loadObject(join(PROBES_BUILT, 'syscalls.bpf.o'))
    try {
      return await perCall(object, meter, dispatch, scale)
    } finally {
      object.close()
    }
  },
}

const perCall = async (object: BpfObject, meter: Meter, dispatch: DispatchMeter, scale: Scale): Promise<Finding[]> => {
  const figure = 'a system call takes more with our hook'
  const [bare, hooked, said, seen]: number[][] = [[], [], [], []]
  for (let i = 0; i < (scale === 'quick' ? 24 : 60); i++) {
    bare!.push(await callNs())
    object.attach(HOOK)
    try {
      hooked!.push(await callNs())
      meter.hold('screen')
      const mark = meter.mark()
      await callNs()
      const runs = meter.since(mark).byProbe.get('syscalls')!
      said!.push(sum(runs, 'ns') / sum(runs, 'runs'))
      seen!.push((sum(runs, 'ns') - sum(runs, 'dispatchNs')) / sum(runs, 'runs') + dispatch.now().clockNs)
    } finally {
      meter.drop('screen')
      object.detach(HOOK)
    }
  }
  const again = createDispatch()
  again.measureFirst()
  again.measureOthers()
  const [before, after] = [dispatch, again].map((one) => one.now().callNs + one.now().aloneNs) as [number, number]
  if (Math.abs(before - after) > SAME * Math.max(before, after))
    return [
      skipped(
        figure,
        `what the first takes changed from ${before.toFixed(0)} to ${after.toFixed(0)} ns: others come and go`,
      ),
    ]
  const truth = min(hooked!)! - min(bare!)!
  return [within(OFF_BY)(figure, min(said!)!, truth, 'ns', `statistics alone: ${min(seen!)!.toFixed(0)} ns`)]
}

/** CPU time of one, in a program that does nothing else. */
const callNs = async (): Promise<number> => {
  const [life] = await perform(-1, 1, 'getsid', CALLS)
  return life!.cpuNs / CALLS
}
