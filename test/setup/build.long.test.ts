// Every probe compiled anew, for every architecture.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../src/paths.ts'
import { compileProbe, probeJobs } from '../../src/setup/probes.mjs'
import { commandTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

commandTest('every probe compiles for both architectures, without the place of the checkout', ['clang'], async (t) => {
  const into = temporaryFolder(t)
  t.true(probeJobs().length > 0)
  for (const job of probeJobs()) {
    t.is(await compileProbe(job, into), undefined)
    const object = readFileSync(join(into, job.object))
    t.is(object.toString('latin1', 0, 4), '\u007fELF')
    t.false(object.includes(ROOT), job.object)
  }
})
