// How much the kernel programs of an object have run, and how full its tables were. The kernel counts runs and their
// time only while somebody holds its statistics open; they end when that descriptor does, also after a crash.
import { closeSync, readFileSync } from 'node:fs'
import koffi from 'koffi'
import type { ProbeWork, ProgramRuns } from '../base/probe.ts'
import { BpfError, libbpf } from './libbpf.ts'
import type { BpfObject } from './object.ts'

const RUN_TIME = 0 // BPF_STATS_RUN_TIME

/** Switches the kernel's statistics on; gives what lets go of them. Throws BpfError. */
export const holdStatistics = (): (() => void) => {
  const fd: number = libbpf().enableStats(RUN_TIME)
  if (fd < 0) throw new BpfError('switch on BPF statistics', koffi.errno())
  return () => closeSync(fd)
}

/** The work of objects that belong together, and of those there for detail; which there are may change. */
export const objectWork = (
  objects: () => readonly BpfObject[],
  details: () => readonly BpfObject[] = () => [],
): ProbeWork => ({
  source: 'CO-RE',
  programs: () => [
    ...objects().flatMap((object) => programsOf(object, false)),
    ...details().flatMap((object) => programsOf(object, true)),
  ],
  fullest: () => {
    const fills = [...objects(), ...details()].flatMap((object) => object.fills())
    return fills.sort((a, b) => b.entries / b.maxEntries - a.entries / a.maxEntries)[0]
  },
})

const programsOf = (object: BpfObject, detail: boolean): ProgramRuns[] =>
  [...object.programFds()].map(([name, fd]) => ({
    ...runsIn(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))!,
    iterator: object.isIterator(name),
    hook: object.hookOf(name),
    detail,
  }))

/** From what /proc says of a descriptor; undefined when it is no program. */
export const runsIn = (fdinfo: string): Pick<ProgramRuns, 'id' | 'runs' | 'ns'> | undefined => {
  const field = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(fdinfo)
    return found ? Number(found[1]) : undefined
  }
  const id = field('prog_id')
  return id === undefined ? undefined : { id, runs: field('run_cnt') ?? 0, ns: field('run_time_ns') ?? 0 }
}
