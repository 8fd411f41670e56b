// Tools given on the command line, and those offered: known names, here, and where root alone can have put them.
import test from 'ava'
import { planOfChosen, unopened } from '../../src/app/library.ts'
import { initialState } from '../../src/app/state.ts'
import { readTools, toolLibrary } from '../../src/cli/tools.ts'
import { toolNamed } from '../../src/model/tools/tools.ts'

const here =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name) ? { tool: toolNamed(name)!, path: `/usr/sbin/${name}`, isPython: false } : undefined

test('known tools that are here become plans, each under a name of its own', (t) => {
  const given = [
    { name: 'runqlat', args: ['-P'] },
    { name: 'runqlat', args: [] },
  ]
  const read = readTools(given, ['runqlat'], here('runqlat'))
  t.like(read, {
    plans: [
      { id: 'runqlat-2', tool: 'runqlat', title: 'runqlat -P', args: ['-P'] },
      { id: 'runqlat-3', tool: 'runqlat', args: [] },
    ],
  })
})

test('what is wrong is said: no such tool, not installed, not only of root, too much', (t) => {
  const problem = (name: string, args: string[] = [], find: Parameters<typeof readTools>[2] = here('biosnoop')) =>
    readTools([{ name, args }], [], find)
  t.like(problem('biosnop'), {
    problem: '--tool "biosnop": no tool of bcc that probetop knows; did you mean biosnoop?',
    isMissing: false,
  })
  t.like(problem('/usr/sbin/biosnoop'), { isMissing: false })
  t.like(problem('runqlat'), {
    problem: '--tool "runqlat": it is not installed: apt-get install libbpf-tools or bpfcc-tools',
    isMissing: true,
  })
  t.like(
    problem('biosnoop', [], () => ({ problem: '/x can be written by others than root' })),
    { isMissing: true },
  )
  t.regex((problem('biosnoop', ['a'.repeat(501)]) as { problem: string }).problem, /too many or too long/)
  t.regex((problem('biosnoop', Array(17).fill('a')) as { problem: string }).problem, /too many or too long/)
})

test('those that are here are in the list of panels until they are opened', (t) => {
  const library = toolLibrary(here('runqlat', 'biosnoop'))
  t.deepEqual(
    library.map(({ title }) => title),
    ['biosnoop (bcc)', 'runqlat (bcc)'],
  )
  t.like(toolLibrary(() => ({ problem: 'x can be written by others than root' }))[0], {
    text: '',
    refused: 'x can be written by others than root, and it would run as root',
  })
  const state = initialState({ library: () => library })
  const plan = planOfChosen(state, library[1]!)
  t.like(plan, { id: 'runqlat', tool: 'runqlat', args: [] })
  t.deepEqual(unopened({ library: () => library, scripts: [plan] }), [library[0]!])
})
