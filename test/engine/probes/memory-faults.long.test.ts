// Faults as perf counts them, and major ones.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { start } from '../../../src/engine/probes/memory/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { faults, AT_EXIT } from './faulting.ts'

bpfTest(
  'the same number as perf stat',
  (t) => {
    const probe = startHere(t, start, 'memory')
    const { stderr, status } = spawnSync('perf', ['stat', '-x,', '-e', 'faults', faults(), '10000'], {
      encoding: 'utf8',
    })
    const perf = Number(/^(\d+),.*faults/m.exec(stderr)?.[1])
    if (status !== 0 || !(perf > 0)) return skip(t, 'perf does not count page faults here')
    const ours = sumOf(
      rowsOf(probe.read(), 'procs').filter((each) => each.comm === 'faults'),
      'minor',
    )
    t.true(Math.abs(ours - perf) <= AT_EXIT, `${ours}, perf ${perf}`)
  },
  ['clang', 'perf'],
)

bpfTest(
  'reading again what is no longer in memory takes major faults; the kernel counters agree with the rows',
  (t) => {
    const file = join(temporaryFolder(t), 'file')
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M', 'count=4', 'conv=fsync'], { stdio: 'ignore' })
    execFileSync('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' })
    const probe = startHere(t, start, 'memory')
    execFileSync('python3', [
      '-c',
      `import mmap;f=open(${JSON.stringify(file)},'rb');m=mmap.mmap(f.fileno(),0,prot=1);print(sum(m[i] for i in range(0,len(m),4096)))`,
    ])
    const data = probe.read()
    const rows = rowsOf(data, 'procs')
    const majors = sumOf(
      rows.filter((row) => row.comm === 'python3'),
      'major',
    )
    if (majors === 0) return skip(t, 'the file system keeps all in memory')
    t.true(sumOf(rows, 'major') <= data.totals.major! + 5, `${sumOf(rows, 'major')} of ${data.totals.major}`)
  },
  ['python3'],
)
