// The same kernel with hooks missing, faked: the probe that needs one says which, with its panel or, where there is
// another way, with each sample; the others go on; and where a probe can do without, it counts as right as ever.
import { readFileSync, writeFileSync } from 'node:fs'
import { withoutHooks } from '../../helpers/btf.ts'
import { exact } from '../../truth/check.ts'
import type { Finding } from '../../truth/check.ts'
import { block } from './areas.ts'
import { CORE, startEngine } from './engine.ts'
import type { Engine } from './engine.ts'

const BTF = '/sys/kernel/btf/vmlinux'
const DOCTORED = '/tmp/btf'
const WITHOUT: readonly Partial<Record<(typeof CORE)[number], string>>[] = [
  { sched: 'sched_wakeup', block: 'block_rq_complete' },
  { tcp: 'inet_sock_set_state', syscalls: 'sys_enter' },
  { tcp: 'iter/tcp' },
]
const DISPENSABLE = ['block_rq_merge', 'block_io_start']

export const missingHooks = async (): Promise<Finding[]> => {
  const findings: Finding[] = []
  for (const missing of WITHOUT) {
    await withEngine(Object.values(missing), async (engine) => {
      const seen = await engine.during(async () => {})
      for (const probe of CORE) {
        const status = engine.status(probe)
        const hook = missing[probe]
        if (hook === undefined) {
          findings.push(
            exact(
              `${probe} without ${Object.values(missing).join(' ')}`,
              status.is === 'live' && seen.data(probe).length > 0 ? 1 : 0,
              1,
              '',
              'goes on',
            ),
          )
        } else {
          const said = status.is === 'unsupported' ? status.why : (seen.cheaper(probe) ?? status.is)
          findings.push(exact(`${probe} without ${hook}`, said.split(/[\s,]+/).includes(hook) ? 1 : 0, 1, '', said))
        }
      }
    })
  }
  const btf = readFileSync(BTF, 'latin1')
  const here = DISPENSABLE.filter((hook) => btf.includes(`\0btf_trace_${hook}\0`))
  await withEngine(here, async (engine) => {
    for (const finding of await block(engine, 'quick'))
      findings.push({ ...finding, figure: `${finding.figure}, without ${here.join(' ')}` })
  })
  return findings
}

const withEngine = async (missing: readonly string[], body: (engine: Engine) => Promise<void>): Promise<void> => {
  writeFileSync(DOCTORED, withoutHooks(readFileSync(BTF), missing))
  const engine = await startEngine(CORE, ['work', 'over', DOCTORED, BTF])
  await body(engine)
  await engine.stop()
}
