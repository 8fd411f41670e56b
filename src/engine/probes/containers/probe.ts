// Reader of control groups: their files, and probes/containers.bpf.c for what these do not have.
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { needlessForMoves, unfitForSwitch } from '../../native/btf.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { lostCounter } from '../../native/lost.ts'
import { objectWork } from '../../native/work.ts'
import { cgroupPaths, mountsNow } from '../../proc/cgroups.ts'
import { timesWithBelow, type GroupTimes } from './decode.ts'
import { hierarchiesIn } from './cgroup-files.ts'
import { readingOf } from './reading.ts'
import { CONTAINERS } from './spec.ts'

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, CONTAINERS, {
    maxEntries,
    also: [unfitForSwitch(), ...needlessForMoves()],
  })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { object } = loadDescribed(plan(context))
  const hierarchies = hierarchiesIn(mountsNow())
  // Threads are told apart where their CPU time is
  const root = hierarchies.one.get('cpu') ?? hierarchies.two
  const config = object.map('.data.config')
  const configAt = object.layout('config', ['version', 'primed'])
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(config.valueSize)
  const setConfig = (primed: boolean): void => {
    value.writeUInt32LE(hierarchies.one.has('cpu') ? 1 : 2, configAt.version)
    value.writeUInt32LE(primed ? 1 : 0, configAt.primed)
    config.update(key, value)
  }
  setConfig(false)
  const groups = object.map('groups')
  const group = object.record('group')
  const cpuNs = group.number('cpu_ns')
  const waitNs = group.number('wait_ns')
  const uninterruptibleNs = group.number('uninterruptible_ns')
  object.attach()
  object.iterate('read_threads')
  setConfig(true)

  const pathOf = cgroupPaths(() => performance.now(), root)
  const readFiles = readingOf(hierarchies)
  const lost = lostCounter(object)
  let before = new Map<string, GroupTimes>()

  /** Of the interval, by path. */
  const readTimes = (): Map<string, GroupTimes> => {
    object.iterate('read_threads')
    const { count, keys, values } = groups.all()
    const now = new Map<string, GroupTimes>()
    const times = new Map<string, GroupTimes>()
    for (let i = 0; i < count; i++) {
      const id = keys.readBigUInt64LE(i * 8)
      const at = i * group.size
      const own = {
        cpuNs: cpuNs(values, at),
        waitNs: waitNs(values, at),
        uninterruptibleNs: uninterruptibleNs(values, at),
      }
      now.set(String(id), own)
      const was = before.get(String(id))
      const took = {
        cpuNs: own.cpuNs - (was?.cpuNs ?? 0),
        waitNs: own.waitNs - (was?.waitNs ?? 0),
        uninterruptibleNs: own.uninterruptibleNs - (was?.uninterruptibleNs ?? 0),
      }
      const path = id === 0n ? undefined : pathOf(Number(id))
      if (path === undefined) {
        // removed, and quiet since: its room is for others
        if (was && took.cpuNs === 0 && took.waitNs === 0 && took.uninterruptibleNs === 0 && id !== 0n) {
          groups.delete(Buffer.from(keys.subarray(i * 8, i * 8 + 8)))
          now.delete(String(id))
        }
        continue
      }
      times.set(path, took)
    }
    before = now
    return times
  }

  const hooks = [...object.programFds().keys()].filter((name) => !object.isIterator(name))
  /** Without hooks: how long threads were uninterruptible is not known, nor what they did after they were read last. */
  let isCounted = false

  const read = () => {
    const times = timesWithBelow(readTimes())
    // On a machine with both versions a group may be known to one of them only
    const reading = readFiles(times, (at) => root !== undefined && at.has(root), !isCounted)
    return { ...(isCounted && { tier: { is: 'counted' as const } }), lost: lost(), ...reading }
  }

  read() // what happened before belongs to no interval
  return {
    read,
    thin(on) {
      isCounted = on
      if (on) object.detach(hooks)
      else object.attach()
      read()
    },
    work: objectWork(() => [object]),
    close: object.close,
  }
}
