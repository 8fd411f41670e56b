// I/O that io.max of a control group holds back before the disk has it: which group, whose threads, and the limit.
import { schedOf } from '../../../src/model/sched.ts'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { max } from 'd3-array'
import { atLeast, exact, skipped } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import { totalOf } from './areas.ts'
import { DISK } from './disk.ts'
import type { Engine } from './engine.ts'
import { lifeOf } from './programs.ts'

const ROOT = '/sys/fs/cgroup'
const NAME = '/held'
/** A read each 68 ms: 65,536 would be one each 62.5, in step with intervals of half a second, of which all or none would end
 * while it is held. */
const BYTES_PER_SECOND = 60_000
/** Eleven seconds of them: emulated, an interval of half a second may take several. */
const READS = 160
const READ_BYTES = 4096

export const ioLimit = async (engine: Engine): Promise<Finding[]> => {
  const title = 'reads in a group with io.max'
  if (!readFileSync(`${ROOT}/cgroup.controllers`, 'utf8').includes('io'))
    return [skipped(title, 'this kernel has no io controller')]
  writeFileSync(`${ROOT}/cgroup.subtree_control`, '+io')
  mkdirSync(ROOT + NAME)
  try {
    const dev = readFileSync(`/sys/block/${DISK}/dev`, 'utf8').trim()
    writeFileSync(`${ROOT}${NAME}/io.max`, `${dev} rbps=${BYTES_PER_SECOND}`)
    let pid = 0
    const seen = await engine.during(async () => {
      ;({ pid } = await lifeOf('work', 'in', ROOT + NAME, 'work', 'direct', `/dev/${DISK}`, 'read', READS, READ_BYTES))
    })
    const sched = seen.data('sched').map(schedOf)
    const limits = sched.flatMap(({ ioLimits = [] }) => ioLimits.filter(({ cgroup }) => cgroup === NAME))
    const held = sched.flatMap(({ procs }) => procs.filter((proc) => proc.pid === pid && proc.heldIo?.by === 'limit'))
    const heldNs = ((READS - 1) * READ_BYTES * 1e9) / BYTES_PER_SECOND
    return [
      exact(`${title}: threads held`, max(limits, ({ threads }) => threads) ?? 0, 1),
      exact(
        `${title}: the limit`,
        limits.flatMap(({ disks }) => disks.filter(({ name }) => name === DISK)).at(-1)?.readBytes ?? 0,
        BYTES_PER_SECOND,
        'bytes',
        'a second',
      ),
      atLeast(`${title}: intervals in which the process is held`, held.length, 2, '', `at least, of ${sched.length}`),
      atLeast(
        `${title}: uninterruptible in pread64`,
        totalOf(seen, pid).blockedNs('pread64', 'D'),
        heldNs * 0.9,
        'ns',
        'at least by the limit, less 10 %',
      ),
    ]
  } finally {
    rmdirSync(ROOT + NAME)
  }
}
