// The areas of `npm run truth`, small and quick.
import test from 'ava'
import { sayingStolen, skip } from '../helpers/bpf.ts'
import { AREAS } from './areas.ts'
import { isOut } from './check.ts'
import { measured, reasonNot } from './run.ts'
import { table } from './table.ts'

for (const area of AREAS) {
  const reason = reasonNot(area)
  test.serial(
    `${area.name}: what we say is true`,
    reason !== undefined
      ? (t) => skip(t, reason)
      : sayingStolen(async (t) => {
          const checks = await measured(area, 'quick')
          const out = checks.filter(isOut)
          t.true(checks.length > 0)
          t.is(out.length, 0, `\n${table(out)}`)
          for (const check of checks) if ('skipped' in check) t.log(`not compared: ${check.figure}: ${check.skipped}`)
        }),
  )
}
