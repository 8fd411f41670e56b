import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { hostReader, machine } from '../../../src/engine/proc/host-facts.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

test('load, uptime and stolen time as /proc has them', (t) => {
  const proc = join(temporaryFolder(t), 'proc')
  mkdirSync(proc)
  writeFileSync(join(proc, 'uptime'), '12345.67 9999.99\n')
  writeFileSync(join(proc, 'loadavg'), '0.52 1.58 10.59 3/602 29281\n')
  writeFileSync(join(proc, 'stat'), 'cpu  1591998 7 492979 2345851 22677 3 15418 17485 1 2\ncpu0 1 1 1 1 1 1 1 1 1 1\n')
  const read = hostReader(proc)
  t.deepEqual(read(), { uptimeS: 12345.67, load: [0.52, 1.58, 10.59], stolenMs: 174_850, cpus: 1 })
  writeFileSync(join(proc, 'uptime'), '12346.67 9999.99\n')
  t.is(read().uptimeS, 12346.67)
})

test('zeros without /proc', (t) => t.deepEqual(hostReader('/nonesuch')(), { uptimeS: 0, load: [0, 0, 0], stolenMs: 0 }))

test('the machine has a name, a kernel and CPUs', (t) => {
  const { host, kernel, arch, cpus } = machine()
  t.true(host !== '' && kernel !== '' && arch !== '' && cpus >= 1)
})
