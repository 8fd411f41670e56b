// The scripts that come with probetop run here with each version of bpftrace that there is, and see the work they are for.
import test from 'ava'
import { bpfReason } from '../helpers/rights.ts'
import { skip } from '../helpers/bpf.ts'
import { OWN_SCRIPTS, runOwn } from './own.ts'
import type { Ran } from './run.ts'
import { bpftraces } from './versions.ts'
import { LACKING, UNSEEN, WORKS } from './works.ts'

const AT_ONCE = 4
const SECONDS = 40

test.serial('each attaches with every version, and shows its work', async (t) => {
  t.timeout(1_200_000)
  const reason = bpfReason()
  if (reason !== undefined) return skip(t, reason)
  const versions = await bpftraces()
  if (versions.length === 0) return skip(t, 'bpftrace is not installed')
  const jobs = versions.flatMap(({ folder, version }) => OWN_SCRIPTS.map((name) => ({ folder, version, name })))
  const next = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { folder, version, name } = job
      const isSeen = WORKS[name] !== undefined && !UNSEEN.includes(name)
      const isLacking = ({ reason: why }: Ran): boolean =>
        LACKING.includes(name) && /^(attached 0 of|it does not fit this kernel)/.test(why ?? '')
      const isGood = (ran: Ran): boolean =>
        isLacking(ran) || (ran.reason === undefined && ran.attached > 0 && (!isSeen || ran.rows > 0))
      const once = (): Promise<Ran> => runOwn(name, { folder, seconds: SECONDS })
      const first = await once()
      // a busy machine is no fault of theirs
      const ran = isGood(first) ? first : await once()
      t.true(isGood(ran), `${version} ${JSON.stringify(ran)}`)
      if (isLacking(ran)) t.log(`skipped: ${name}: ${ran.reason}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
})

test('all of them have such work, or it is said that there is none', (t) => {
  for (const name of OWN_SCRIPTS)
    t.true(WORKS[name] !== undefined || UNSEEN.includes(name) || LACKING.includes(name), name)
})
