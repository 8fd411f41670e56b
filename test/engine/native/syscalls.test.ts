// System call counts, errors and latency against programs that make a known number of calls.
import test from 'ava'
import { startSyscalls } from '../../../src/engine/native/syscalls.ts'
import { slotOf } from '../../../src/model/histogram.ts'
import type { RunningProbe } from '../../../src/engine/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { loops, loopsPath, probeContext, sleepMs, start } from '../../helpers/workload.ts'

const withProbe = async (body: (probe: RunningProbe<'syscalls'>) => Promise<void>): Promise<void> => {
  const probe = startSyscalls(probeContext)
  try {
    await body(probe)
  } finally {
    await probe.close()
  }
}

bpfTest('calls are counted exactly, by call and by process', async (t) => {
  loopsPath()
  await withProbe(async (probe) => {
    probe.read()
    const { pid } = await loops('getppid', 300_000)
    const { data, lost } = probe.read()
    const row = data.procs.find((proc) => proc.pid === pid)
    t.is(row?.comm, 'loops')
    // the loop, and what starting and ending a program takes
    t.true(row!.count >= 300_000 && row!.count < 300_200, `${row!.count} calls`)
    const getppid = data.calls.find((call) => call.name === 'getppid')
    t.true(getppid!.count >= 300_000 && getppid!.count < 300_300, `${getppid!.count} getppid`)
    t.is(lost, 0)
    t.false(data.detail)
  })
}, ['clang'])

bpfTest('at full speed on every CPU nothing is lost, and processes add up to the total', async (t) => {
  await withProbe(async (probe) => {
    probe.read()
    const done = await Promise.all([loops('getppid', 1_000_000), loops('getppid', 1_000_000)])
    const { data } = probe.read()
    for (const { pid } of done) t.true(data.procs.find((proc) => proc.pid === pid)!.count >= 1_000_000)
    const byCall = data.calls.reduce((sum, call) => sum + call.count, 0)
    const byProc = data.procs.reduce((sum, proc) => sum + proc.count, 0) + (data.others?.count ?? 0)
    t.true(Math.abs(byCall - byProc) <= byCall / 1000, `${byCall} by call, ${byProc} by process`)
  })
}, ['clang'])

bpfTest('a process that lives on is counted in each interval once', async (t) => {
  await withProbe(async (probe) => {
    const child = start(loopsPath(), ['sleep', '40', '10'])
    let calls = 0
    for (let i = 0; i < 5; i++) {
      await sleepMs(150)
      calls += probe.read().data.procs.find((proc) => proc.pid === child.pid)?.count ?? 0
    }
    t.true(calls >= 40 && calls < 240, `${calls} calls for 40 sleeps`)
  })
}, ['clang'])

bpfTest('detail: errors by name, latency, calls of a process; nothing of it once switched off', async (t) => {
  await withProbe(async (probe) => {
    probe.command!({ cmd: 'detail', on: true })
    probe.read()
    const failing = await loops('fail', 5000)
    const sleeping = await loops('sleep', 20, 10)
    const { data } = probe.read()
    t.true(data.detail)
    const close = data.calls.find((call) => call.name === 'close')!
    const ebadf = close.errnos!.find((error) => error.errno === 'EBADF')!
    t.true(ebadf.count >= 5000 && ebadf.count < 5020, `${ebadf.count} EBADF`)
    t.true(data.procs.find((proc) => proc.pid === failing.pid)!.errors! >= 5000)
    t.is(data.procs.find((proc) => proc.pid === failing.pid)!.calls![0]!.name, 'close')
    // others sleep too: of 10 ms and little more there are ours at least
    const sleeps = data.calls.find((call) => call.name === 'clock_nanosleep')!
    const { slots } = sleeps.latency!
    let ofTenMs = 0
    for (let i = 0; i < slots.length; i += 2) {
      if (slots[i]! >= slotOf(10e6) && slots[i]! <= slotOf(14e6)) ofTenMs += slots[i + 1]!
    }
    t.true(ofTenMs >= 18, `${ofTenMs} of 20 sleeps of 10 ms`)
    t.true(sleeps.latency!.maxNs >= 10e6)
    t.true(sleeping.nsPerRound >= 10e6)
    probe.command!({ cmd: 'detail', on: false })
    await loops('fail', 10)
    const after = probe.read().data
    t.false(after.detail)
    t.is(after.calls.find((call) => call.name === 'close')?.errnos, undefined)
  })
}, ['clang'])

bpfTest('detail of a target process leaves the others out', async (t) => {
  await withProbe(async (probe) => {
    const child = start(loopsPath(), ['sleep', '40', '10'])
    probe.command!({ cmd: 'target', target: { is: 'process', pid: child.pid! } })
    probe.command!({ cmd: 'detail', on: true })
    await sleepMs(300)
    await loops('fail', 100)
    const { data } = probe.read()
    t.deepEqual(data.target?.of, { is: 'process', pid: child.pid! })
    const names = data.target!.calls.map((call) => call.name)
    t.true(names.some((name) => name.endsWith('nanosleep')))
    t.false(names.includes('close'))
    child.kill()
  })
}, ['clang'])

test('calls of 32-bit programs have a name of their own', async (t) => {
  const { syscallName } = await import('../../../src/engine/native/syscall-names.ts')
  t.is(syscallName(0, false, 'x64'), 'read')
  t.is(syscallName(3, true, 'x64'), 'read/32')
  t.is(syscallName(63, false, 'arm64'), 'read')
  t.is(syscallName(98, false, 'arm64'), 'futex')
  t.is(syscallName(240, true, 'arm64'), 'futex/32')
  t.is(syscallName(202, false, 'x64'), 'futex')
  t.is(syscallName(999, false, 'x64'), 'syscall_999')
})
