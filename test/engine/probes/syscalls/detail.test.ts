// Detail that is wanted while calls are counted: the kernel looks through its programs beside that.
import { bpfTest } from '../../../helpers/bpf.ts'
import { startSyscalls } from '../../../helpers/syscalls.ts'
import { sleepMs, withProbe } from '../../../helpers/workload.ts'

bpfTest('it comes later, and not at all where it is wanted no more by then', async (t) => {
  await withProbe(startSyscalls, async (probe) => {
    const programs = (): number => [...probe.work!.programs()].length
    probe.read()
    probe.read()
    const before = programs()
    probe.command!({ cmd: 'options', options: { detail: true } })
    t.is(programs(), before, 'nothing is waited for')
    t.false(probe.read().data.detail)
    let isThere = false
    for (let i = 0; i < 100 && !isThere; i++) {
      await sleepMs(100)
      isThere = probe.read().data.detail
    }
    t.true(isThere)
    const after = programs()
    t.true(after > before)

    probe.command!({ cmd: 'options', options: {} })
    t.is(programs(), before)
    probe.command!({ cmd: 'options', options: { detail: true } })
    probe.command!({ cmd: 'options', options: {} })
    await sleepMs(1000)
    t.is(programs(), before)
    t.false(probe.read().data.detail)
  })
})
