// A test of direct I/O by one engine.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { start } from '../../../src/engine/probes/files/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { mounted, MOUNT_COMMANDS } from '../../helpers/mounted.ts'

export const testDirect = (engine: string, ...words: string[]): void =>
  bpfTest(
    `direct I/O by ${[engine, ...words].join(' ')}, also below a loop device: the file that it is of, with its bytes`,
    async (t) => {
      const on = (await mounted(t, 'ext4', { mebibytes: 64 }))!
      const below = execFileSync('losetup', ['-nO', 'BACK-FILE', `/dev/${on.disk}`], { encoding: 'utf8' }).trim()
      const file = join(on.folder, 'direct')
      writeFileSync(file, Buffer.alloc(8 << 20, 1), { flush: true })
      const probe = startHere(t, start, 'files')
      const job = ['--name=job', `--filename=${file}`, '--direct=1', '--rw=randread', '--bs=16k', '--size=8m']
      execFileSync('fio', [...job, `--ioengine=${engine}`, '--iodepth=8', ...words], { stdio: 'ignore' })
      const rows = rowsOf(probe.read(), 'files').filter(({ op }) => op === 'read')
      const above = rows.filter((row) => row.disk === on.disk && row.file === file)
      t.is(sumOf(above, 'bytes'), 8 << 20)
      t.true(above.every(({ how }) => how === 'request'))
      t.is(
        sumOf(
          rows.filter((row) => row.disk !== on.disk && row.file === below),
          'bytes',
        ),
        8 << 20,
      )
      t.deepEqual(
        rows.filter((row) => row.disk === on.disk && row.file === '[not known]'),
        [],
      )
    },
    ['fio', ...MOUNT_COMMANDS],
  )
