// Both ways in which the kernel's program says which processes there are: of one process at a time, and of each thread.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { loadObject, type BpfObject } from '../../../src/engine/native/object.ts'
import { processLister, READ } from '../../../src/engine/probes/processes/listing.ts'
import { ROOT } from '../../../src/paths.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { probeContext } from '../../helpers/workload.ts'

const PATH = join(probeContext.objects, 'processes.bpf.o')

const pidsIn = (object: BpfObject, pieces: Iterable<Buffer>): number[] => {
  const { size, number } = object.record('process')
  const pidOf = number('pid')
  return [...pieces].flatMap((bytes) => Array.from({ length: bytes.length / size }, (_, i) => pidOf(bytes, i * size)))
}

/** Undefined: this kernel's programs cannot go from process to process. */
const load = (): BpfObject | undefined => {
  try {
    return loadObject(PATH, { quiet: true })
  } catch {
    return undefined
  }
}

bpfTest('all processes, page by page, are those of all threads', async (t) => {
  const object = load()
  if (!object) return skip(t, 'from Linux 6.7 on')
  t.teardown(object.close)
  const children = Array.from({ length: 40 }, () => spawn('sleep', ['60']))
  t.teardown(() => children.forEach((child) => child.kill('SIGKILL')))
  await Promise.all(children.map((child) => once(child, 'spawn')))
  const before = new Set(pidsIn(object, [object.iterate(READ)]))
  const whole = pidsIn(object, processLister(object)())
  // generators are read before the next page is asked for
  const pages: number[] = []
  let count = 0
  for (const bytes of processLister(object, 16, 4)()) {
    pages.push(...pidsIn(object, [bytes]))
    count++
  }
  const after = new Set(pidsIn(object, [object.iterate(READ)]))
  t.true(count >= 4, `${count} pages`)
  for (const pids of [whole, pages]) {
    t.deepEqual(
      [...before].filter((pid) => after.has(pid) && !pids.includes(pid)),
      [],
    )
    for (const { pid } of children) t.true(pids.includes(pid!))
  }
  t.true(pages.length > new Set(pages).size, 'a part is said twice')
})

bpfTest(
  'in a namespace of processes only those in it',
  (t) => {
    const object = load()
    if (!object) return skip(t, 'from Linux 6.7 on')
    object.close()
    const program = `
      import { loadObject } from '${ROOT}/src/engine/native/object.ts'
      import { processLister } from '${ROOT}/src/engine/probes/processes/listing.ts'
      const object = loadObject('${PATH}')
      const sizes = [object.iterate('${READ}'), Buffer.concat([...processLister(object)()])].map(({ length }) => length)
      console.log(JSON.stringify(sizes.map((bytes) => bytes / object.record('process').size)))
      process.exit(0)`
    const words = ['--pid', '--fork', process.execPath, '--import=tsx', '--input-type=module', '-e', program]
    const [read, listed] = JSON.parse(execFileSync('unshare', words, { cwd: ROOT, encoding: 'utf8' }))
    t.is(listed, read)
    t.true(listed >= 1 && listed < 10, `${listed}`)
  },
  ['unshare'],
)
