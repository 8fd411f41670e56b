// A switch that no program was told of: that a thread came onto its CPU, which the kernel has noted all the same.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { unfitForSwitch } from '../../../../src/engine/native/btf.ts'
import { targetEpochs } from '../../../../src/engine/native/epochs.ts'
import { loadObject } from '../../../../src/engine/native/object.ts'
import { recordLayout } from '../../../../src/engine/probes/sched/record-layout.ts'
import { schedRecords } from '../../../../src/engine/probes/sched/task-records.ts'
import { openWakeUps } from '../../../../src/engine/probes/sched/wake-ups.ts'
import { sharedGroups } from '../../../../src/engine/proc/groups.ts'
import { PROBES_BUILT } from '../../../../src/paths.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { schedstat } from '../../../helpers/schedstat.ts'
import { sleepMs } from '../../../helpers/workload.ts'

/** Once it was told to: busy, then asleep. Nothing ordinary takes its CPU from it. */
const WORK = 'read x; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; read x'

bpfTest(
  'when and after which wait a thread came onto its CPU is known as it leaves',
  async (t) => {
    const object = loadObject(join(PROBES_BUILT, 'sched.bpf.o'), { programs: (name) => name !== unfitForSwitch() })
    t.teardown(object.close)
    const clock = targetEpochs(object)
    openWakeUps(object, clock.tell, () => {})
    const { byQueue } = object.layout('config', { byQueue: 'by_queue' })
    if (object.map('.data.config').lookup(Buffer.alloc(4))!.readUInt32LE(byQueue) === 0)
      return skip(t, 'this kernel is not asked for what it notes')
    const hook = ['switch_state', 'switch_plain'].filter((name) => name !== unfitForSwitch())
    const records = schedRecords(recordLayout(object))
    const read = () => {
      const { epoch, intervalNs } = clock.next()
      const sums = records.begin(epoch, intervalNs)
      records.add(object.iterate('read_tasks'), intervalNs, sums)
      return records.finished(sums, sharedGroups()).procs
    }
    const child = spawn('chrt', ['-f', '1', 'sh', '-c', WORK], { stdio: ['pipe', 'ignore', 'ignore'] })
    t.teardown(() => child.kill())
    await sleepMs(200)
    object.iterate('start_tasks')
    await sleepMs(50)
    read()
    const [cpuBefore, waitBefore, slicesBefore] = schedstat(child.pid!)

    object.detach(hook)
    child.stdin.write('\n')
    await sleepMs(20)
    object.attach(hook)
    await sleepMs(1500)

    const [cpuNs, waitNs, slices] = schedstat(child.pid!)
    const row = read().find(({ pid }) => pid === child.pid)!
    t.true(cpuNs - cpuBefore > 50e6, `it was busy for ${cpuNs - cpuBefore} ns`)
    t.is(row.waits, slices - slicesBefore)
    const off = (ours: number | undefined, truth: number): number => Math.abs(ours! - truth) / 1e6
    t.true(off(row.onCpuNs, cpuNs - cpuBefore) < 1, `${row.onCpuNs} of ${cpuNs - cpuBefore} ns on CPU`)
    t.true(off(row.waitNs, waitNs - waitBefore) < 1, `${row.waitNs} of ${waitNs - waitBefore} ns waited`)
  },
  ['chrt'],
)
