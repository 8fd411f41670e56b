// Page faults: programs that touch a known number of pages, against that number and what getrusage told them; and those of the
// machine against /proc/vmstat.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { start } from '../../src/engine/probes/memory/probe.ts'
import { readVmstat } from '../../src/engine/proc/vmstat.ts'
import { rowsOf, sumOf } from '../helpers/described-probe.ts'
import { compiled, probeContext } from '../helpers/workload.ts'
import { between, exact, within, withinUnits } from './check.ts'
import type { Area } from './check.ts'

const run = promisify(execFile)

/** One alone, and several at once. */
const PROCESSES = [1, 8]
/** What the C library takes to begin and after the program has asked, and its end. */
const AROUND = 60

export const area: Area = {
  name: 'memory',
  needs: ['clang'],
  bpf: true,
  async checks(scale) {
    const pages = scale === 'full' ? 100_000 : 20_000
    const faults = compiled('faults', 'test/engine/probes/fixtures')
    const probe = start({ ...probeContext, object: `${probeContext.objects}/memory.bpf.o` })
    try {
      const findings = []
      for (const processes of PROCESSES) {
        const outer = readVmstat()
        probe.read()
        const inner = readVmstat()
        const told = await Promise.all(
          Array.from({ length: processes }, () => run(faults, [String(pages / processes)])),
        )
        const innerEnd = readVmstat()
        const data = probe.read()
        const outerEnd = readVmstat()
        const each = told.map(
          ({ stdout }) => stdout.split(' ').map(Number) as [pid: number, minor: number, major: number],
        )
        const rows = rowsOf(data, 'procs').filter(({ pid }) => each.some(([one]) => one === pid))
        const who = `${processes} ${processes === 1 ? 'process' : 'processes'} came, touched pages and went`
        const grown = (from: Map<string, number>, until: Map<string, number>): number =>
          until.get('pgfault')! - from.get('pgfault')!
        findings.push(
          within(0.001 + (2 * AROUND * processes) / pages)(`${who}: faults`, sumOf(rows, 'minor'), pages, '', 'pages'),
          withinUnits(AROUND * processes)(
            `${who}: faults`,
            sumOf(rows, 'minor'),
            each.reduce((sum, [, minor]) => sum + minor, 0),
            '',
            'getrusage',
          ),
          between(0)(
            `${who}: faults of the machine`,
            data.totals.minor! + data.totals.major!,
            grown(inner, innerEnd),
            grown(outer, outerEnd),
            '',
            '/proc/vmstat',
          ),
          exact(`${who}: lost`, data.lost, 0),
        )
      }
      return findings
    } finally {
      await probe.close()
    }
  },
}
