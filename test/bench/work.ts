// The work in the kernel that tools make dearer: calls, switches, block I/O, connections, transfers. Each prints what
// one piece of it took.
import { execFileSync } from 'node:child_process'
import { max, min } from 'd3-array'
import { thisHost } from '../../src/setup/packages.mjs'
import { compiled, loopsPath } from '../helpers/workload.ts'
import { readDisk } from './disk-reads.ts'
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
      const runs = times(quick ? 2 : 8, () => readDisk(device, 12_000))
      return [
        ['CPU ns an I/O', min(runs, ({ cpuNs }) => cpuNs)!],
        ['IOPS', max(runs, ({ perSecond }) => perSecond)!],
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
