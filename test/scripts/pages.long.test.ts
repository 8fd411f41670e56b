// The page cache in pages, whatever the kernel puts together: against files of known size.
import test from 'ava'
import { execa } from 'execa'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD } from '../../src/paths.ts'
import { bpfReason } from '../helpers/rights.ts'
import { skip } from '../helpers/bpf.ts'
import { ownPath } from './own.ts'
import { planFor, runScript } from './run.ts'
import { bpftraces } from './versions.ts'

const MB = 24
const PAGES = (MB * 1024) / 4

test('a kernel that does not say how many pages a folio has is said not to fit', async (t) => {
  t.timeout(240_000)
  const found = await bpftraces()
  const reason = bpfReason() ?? (found.length === 0 ? 'bpftrace is not installed' : undefined)
  if (reason !== undefined) return skip(t, reason)
  // as it is before Linux 5.17, where the tracepoint has no such field
  const plan = planFor(ownPath('pagecache'))
  const without = { ...plan, text: plan.text.replaceAll('args->order', 'args->nonesuch') }
  for (const { folder } of found)
    t.regex(
      (await runScript(without, { folder, seconds: 1, startMs: 60_000 })).reason ?? '',
      /^it does not fit this kernel: line \d+: .*nonesuch/,
    )
})

test('pages that come in and leave are all counted, those of large folios, too', async (t) => {
  t.timeout(120_000)
  const reason = bpfReason() ?? ((await bpftraces()).length === 0 ? 'bpftrace is not installed' : undefined)
  if (reason !== undefined) return skip(t, reason)
  const folder = mkdtempSync(join(BUILD, 'pages-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const pages = { dd: 0, rm: 0 }
  const work = async (): Promise<void> => {
    await execa('dd', ['if=/dev/zero', `of=${folder}/data`, 'bs=1M', `count=${MB}`])
    await execa('rm', [`${folder}/data`])
  }
  const isDone = (): boolean => pages.dd >= PAGES && pages.rm >= PAGES
  await runScript(
    planFor(ownPath('pagecache')),
    { seconds: 60, startMs: 60_000, onReady: () => void work(), until: isDone },
    ({ tables }) => {
      for (const [table, name, comm] of [
        ['m0', 'dd', 0],
        ['m1', 'rm', 0],
      ] as const) {
        const { columns, rows } = tables[table] ?? { columns: [], rows: [] }
        const n = columns.indexOf('n')
        for (const row of rows) if (row[comm] === name) pages[name] += Number(row[n])
      }
    },
  )
  // at least: others may run programs of these names
  t.true(isDone(), JSON.stringify(pages))
})
