// What holds up an fsync, as a chain: the journal's thread of its own file system, of two that there are.
import { join } from 'node:path'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { MOUNT_COMMANDS, mountedExt4 } from '../../helpers/mounted.ts'
import { startSyncing } from '../../helpers/traffic.ts'
import { sleepMs } from '../../helpers/workload.ts'

bpfTest(
  'an fsync waits for the journal of its own file system, and that for the device',
  async (t) => {
    const other = (await mountedExt4(t, { mebibytes: 32 }))!
    const slow = await mountedExt4(t, { mebibytes: 32, flushMs: 100 })
    if (!slow) return skip(t, 'this machine has no FUSE')
    t.not(other.disk, slow.disk)
    const talker = startSyncing(slow.folder)
    t.teardown(talker.stop)
    const probe = startHere(t, start, 'waits')
    probe.command!({ cmd: 'target', target: { is: 'process', pid: talker.pid } })
    const wanted = `fsync ${join(slow.folder, 'wal')} (journal commit) done by jbd2/${slow.disk}-8`
    const journal: string[] = []
    // names of the kernel's functions are read beside
    for (let tries = 0; journal.length < 2 && tries < 20; tries++) {
      let isOver = false
      const asked = talker.ask('own 3 4096').finally(() => (isOver = true))
      while (!isOver) {
        await sleepMs(20)
        for (const { pid, chain } of rowsOf(probe.read(), 'chains'))
          if (pid === talker.pid && String(chain).includes('journal')) journal.push(String(chain))
      }
      await asked
    }
    t.true(journal.length >= 2)
    for (const chain of journal)
      t.true(chain.startsWith(wanted) && / -> .*(journal being written|device flush|disk)/.test(chain), chain)
    t.log(journal[0])
  },
  MOUNT_COMMANDS,
)
