import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import test from 'ava'
import { createRights } from '../../src/engine/script-rights.ts'
import { PROBES } from '../../src/paths.ts'
import { commandTest, skip } from '../helpers/bpf.ts'

const SCRIPT = 'BEGIN { exit(); }'

test('whoever has the screen with its own rights may run any script', async (t) => {
  await t.notThrowsAsync(createRights(undefined, PROBES).check({ text: SCRIPT }))
})

commandTest(
  'a user to whom sudo gives no shell may run what is shipped, to the letter, and nothing else',
  ['sudo'],
  async (t) => {
    if (process.geteuid?.() !== 0) return skip(t, 'only root may ask sudo about others')
    const rights = createRights('nobody', PROBES)
    const shipped = readFileSync(join(PROBES, 'opensnoop.bt'), 'utf8')
    await t.notThrowsAsync(rights.check({ text: shipped }))
    await t.throwsAsync(rights.check({ text: `${shipped} ` }), { message: /nobody may not/ })
    // what is run of a tool is not its text
    await t.throwsAsync(rights.check({ text: shipped, tool: 'execsnoop' }), { message: /nobody may not/ })
    await t.throwsAsync(rights.check({ text: SCRIPT }), { message: /nobody may not/ })
    await t.notThrowsAsync(createRights('root', PROBES).check({ text: SCRIPT }))
  },
)
