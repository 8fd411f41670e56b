// Objects that a thread puts into the kernel before they are wanted: taken then, or let go of.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAhead } from '../../../src/engine/native/load.ts'
import { loadObject, loadPlanned } from '../../../src/engine/native/object.ts'
import { runsIn } from '../../../src/engine/native/work.ts'
import { plan as block } from '../../../src/engine/probes/block/probe.ts'
import { plan as sched } from '../../../src/engine/probes/sched/probe.ts'
import { plan as syscalls } from '../../../src/engine/probes/syscalls/probe.ts'
import { plan as tcp } from '../../../src/engine/probes/tcp/probe.ts'
import { PROBES_BUILT } from '../../../src/paths.ts'
import { bpfTest } from '../../helpers/bpf.ts'

const DETAIL = join(PROBES_BUILT, 'syscalls_detail.bpf.o')
const COUNTED = join(PROBES_BUILT, 'counted.bpf.o')
const SYSCALLS = join(PROBES_BUILT, 'syscalls.bpf.o')

const textOf = (fd: string | number): string => {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
  } catch {
    return '' // that of reading the folder
  }
}

/** Numbers of the programs that this process has in the kernel. */
const programs = (): number[] => readdirSync('/proc/self/fdinfo').flatMap((fd) => runsIn(textOf(fd))?.id ?? [])

bpfTest('what was loaded ahead is taken by whoever loads the same, once', async (t) => {
  const before = programs()
  const drop = await loadAhead({ path: COUNTED })
  const ahead = programs().filter((id) => !before.includes(id))
  t.true(ahead.length > 0)
  const object = loadObject(COUNTED)
  const second = loadObject(COUNTED)
  const ids = (of: typeof object): number[] => [...of.programFds().values()].map((fd) => runsIn(textOf(fd))!.id)
  t.deepEqual(ids(object).toSorted(), ahead.toSorted())
  t.true(ids(second).every((id) => !ahead.includes(id)))
  drop()
  t.true(object.iterate('read_counted').length > 0, 'the one that was taken goes on')
  object.close()
  second.close()
  t.deepEqual(programs(), before)
})

bpfTest('what nobody takes, or is not the same, is let go of', async (t) => {
  const before = programs()
  const drops = await Promise.all([loadAhead({ path: DETAIL }), loadAhead({ path: COUNTED })])
  const other = loadObject(SYSCALLS)
  other.close()
  t.true(programs().length > before.length)
  for (const drop of drops) drop()
  t.deepEqual(programs(), before)
})

bpfTest('what the kernel refuses is said when it is loaded, and what is meant otherwise is there', async (t) => {
  const refused = { path: SYSCALLS, maxEntries: { ended: 0 }, quiet: true }
  const before = programs()
  const drop = await loadAhead({ ...refused, otherwise: { path: SYSCALLS } })
  const ahead = programs()
  t.true(ahead.length > before.length)
  t.throws(() => loadObject(SYSCALLS, refused), { message: /^load into the kernel: EINVAL/ })
  loadObject(SYSCALLS).close()
  t.deepEqual(programs(), before, 'the other one was taken')
  drop()
})

bpfTest('an object that is not there is for whoever loads it to say', async (t) => {
  const drop = await loadAhead({ path: '/nonesuch.bpf.o' })
  drop()
  t.throws(() => loadObject('/nonesuch.bpf.o'), { message: /^open .*ENOENT/ })
})

bpfTest('one that lacks what it is asked for leaves nothing in the kernel, and may be closed all the same', (t) => {
  const before = programs()
  const object = loadObject(SYSCALLS)
  t.true(programs().length > before.length)
  t.throws(() => object.layout('record', ['tgid', 'nonesuch']), {
    message: 'syscalls.bpf.o: struct record has no field nonesuch',
  })
  t.deepEqual(programs(), before)
  object.close()
})

/** The kernel looks through some 1,000 instructions a millisecond. One way too many through a loop made 200,000 of what a
 * start loads. */
const MOST_LOOKED_THROUGH = 30_000

const STARTED = { sched, block, tcp, syscalls }

for (const [id, plan] of Object.entries(STARTED))
  bpfTest(`${id}: the kernel has looked through each program soon`, (t) => {
    const { object } = loadPlanned(plan({ object: join(PROBES_BUILT, `${id}.bpf.o`) } as Parameters<typeof plan>[0]))
    const looked = [...object.programFds()].map(([name, fd]): [string, number] => [
      name,
      Number(/^verified_insns:\s*(\d+)$/m.exec(textOf(fd))?.[1]),
    ])
    object.close()
    t.true(looked.length > 0)
    for (const [name, instructions] of looked)
      t.true(instructions > 0 && instructions < MOST_LOOKED_THROUGH, `${name}: ${instructions}`)
  })
