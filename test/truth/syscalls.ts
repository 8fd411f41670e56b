// System calls: counts against programs that make a known number of them, at full speed on every CPU too; errors by
// name; and latency against the clock that a program reads around each of its calls.
import { availableParallelism } from 'node:os'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { quantile } from 'd3-array'
import { percentileNs } from '../../src/model/base/histogram.ts'
import type { SyscallCount, SyscallProc } from '../../src/model/syscalls.ts'
import { beginDetail, startSyscalls, type SyscallsView } from '../helpers/syscalls.ts'
import { withProbe } from '../helpers/workload.ts'
import { besideStolen, exact, within } from './check.ts'
import type { Area, Finding } from './check.ts'
import { perform, prepare, total } from './workload.ts'

const MILLION = 1e6
const SHARE = 0.001

type Probe = ReturnType<typeof startSyscalls>
const run = promisify(execFile)

export const area: Area = {
  name: 'syscalls',
  needs: ['clang', 'dd'],
  bpf: true,
  checks: (scale) =>
    withProbe(startSyscalls, async (probe) => {
      const times = scale === 'full' ? 5 : 1
      const findings = await fullSpeed(probe, MILLION * times)
      await beginDetail(probe)
      findings.push(...(await copying(probe, 100_000 * times)), ...(await failing(probe, 10_000 * times)))
      for (const [call, us] of [
        ['nanosleep', 1000],
        ['futex', 3000],
        ['poll', 10_000],
      ] as const) {
        findings.push(...(await waiting(probe, call, 20 * times, us)))
      }
      return findings
    }),
}

const callOf = (calls: readonly SyscallCount[], name: RegExp): SyscallCount | undefined =>
  calls.find((call) => name.test(call.name))
const procOf = (data: SyscallsView, pid: number): SyscallProc | undefined => data.procs.find((proc) => proc.pid === pid)

const fullSpeed = async (probe: Probe, each: number): Promise<Finding[]> => {
  const cpus = availableParallelism()
  probe.read()
  const done = await perform(-1, cpus, 'getsid', each)
  const { data, lost } = probe.read()
  const perSecond = (cpus * each * 1e9) / Math.max(...done.map((life) => life.wallNs))
  const title = `getsid on ${cpus} CPUs`
  const byProc = total(data.procs, ({ count }) => count) + (data.others?.count ?? 0)
  return [
    within(SHARE)(
      `${title}: calls`,
      callOf(data.calls, /^getsid$/)?.count ?? 0,
      cpus * each,
      '',
      `${(perSecond / 1e6).toFixed(1)}M/s`,
    ),
    within(SHARE)(
      `${title}: calls of the processes`,
      total(done, ({ pid }) => procOf(data, pid)?.count),
      cpus * each,
    ),
    within(SHARE)(
      `${title}: all processes and others`,
      byProc,
      total(data.calls, ({ count }) => count),
      '',
      'all calls',
    ),
    exact(`${title}: lost`, lost, 0),
  ]
}

/** dd reads and writes as often as it is told, and says so. */
const copying = async (probe: Probe, count: number): Promise<Finding[]> => {
  probe.read()
  const running = run('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=1', `count=${count}`], {
    env: { ...process.env, LC_ALL: 'C' },
  })
  const { stderr } = await running
  const calls = procOf(probe.read().data, running.child.pid!)?.calls ?? []
  const said = (what: string): number => Number(new RegExp(`^(\\d+)\\+0 records ${what}$`, 'm').exec(stderr)?.[1])
  const counted = (name: string): number => calls.find((call) => call.name === name)?.count ?? 0
  return [
    within(SHARE)('dd bs=1: read', counted('read'), said('in')),
    within(SHARE)('dd bs=1: write', counted('write'), said('out')),
  ]
}

/** Only the program's own calls are looked at, so that there is nothing to allow for. */
const failing = async (probe: Probe, count: number): Promise<Finding[]> => {
  const { calls } = await looking(probe, 'errors', count)
  const errno = (call: RegExp, name: string): Finding =>
    exact(
      `failing calls: ${name}`,
      callOf(calls, call)?.errnos?.find((error) => error.errno === name)?.count ?? 0,
      count,
    )
  return [
    errno(/^close$/, 'EBADF'),
    errno(/^kill$/, 'EINVAL'),
    errno(/^readlink(at)?$/, 'ENOENT'),
    errno(/^syscall_500$/, 'ENOSYS'),
  ]
}

const waiting = async (probe: Probe, name: string, count: number, us: number): Promise<Finding[]> => {
  const { calls, tookNs, stolenNs } = await looking(probe, name, count, us)
  const latency = callOf(calls, new RegExp(`${name}$`))?.latency
  const title = `${name} of ${us / 1000} ms`
  return [
    exact(`${title}: calls`, latency?.count ?? 0, count),
    within(0.0625)(
      `${title}: p50`,
      (latency && percentileNs(latency, 0.5)) ?? 0,
      quantile(tookNs, 0.5)!,
      'ns',
      'its own clock',
    ),
    besideStolen(
      stolenNs,
      within(0.01)(
        `${title}: all`,
        latency?.sumNs ?? 0,
        total(tookNs, (ns) => ns),
        'ns',
        'its own clock',
      ),
    ),
  ]
}

/** The calls of one process, which is looked at from before its work until after its end. */
const looking = async (
  probe: Probe,
  ...work: [string, number, number?]
): Promise<{ calls: SyscallCount[]; tookNs: number[]; stolenNs: number }> => {
  const { pids, go } = await prepare(-1, 1, ...(work as [string, number]))
  probe.command!({ cmd: 'target', target: { is: 'process', pid: pids[0]! } })
  probe.read()
  const [life] = await go()
  const calls = probe.read().data.target?.calls ?? []
  probe.command!({ cmd: 'target' })
  return { calls, tookNs: life!.tookNs, stolenNs: life!.stolenNs }
}
