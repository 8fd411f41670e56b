// What other probes add to the sentence of a finding, and that nothing is added that is not of it.
import test from 'ava'
import { verdictOf } from '../../../src/app/verdict/verdict.ts'
import { wantOf } from '../../../src/app/probes/wanted.ts'
import { KERNEL } from '../../../src/engine/probes/kernel/spec.ts'
import { WAITS } from '../../../src/engine/probes/waits/spec.ts'
import { createStore } from '../../../src/model/store.ts'
import { viewOf } from '../../../src/model/view.ts'
import type { Message } from '../../../src/stream/stream-types.ts'
import { fakeHist, randomFrom } from '../../helpers/stream.ts'
import { fakeScreen } from '../../helpers/screen.ts'
import { CASES } from '../verdict-cases.ts'
import { described, edit, healthy, S, TICKS } from '../verdict-machine.ts'

const saysOf = (rule: string, messages: readonly Message[]): string | undefined => {
  const store = createStore()
  for (const message of messages) store.add(message)
  return verdictOf(viewOf(store), {}).findings.find((each) => each.rule.id === rule)?.sentence
}

const CHAIN = { pid: 812, state: 'D', call: 'fsync', chain: 'fsync /data/wal.log (device flush), ext4 on vda' }

test('who is uninterruptible, on which file and disk, where the chains of waits tell', (t) => {
  const stuck = CASES.uninterruptible!.make(2)(healthy())
  const says = (row: Partial<typeof CHAIN>): string | undefined =>
    saysOf('uninterruptible', described(WAITS, 'chains', { ...CHAIN, ...row })(stuck))
  const plain = 'postgres 812: 80.0% uninterruptible in fsync'
  t.is(says({}), `${plain} (fsync /data/wal.log (device flush), ext4 on vda)`)
  t.is(says({ state: 'S' }), plain)
  t.is(says({ pid: 813 }), plain)
})

test('the run queue, on which CPU it is worst, and what of the kernel takes that', (t) => {
  const hist = (ns: number, count: number) => fakeHist(randomFrom(1), [[ns, count, 0]])
  const cpus = (count: number) => [
    { cpu: 1, runq: hist(30e6, 1000), busyNs: S },
    { cpu: 3, runq: hist(60e6, count), busyNs: S },
  ]
  const says = (count: number, softirq: { cpu: number; ns: number }): string | undefined =>
    saysOf(
      'run-queue',
      described(KERNEL, 'cpus', { kind: 'softirq', name: 'NET_RX', ...softirq })(
        edit(() => ({ cpus: cpus(count) }))(CASES['run-queue']!.make(2)(healthy())),
      ),
    )
  t.regex(
    says(1000, { cpu: 3, ns: 0.6 * S })!,
    /^run queue p99 \S+ms, \S+ms on CPU 3, of which softirq NET_RX takes 60\.0%, postgres 812 waits most$/,
  )
  t.regex(says(1000, { cpu: 3, ns: 0.1 * S })!, /on CPU 3, postgres 812 waits most$/, 'that is not why')
  t.regex(says(1000, { cpu: 1, ns: 0.6 * S })!, /on CPU 3, postgres 812 waits most$/, 'another CPU')
  t.regex(says(1000, { cpu: 1, ns: 0 })!, /^run queue p99 39\.8ms, 60\.0ms on CPU 3, /)
  t.regex(says(2, { cpu: 3, ns: 0.1 * S })!, /on CPU 1, /, 'of few waits there is no p99')
})

test('a CPU that is as bad as all are is not told twice', (t) => {
  const { make } = CASES['run-queue']!
  const same = edit((data) => ({ cpus: [{ cpu: 3, runq: data.runq, busyNs: S }] }))
  t.regex(saysOf('run-queue', same(make(2)(healthy())))!, /^run queue p99 \S+ms on CPU 3, postgres 812 waits most$/)
})

test('the page of the verdict asks for each CPU', (t) => {
  const screen = fakeScreen({ ticks: TICKS })
  t.deepEqual(wantOf(screen.state).probes!['sched'], {})
  screen.press('!')
  t.deepEqual(wantOf(screen.state).probes!['sched'], { cpus: true })
})
