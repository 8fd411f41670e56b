// Memory of another process: what is there is read, and nobody waits for what is not.
import { once } from 'node:events'
import { execFileSync, spawn } from 'node:child_process'
import test from 'ava'
import { openProcessMemory } from '../../../src/engine/native/process-memory.ts'
import { openResident } from '../../../src/engine/native/resident.ts'
import { skip } from '../../helpers/bpf.ts'
import { compiled } from '../../helpers/workload.ts'

const PAGE = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))

test('a page that nobody brings in is not read', async (t) => {
  const child = spawn(compiled('away', 'test/engine/probes/fixtures'), { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const [there, gone] = said.toString().split(' ').map(Number) as [number, number]
  if (Number.isNaN(there)) return skip(t, said.toString().trim())
  const pid = child.pid!
  const resident = openResident()
  t.is(resident.page, PAGE)
  t.is(resident.bytes(pid, there + 100, 64), 64)
  t.is(resident.bytes(pid, gone - 100, 200), 100)
  t.is(resident.bytes(pid, gone, 4), 0)
  t.is(resident.bytes(pid, there, 20 * PAGE), PAGE)

  const memory = openProcessMemory()
  t.deepEqual(memory.around(pid, there + 200, 64, 16), { after: Buffer.alloc(64), before: Buffer.alloc(16) })
  t.is(memory.around(pid, gone, 4), undefined)
  t.is(memory.around(pid, gone - 2, 4), undefined)
  t.is(memory.stack(pid, gone - 500)!.length, 500)
  t.is(memory.stack(pid, gone), undefined)
})

test('of a process that is gone nothing is there; where it cannot be asked it is tried', (t) => {
  t.is(openResident('/nonesuch').bytes(process.pid, PAGE, 10), 10)
  t.is(openResident().bytes(process.pid, PAGE, 10), 0)
  t.is(openProcessMemory().around(2 ** 22, PAGE, 8), undefined)
})
