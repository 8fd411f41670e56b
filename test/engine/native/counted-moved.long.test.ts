// Threads that the kernel moves to another CPU while they sleep, and has waiting from then on: what is counted of processes
// that have many of these, beside the probe that follows every switch.
import { start as startCounted } from '../../../src/engine/probes/sched/hookless.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { startSched, type SchedProbe } from '../../helpers/sched.ts'
import { probeContext, sleepMs, startEndless } from '../../helpers/workload.ts'

/** Has its code compiled and its garbage collected by threads that sleep in between. */
const BUSY = `while :; do ${process.execPath} -e "require('typescript')"; done`
const SECONDS = 20
/** One that has waited by one probe has not yet by the other, as they are not read at the same instant. */
const SURE_NS = 250e6
const MOST_OFF = 0.05

const waitsOf = (probe: SchedProbe): ReadonlyMap<number, number> =>
  new Map(probe.read().data.procs.map(({ pid, waitNs }) => [pid, waitNs]))

bpfTest('a thread that is moved as it sleeps has not waited for so long', async (t) => {
  const busy = Array.from({ length: 3 }, () => startEndless('setsid', ['sh', '-c', BUSY]))
  t.teardown(() => busy.forEach(({ pid }) => process.kill(-pid!, 'SIGKILL')))
  const full = startSched(probeContext)
  t.teardown(full.close)
  const counted = startSched(probeContext, startCounted)
  t.teardown(counted.close)
  await sleepMs(1000)
  for (const probe of [full, counted]) probe.read()
  let [followedNs, countedNs, mostNs] = [0, 0, 0]
  for (let i = 0; i < SECONDS; i++) {
    await sleepMs(1000)
    const [followed, sums] = [waitsOf(full), waitsOf(counted)]
    for (const [pid, ns] of sums) {
      const wanted = followed.get(pid) ?? 0
      followedNs += wanted
      countedNs += ns
      mostNs = Math.max(mostNs, ns - 1.3 * wanted)
    }
  }
  t.log(`${Math.round(mostNs / 1e6)} ms more of one, ${countedNs / followedNs} of all`)
  t.true(mostNs < SURE_NS, `${mostNs} ns`)
  t.true(Math.abs(countedNs / followedNs - 1) < MOST_OFF, `${countedNs} of ${followedNs} ns`)
})
