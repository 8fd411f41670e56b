// What the block panel alone adds to an operation of a disk: CPU time of who reads and of the kernel's workers, which serve a
// loop device in memory. The kernel's statistics are off.
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { orElse } from '../../src/source/proc-stat.ts'
import { startBlock } from '../helpers/block.ts'
import { probeContext, sleepMs, startEndless } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { loopDevice } from './loop-device.ts'
import { byTurns } from './turns.ts'

export const PANEL = 'the block panel alone'
const WINDOW_MS = 300
/** And as many operations, however few of them a busy machine lets through. */
const LEAST_READS = 3000
/** What was attached or taken away is done with. */
const SETTLE_MS = 50

export const diskFigures = async (rounds: number, say: (text: string) => void): Promise<Figure[]> => {
  const { device, remove } = loopDevice()
  const words = ['--name=bench', `--filename=${device}`, '--direct=1', '--rw=randread', '--bs=4k', '--norandommap']
  const depth = ['--ioengine=libaio', '--iodepth=16', '--time_based', '--runtime=3600']
  const fio = startEndless('fio', [...words, ...depth])
  const ended = new Promise((resolve) => fio.once('exit', resolve))
  const disk = basename(device)
  try {
    while (fio.exitCode === null && readsOf(disk) < LEAST_READS) await sleepMs(SETTLE_MS)
    return await byTurns({
      part: 'disk',
      name: 'CPU ns an I/O',
      rounds,
      rows: [{ row: PANEL, begin: () => startBlock(probeContext).close }],
      measure: () => window(disk),
      say,
    })
  } finally {
    // not by force: its worker is a process of its own, in a session of its own
    fio.kill('SIGTERM')
    await ended
    await sleepMs(SETTLE_MS)
    remove()
  }
}

/** CPU time of an operation in the next moments. */
const window = async (disk: string): Promise<number> => {
  await sleepMs(SETTLE_MS)
  const [reads, cpu, beganMs] = [readsOf(disk), cpuOf(), performance.now()]
  do await sleepMs(WINDOW_MS)
  while (readsOf(disk) - reads < LEAST_READS && performance.now() - beganMs < 10 * WINDOW_MS)
  const [readsNow, cpuNow] = [readsOf(disk), cpuOf()]
  let ns = 0
  for (const [pid, at] of cpuNow) ns += at - (cpu.get(pid) ?? 0)
  return ns / (readsNow - reads)
}

const readsOf = (disk: string): number => Number(readFileSync(`/sys/block/${disk}/stat`, 'utf8').trim().split(/\s+/)[0])

/** Of all fio has, and of the kernel's workers that are bound to no CPU. */
const cpuOf = (): Map<string, number> => {
  const ns = new Map<string, number>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const comm = orElse('', () => readFileSync(`/proc/${pid}/comm`, 'utf8')) // it may have ended
    if (!comm.startsWith('kworker/u') && !comm.startsWith('fio')) continue
    ns.set(
      pid,
      orElse(0, () => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0])),
    )
  }
  return ns
}
