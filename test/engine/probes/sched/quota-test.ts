// A test of who is throttled, in a group within another.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { controllerRoot, groupIn, type GroupFolder } from '../../../helpers/groups.ts'
import { startSched } from '../../../helpers/sched.ts'
import { sleepMs, startEndless, withProbe } from '../../../helpers/workload.ts'

const PERIOD_US = 100_000
const PERIOD_MS = PERIOD_US / 1000

const setQuota = (group: GroupFolder, us: number): void => {
  try {
    group.write('cpu.max', `${us} ${PERIOD_US}`)
  } catch {
    group.write('cpu.cfs_period_us', String(PERIOD_US))
    group.write('cpu.cfs_quota_us', String(us))
  }
}

/** One within the other, with these quotas, and beside it one without; undefined where there cannot be such. */
const groups = (
  outerUs: number,
  innerUs: number,
): { inner: GroupFolder; outer: GroupFolder; beside: GroupFolder } | undefined => {
  const root = controllerRoot('cpu')
  if (root === undefined) return undefined
  let outer: GroupFolder | undefined
  let inner: GroupFolder | undefined
  try {
    outer = groupIn(root)
    setQuota(outer, outerUs)
    // of version 1 they have it anyway
    try {
      writeFileSync(join(root, outer.path, 'cgroup.subtree_control'), '+cpu')
    } catch {}
    inner = groupIn(join(root, outer.path), 'inner')
    setQuota(inner, innerUs)
    return { inner, outer, beside: groupIn(join(root, outer.path), 'beside') }
  } catch {
    void inner?.remove().then(() => outer?.remove())
    return undefined
  }
}

const spin = () => startEndless('sh', ['-c', 'while :; do :; done'])

/** In version 1 none may have more than the one above: that is used up by another process. */
export const testQuota = (title: string, outerUs: number, innerUs: number, isInner: boolean): void =>
  bpfTest(`throttled by the quota ${title}, in the first interval and in those after`, async (t) => {
    const made = groups(outerUs, innerUs)
    if (!made) return skip(t, 'no control groups with CPU quotas can be made')
    const { inner, outer, beside } = made
    const [child, other] = [spin(), spin()]
    const ended = Promise.all([child, other].map((each) => new Promise((resolve) => each.once('exit', resolve))))
    try {
      // first, so that the inner one never has all of it for itself
      if (!isInner) beside.take(other.pid!)
      await sleepMs(3 * PERIOD_MS)
      inner.take(child.pid!)
      await withProbe(startSched, async (probe) => {
        const named: (string | undefined)[] = []
        for (let reading = 0; reading < 4; reading++) {
          await sleepMs(500)
          const proc = probe.read().data.procs.find(({ pid }) => pid === child.pid)
          t.true((proc?.throttledNs ?? 0) > 0, JSON.stringify(proc))
          named.push(proc?.quota)
        }
        const right = isInner ? `${outer.path}/inner` : outer.path
        t.deepEqual(named.slice(1), [right, right, right])
        // both may have run out before they were first looked at: then none is named
        t.true(named[0] === right || (named[0] === undefined && !isInner), named[0])
      })
    } finally {
      child.kill('SIGKILL')
      other.kill('SIGKILL')
      await ended
      await inner.remove()
      await beside.remove()
      await outer.remove()
    }
  })
