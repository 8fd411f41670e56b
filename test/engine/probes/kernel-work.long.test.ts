// Work of workqueues, as perf counts it.
import { spawnSync } from 'node:child_process'
import { start } from '../../../src/engine/probes/kernel/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { sleepMs } from '../../helpers/workload.ts'

bpfTest(
  'work of workqueues is what perf counts',
  async (t) => {
    const probe = startHere(t, start, 'kernel')
    const isNamed = (row: { function?: unknown }): boolean => /^[a-z_]\w+/.test(String(row.function))
    for (let i = 0; i < 50 && !rowsOf(probe.read(), 'works').some(isNamed); i++) await sleepMs(200)
    probe.read()
    const { stderr } = spawnSync('perf', ['stat', '-a', '-x,', '-e', 'workqueue:workqueue_execute_end', 'sleep', '1'], {
      encoding: 'utf8',
    })
    const data = probe.read()
    const counted = Number(/^(\d+),/m.exec(stderr)?.[1])
    if (!(counted > 0)) return skip(t, `perf counts no work here: ${stderr.trim().split('\n')[0]}`)
    const works = rowsOf(data, 'works')
    const ours = sumOf(works, 'count')
    // perf's window lies within ours, which is longer by its start and end
    t.true(ours >= counted * 0.99 - 2 && ours <= 3 * counted + 200, `${ours}, perf ${counted}`)
    for (const row of works) t.true(Number(row.maxNs) <= Number(row.ns), JSON.stringify(row))
    t.true(works.some(isNamed), JSON.stringify(works))
    t.is(data.totals.workNs, sumOf(works, 'ns'))
  },
  ['perf'],
)
