// Random 4 KiB reads of a disk, several at once, and the CPU time they took: of fio and of the kernel's workers, which
// serve a loop device. Unlike the time they took it says little of what else runs on the machine.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { orElse } from '../../src/source/proc-stat.ts'

const BLOCK = 4096

interface DiskReads {
  /** CPU time of one. */
  cpuNs: number
  perSecond: number
}

export const readDisk = (device: string, reads: number): DiskReads => {
  const words = ['--name=bench', `--filename=${device}`, '--direct=1', '--rw=randread', `--bs=${BLOCK}`]
  const depth = ['--ioengine=libaio', '--iodepth=16', '--norandommap', `--io_size=${reads * BLOCK}`]
  const before = workersNs()
  const output = execFileSync('nice', ['-n', '-20', 'fio', ...words, ...depth, '--output-format=json'], {
    encoding: 'utf8',
  })
  const byWorkersNs = workersNs() - before
  const { jobs } = JSON.parse(output) as { jobs: [FioCpu] }
  const { usr_cpu, sys_cpu, job_runtime, read } = jobs[0]
  const byFioNs = ((usr_cpu + sys_cpu) / 100) * job_runtime * 1e6
  return { cpuNs: (byFioNs + byWorkersNs) / read.total_ios, perSecond: read.iops }
}

/** Of one job: percent of its time, which is in ms. */
interface FioCpu {
  usr_cpu: number
  sys_cpu: number
  job_runtime: number
  read: { iops: number; total_ios: number }
}

/** Time on CPU of the workers that are bound to none. */
const workersNs = (): number => {
  let ns = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const comm = orElse('', () => readFileSync(`/proc/${pid}/comm`, 'utf8')) // it may have ended
    if (!comm.startsWith('kworker/u')) continue
    ns += orElse(0, () => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]))
  }
  return ns
}
