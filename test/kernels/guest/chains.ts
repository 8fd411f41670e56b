// Chains: whose limit holds a thread back where groups lie in groups, with the controllers on in both or in the upper one
// only, and of which file a page is that is touched.
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { atLeast, exact, skipped } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import type { TablesData } from '../../../src/stream/tables.ts'
import type { ProbeId } from '../../../src/stream/probe-ids.ts'
import { DISK } from './disk.ts'
import { startEngine, type Engine } from './engine.ts'
import { lifeOf } from './programs.ts'

const WAITS = 'waits' as ProbeId
const ROOT = '/sys/fs/cgroup'
const OUTER = '/outer'
const INNER = `${OUTER}/inner`
const READS = 40
const READ_BYTES = 4096
const TOUCHED = 1200
const SPIN_MS = 8000
const AGAIN_MS = 700
/** Periods of 100 ms would go in step with readings: all of them, or none, would be when there is quota. */
const QUOTA = '12000 60000'

export const chains = async (): Promise<Finding[]> => {
  const engine = await startEngine([WAITS])
  const disk = `/dev/${DISK}`
  const status = engine.status(WAITS)
  const findings: Finding[] = [
    exact('loads and attaches', status.is === 'live' ? 1 : 0, 1, '', 'why' in status ? status.why : status.is),
  ]
  const on = readFileSync(`${ROOT}/cgroup.controllers`, 'utf8').trim().split(' ')
  for (const within of [true, false]) {
    const where = `of a group above, ${within ? 'on in both' : 'on above only'}`
    findings.push(
      ...(await inGroups('cpu', on, within, { 'cpu.max': QUOTA }, `quota ${where}`, (title) =>
        named(engine, title, `CPU quota of group ${OUTER}, 0.2 CPUs`, 'q', [
          'work',
          'in',
          ROOT + INNER,
          'loops',
          'spin',
          SPIN_MS,
        ]),
      )),
      ...(await inGroups('io', on, within, { 'io.max': `${dev()} riops=5` }, `limit on I/O ${where}`, (title) =>
        named(engine, title, `I/O limit of group ${OUTER} holding back pread64 ${disk}, ${DISK} 5 reads/s`, 'D', [
          'work',
          'in',
          ROOT + INNER,
          'work',
          'direct',
          disk,
          'read',
          READS,
          READ_BYTES,
        ]),
      )),
    )
  }
  // last, as names of the kernel's functions are there later
  findings.push(
    ...(await named(engine, 'page faults', `page fault ${disk} (locked page), ${DISK}`, 'D', [
      'work',
      'touch',
      disk,
      TOUCHED,
    ])),
  )
  await engine.stop()
  return findings
}

const dev = (): string => readFileSync(`/sys/block/${DISK}/dev`, 'utf8').trim()

const inGroups = async (
  controller: string,
  on: readonly string[],
  within: boolean,
  limits: Record<string, string>,
  title: string,
  work: (title: string) => Promise<Finding[]>,
): Promise<Finding[]> => {
  if (!on.includes(controller)) return [skipped(title, `this kernel has no ${controller} controller`)]
  writeFileSync(`${ROOT}/cgroup.subtree_control`, `+${controller}`)
  mkdirSync(ROOT + INNER, { recursive: true })
  try {
    if (within) writeFileSync(`${ROOT}${OUTER}/cgroup.subtree_control`, `+${controller}`)
    for (const [file, limit] of Object.entries(limits)) writeFileSync(`${ROOT}${OUTER}/${file}`, limit)
    return await work(title)
  } finally {
    rmdirSync(ROOT + INNER)
    rmdirSync(ROOT + OUTER)
  }
}

/** Runs it, and what its waits in that state are said to be for. */
const named = async (
  engine: Engine,
  title: string,
  chain: string,
  state: string,
  command: readonly (string | number)[],
): Promise<Finding[]> => {
  const isHeld = chain.startsWith('I/O limit')
  let pid = 0
  const seen = await engine.during(async () => {
    const again = setInterval(readAgain, AGAIN_MS, engine, command.includes('loops') ? 'loops' : 'work')
    ;({ pid } = await lifeOf(...command))
    clearInterval(again)
  })
  const said = seen.data(WAITS).flatMap((data) => {
    const table = (data as TablesData).tables['chains']!
    const at = (column: string): number => table.columns.indexOf(column)
    return table.rows.flatMap((row) =>
      row[at('pid')] === pid && row[at('state')] === state ? [String(row[at('chain')])] : [],
    )
  })
  const right = said.filter((each) => each === chain)
  // what is not held back is served: by the disk
  const wrong = said.filter((each) => each !== chain && !(isHeld && each.startsWith(`pread64 /dev/${DISK}`)))
  return [
    atLeast(`${title}: readings of it`, right.length, 2, '', `at least, of ${seen.data(WAITS).length}`),
    exact(`${title}: named wrong`, wrong.length, 0, '', wrong[0] ?? chain),
  ]
}

let isWide = true

/** Another selection is read at once: in emulation readings take too long to come each second. The program of that name
 * is in both. */
const readAgain = (engine: Engine, comm: string): void => {
  isWide = !isWide
  engine.send({ cmd: 'want', target: isWide ? undefined : { is: 'comm', comm } })
}
