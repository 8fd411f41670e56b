// Where the time of fsync goes, on file systems of our own: by the clock of who syncs, and by what was done beside it.
import { bpfTest } from '../../../helpers/bpf.ts'
import { rowsOf } from '../../../helpers/described-probe.ts'
import { MOUNT_COMMANDS, mountedExt4 } from '../../../helpers/mounted.ts'
import { begin, partsOf } from './syncs.ts'

bpfTest(
  'as many and as long as the program itself says, in parts that add up',
  async (t) => {
    const { folder, disk } = (await mountedExt4(t))!
    const { of } = await begin(t, folder)
    const { said, data, row } = await of('own 20 4096')
    t.is(row.count, 20)
    t.is(String(row.disk), disk)
    t.true(row.ns! <= said.ms! * 1e6 && row.ns! >= said.ms! * 0.9e6, `${row.ns! / 1e6} of ${said.ms} ms`)
    t.true(row.maxNs! <= said.worstMs! * 1e6, `${row.maxNs! / 1e6} of ${said.worstMs} ms`)
    t.true(Math.abs(partsOf(row) / row.ns! - 1) < 0.001, `${partsOf(row)} of ${row.ns}`)
    // nobody else is in the journal
    t.true(row.othersNs! < row.ns! * 0.05, `${row.othersNs! / 1e6} of ${row.ns! / 1e6} ms`)
    t.is(row.others, '')
    t.is(data.hists[row.latency as unknown as string]!.count, 20)
    const journal = rowsOf(data, 'journals').find((each) => each.disk === disk)!
    t.true((journal.count as number) >= 20 && journal.mount === folder)
  },
  MOUNT_COMMANDS,
)
