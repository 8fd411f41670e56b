// Processes whose only thread sleeps from one interval to the next: the very same row is given again, and no longer as soon
// as anything of it is another.
import test from 'ava'
import { start as startSched } from '../../../../src/engine/probes/sched/probe.ts'
import { emptyHist } from '../../../../src/model/base/histogram.ts'
import { schedTables } from '../../../../src/model/sched-tables.ts'
import { schedOf } from '../../../../src/model/sched.ts'
import type { TableCell, TablesData } from '../../../../src/stream/tables.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { controlGroup } from '../../../helpers/control-group.ts'
import { startHere } from '../../../helpers/described-probe.ts'
import { sleepMs, start } from '../../../helpers/workload.ts'

const rowsOf = ({ tables }: TablesData, table: 'procs' | 'calls', pid: number): TableCell[][] =>
  tables[table]!.rows.filter((row) => row[0] === pid)

bpfTest('the same row while nothing changes; another once it is moved or stopped', async (t) => {
  const child = start('sleep', ['60'])
  const pid = child.pid!
  const group = controlGroup(t, () => child.kill('SIGKILL'))
  if (!group) return
  const probe = startHere(t, startSched, 'sched')
  const read = async (): Promise<TablesData> => {
    await sleepMs(100)
    return probe.read()
  }
  /** Others come and go, and with them columns. */
  const still = async (): Promise<TablesData> => {
    for (let before = await read(), tries = 50; tries > 0; tries--) {
      const now = await read()
      if (rowsOf(now, 'procs', pid)[0] === rowsOf(before, 'procs', pid)[0]) {
        t.is(rowsOf(now, 'calls', pid)[0], rowsOf(before, 'calls', pid)[0])
        return now
      }
      before = now
    }
    throw new Error('it is another row in each reading')
  }
  const procOf = (data: TablesData) => schedOf(data).procs.find((proc) => proc.pid === pid)!
  const first = await still()
  t.is(procOf(first).sleepNs, first.elapsedNs)
  t.deepEqual(procOf(first).calls, [{ call: 'clock_nanosleep', state: 'S', ns: first.elapsedNs! }])

  group.take(pid)
  t.is(procOf(await read()).cgroup, group.path)
  t.is(procOf(await still()).cgroup, group.path)
  child.kill('SIGSTOP')
  await read()
  const stopped = await read()
  t.is(procOf(stopped).stoppedNs, stopped.elapsedNs)
  t.is(procOf(stopped).sleepNs, 0)
  child.kill('SIGCONT')
  await read()
  const again = await still()
  t.is(procOf(again).sleepNs, again.elapsedNs)
  t.is(procOf(again).stoppedNs, undefined)
})

test('a row that stays has other cells where there are other columns', (t) => {
  const hist = emptyHist()
  const head = { elapsedNs: 100, runq: hist, sleep: hist, disk: hist, preempted: hist }
  const proc = (pid: number) => ({
    ...{ pid, comm: 'x', threads: 1, switches: 0, waits: 0, waitNs: 0, onCpuNs: 0, sleepNs: 100 },
    calls: [{ call: 'poll', state: 'S' as const, ns: 100 }],
  })
  const [one, other] = [proc(1), proc(2)]
  const still = new Set([one])
  const row = (data: TablesData): TableCell[] => data.tables.procs!.rows[0]!
  const first = schedTables({ ...head, procs: [one, other] }, still)
  const second = schedTables({ ...head, procs: [one, { ...other, exited: true }] }, still)
  t.is(row(second).length, row(first).length + 1)
  t.deepEqual(schedOf(second).procs[0], schedOf(first).procs[0])
  t.is(row(schedTables({ ...head, procs: [one, { ...other, exited: true }] }, still)), row(second))
})
