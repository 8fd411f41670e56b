// Which of the two kinds of programs for stacks is taken.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadStacks } from '../../../src/engine/native/stacks-object.ts'
import { PROBES_BUILT } from '../../../src/paths.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { probeContext } from '../../helpers/workload.ts'

const loaded = (folder: string) => {
  const words: string[] = []
  const { object, canUnwind } = loadStacks({ ...probeContext, objects: folder, log: (_, text) => words.push(text) })
  object.close()
  return { canUnwind, words }
}

bpfTest('those that unwind, where the kernel takes them', (t) => {
  t.deepEqual(loaded(PROBES_BUILT), { canUnwind: true, words: [] })
})

bpfTest('else those that follow frame pointers, and that is said', (t) => {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'stacks.bpf.o'), 'refused')
  copyFileSync(join(PROBES_BUILT, 'stacks_plain.bpf.o'), join(folder, 'stacks_plain.bpf.o'))
  const { canUnwind, words } = loaded(folder)
  t.false(canUnwind)
  t.regex(words.join(), /^stacks of programs without frame pointers are cut short: .*refused/)
})
