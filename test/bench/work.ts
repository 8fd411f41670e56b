// The work in the kernel that tools make dearer: calls, switches, block I/O, connections, transfers. Each prints what
// one piece of it took.
import { execFileSync } from 'node:child_process'
import { min } from 'd3-array'
import { thisHost } from '../../src/setup/packages.mjs'
import { compiled, loopsPath } from '../helpers/workload.ts'
import { loopDevice } from './loop-device.ts'

/** A kind of work and what of it is measured: [name, value]. */
export interface Work {
  part: string
  /** Why it cannot be done here. */
  absent?: string
  /** Makes what it needs, and gives what takes that away. */
  begin?(): () => void
  run(quick: boolean): [name: string, value: number][]
}

const host = thisHost()
let device = ''

export const WORK: readonly Work[] = [
  { part: 'calls', run: (quick) => [['ns a call', best(8, loopsPath(), 'getppid', quick ? '50000' : '150000')]] },
  {
    part: 'switches',
    run: (quick) => [['ns a round trip', best(8, loopsPath(), 'pingpong', quick ? '3000' : '8000')]],
  },
  {
    part: 'blockio',
    absent: host.has('fio') ? undefined : 'not installed: fio',
    begin: () => {
      const loop = loopDevice()
      device = loop.device
      return loop.remove
    },
    run: (quick) => {
      const operations = Math.max(...times(quick ? 1 : 2, () => readsPerSecond(device)))
      return [
        ['ns an I/O', 1e9 / operations],
        ['IOPS', operations],
      ]
    },
  },
  {
    part: 'connections',
    run: (quick) => [['ns a connection', best(1, compiled('net'), 'connections', quick ? '500' : '2000', '5')]],
  },
  {
    part: 'transfer',
    run: (quick) => {
      const runs = times(3, () =>
        first(compiled('net'), 'transfer', quick ? '256' : '512')
          .split(' ')
          .map(Number),
      )
      const msPerGib = (i: number): number => (min(runs, (run) => run[i]!)! * 1024) / 1e6
      return [
        ['CPU ms a GiB', msPerGib(1)],
        ['ms a GiB', msPerGib(0)],
      ]
    },
  },
]

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

/** Before what else may run meanwhile. */
const first = (command: string, ...words: string[]): string =>
  execFileSync('nice', ['-n', '-20', command, ...words], { encoding: 'utf8' })

/** The best of several short runs on one CPU: what disturbs one adds to it, and never takes away. */
const best = (runs: number, command: string, ...words: string[]): number =>
  min(times(runs, () => Number(first('taskset', '-c', '0', command, ...words))))!

/** Random 4 KiB reads, several at once: the device never waits for us to be woken. */
const readsPerSecond = (file: string): number => {
  const output = first(
    'fio',
    '--name=bench',
    `--filename=${file}`,
    '--direct=1',
    '--rw=randread',
    '--bs=4k',
    '--ioengine=libaio',
    '--iodepth=16',
    '--runtime=1',
    '--time_based',
    '--output-format=json',
  )
  const { jobs } = JSON.parse(output) as { jobs: { read: { iops: number } }[] }
  return jobs[0]!.read.iops
}
