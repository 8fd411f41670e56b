// I/O held back before a disk has it: by the limit of a control group, and by throttling of writeback.
import { startSched } from '../../../helpers/sched.ts'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { heldIoReader, placesIn } from '../../../../src/engine/native/held-io.ts'
import { heldIoNotes } from '../../../../src/panels/held-io.ts'
import { blockedIn } from '../../../../src/panels/offcpu.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { throttledReads } from '../../../helpers/throttle.ts'
import { typesOf } from '../../../helpers/types.ts'
import { sleepMs, startEndless, withProbe } from '../../../helpers/workload.ts'

const READS_PER_SECOND = 20

bpfTest(
  'held by the limit of a control group, and not beside it',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'probetop-'))
    const throttle = throttledReads(folder, READS_PER_SECOND)
    if (!throttle) {
      rmSync(folder, { recursive: true })
      return skip(t, 'a control group with a limit on reads cannot be had')
    }
    const file = join(folder, 'read')
    writeFileSync(file, Buffer.alloc(1 << 20, 1), { flush: true })
    const read = (enter: readonly string[]) => {
      const script = 'while :; do dd if="$0" of=/dev/null bs=4k iflag=direct 2>/dev/null || exit; done'
      const [command, ...words] = [...enter, 'sh', '-c', `exec dd if="$0" of=/dev/null bs=4k iflag=direct`, file]
      // beside the group it is done in no time: again and again
      return enter.length > 0
        ? spawn(command!, words, { stdio: 'ignore' })
        : startEndless('sh', ['-c', script, file], true)
    }
    const held = [read(throttle.enter), read(throttle.enter)]
    const free = read([])
    t.teardown(async () => {
      for (const child of held) child.kill('SIGKILL')
      process.kill(-free.pid!, 'SIGKILL')
      for (let i = 0; i < 50; i++) {
        await sleepMs(100) // its last process is still ending: its read has to be served
        try {
          throttle.remove()
          break
        } catch {
          continue
        }
      }
      rmSync(folder, { recursive: true })
    })
    await withProbe(startSched, async (probe) => {
      await sleepMs(300)
      let from = performance.now()
      probe.read()
      let found = 0
      for (let i = 0; i < 4; i++) {
        await sleepMs(400)
        const now = performance.now()
        const { data } = probe.read()
        const passedNs = (now - from) * 1e6
        from = now
        // one that is just served, or waits for a CPU with its answer, is not held at that instant
        const rows = data.procs.filter(({ pid, heldIo }) => heldIo && held.some((child) => child.pid === pid))
        for (const row of rows) {
          t.like(row.heldIo, { by: 'limit', threads: 1, cgroup: data.ioLimits![0]!.cgroup })
          t.is(row.heldIo!.ns, row.uninterruptibleNs!)
          t.true(
            row.uninterruptibleNs! > 0.8 * passedNs && row.uninterruptibleNs! < 1.05 * passedNs,
            `${row.uninterruptibleNs} of ${passedNs} ns`,
          )
          t.is(blockedIn(row)!.text, 'I/O limit')
        }
        t.true(data.procs.every((proc) => !proc.heldIo?.cgroup || rows.includes(proc)))
        t.is(data.ioLimits?.length ?? 0, Math.min(1, rows.length))
        if (rows.length === 2)
          t.regex(heldIoNotes(data)[0]!, /^2 threads wait for the I\/O limit of \/probetop-\d+: \S+ 20 reads\/s$/)
        found += rows.length
      }
      t.true(found >= 6, `${found} of 8`)
    })
  },
  ['dd'],
)

test('what the bits say', (t) => {
  const heldIoIn = heldIoReader(typesOf('sched'))
  t.is(heldIoIn(0), undefined)
  t.deepEqual(heldIoIn(0x21), { by: 'limit', level: 2 })
  t.deepEqual(heldIoIn(2), { by: 'writeback', level: 0 })
  t.is(heldIoIn(0xf), undefined)
})

test('where functions begin and end, also when read in pieces', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'kallsyms')
  const filler =
    'ffffffff80000000 t filler\n'.repeat(2000) + 'ffffffff80000000 t much_longer_than_the_others_by_far\n'.repeat(600)
  writeFileSync(
    file,
    `${filler}ffffffff81000010 t wbt_wait\nffffffff81000010 t alias\nffffffff81000200 T next\n${filler}ffffffff82000000 t balance_dirty_pages.part.0\nffffffff82000100 t balance_dirty_pages\nffffffff82000400 t last\n`,
  )
  const places = await placesIn(file)
  t.deepEqual(places[0], { from: 0xffffffff81000010n, to: 0xffffffff81000200n })
  t.deepEqual(places[3], { from: 0xffffffff82000100n, to: 0xffffffff82000400n })
  t.is(places[1], undefined)
  // as unprivileged users see it
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^f{8}\w{8}/gm, '0'.repeat(16)))
  t.deepEqual(await placesIn(file), [undefined, undefined, undefined, undefined, undefined])
})
