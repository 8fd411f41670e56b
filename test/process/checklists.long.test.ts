// Checklists without a screen on this machine's kernel: one object or one page, and an exit code that says whether anything
// wants a look. Thresholds of the configuration decide, so both are had whatever the machine does.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { STEP_RULES } from '../../src/app/checklist/rules.ts'
import { checklistOf } from '../../src/app/checklist/steps.ts'
import type { ChecklistId, Result } from '../../src/app/checklist-types.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { bpfReason } from '../helpers/rights.ts'
import { PROGRAM } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

/** All thresholds out of reach, but those given. */
const configOf = (t: ExecutionContext, low: Readonly<Record<string, number>> = {}): string => {
  const path = join(temporaryFolder(t), 'config.toml')
  const rules = [...new Set(Object.values(STEP_RULES).map(({ id }) => id))]
  writeFileSync(
    path,
    rules.map((id) => `[verdict.${id}]\nwarn = ${low[id] ?? 1e15}\nbad = ${low[id] ?? 1e15}\n`).join('\n'),
  )
  return path
}

const run = (which: ChecklistId, config: string, ...more: string[]) =>
  execa(process.execPath, [PROGRAM, '--checklist', which, '--config', config, ...more], {
    reject: false,
    stdin: 'ignore',
    timeout: 400_000,
  })

const listTest = (which: ChecklistId, low: Readonly<Record<string, number>>, page: RegExp, commands: string[]): void =>
  commandTest(
    `${which}: exit code 0 and JSON where nothing is over its threshold, 1 and a page where something is`,
    commands,
    async (t) => {
      t.timeout(900_000)
      const reason = bpfReason()
      if (reason !== undefined) return skip(t, reason)
      const { steps } = checklistOf(which)
      const recording = join(temporaryFolder(t), 'recording')
      const [fine, look] = await Promise.all([
        run(which, configOf(t), '--json', '-w', recording),
        run(which, configOf(t, low)),
      ])
      t.is(fine.exitCode, 0, fine.stderr)
      const said = JSON.parse(fine.stdout) as { checklist: string; exitCode: number; results: Result[] }
      t.like(said, { checklist: which, exitCode: 0 })
      t.deepEqual(
        said.results.map(({ command }) => command),
        steps.map(({ command }) => command),
      )
      t.true(said.results.every(({ is }) => is !== 'look'))
      t.deepEqual(
        said.results.map(({ figures }) => figures !== undefined && figures.columns.length > 0),
        steps.map((step) => step.figures !== undefined),
      )
      t.regex(readFileSync(recording, 'utf8'), /^\{"type":"host"/m)
      t.is(look.exitCode, 1, look.stderr)
      t.regex(look.stdout, page)
      t.is(look.stdout.match(/^(LOOK|fine|\?) /gm)?.length, steps.length)
      // as each step ends
      t.regex(look.stderr, new RegExp(`^probetop: 1 of ${steps.length} `, 'm'))
    },
  )

listTest('60s', { load: 1e-9 }, /^LOOK {2}uptime: load average .* -> panel runq$/m, [])
listTest('bcc', { 'on-cpu': 1e-9 }, /^LOOK {2}profile: \S.* is on a CPU in \S+% of the samples.* -> panel profile$/m, [
  'bpftrace',
])
