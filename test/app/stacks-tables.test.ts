// Scripts and tools whose keys are stacks, on the page of stacks: a tree of what their rows hold, searched, narrowed and
// exported like any other.
import test from 'ava'
import { createAdapter } from '../../src/engine/tools/adapter.ts'
import { dataOf } from '../../src/engine/tools/data.ts'
import { foldedText, foldedName, speedscopeData, stacksExport } from '../../src/app/stacks/export.ts'
import { reopenedStacks } from '../../src/app/stacks/reopened.ts'
import { stackFacts } from '../../src/app/stacks/stack-facts.ts'
import { selectionsOf, viewIn } from '../../src/app/state.ts'
import { narrowStore } from '../../src/model/narrow.ts'
import { planOfTool } from '../../src/model/tools/tools.ts'
import { childrenOf, type StackNode } from '../../src/model/stacks.ts'
import { pprofOf } from '../../src/screen/pprof.ts'
import type { FakeScreen } from '../helpers/screen.ts'
import { screenOf, scripted } from '../helpers/scripted.ts'
import { START_MS } from '../helpers/stream.ts'

const OWNED = 'profile:hz:49 { @[comm, pid, kstack, ustack] = count(); }'
const ENTRIES = [
  ['node,2290,\n    futex_wait+5\n    do_syscall_64+7\n,\n    f(A*, B)+1\n    main+2\n', 3],
  ['node,2290,\n    futex_wait+9\n    do_syscall_64+8\n,\n    f(A*, B)+4\n    main+2\n', 2],
  ['a,b,812,,\n    0x7f12345678\n    main+2\n', 5],
] as const

const owned = (): FakeScreen => scripted(OWNED, '@', ENTRIES)

const tree = (screen: FakeScreen): string[] => {
  const view = narrowStore(screen.store, selectionsOf(screen.state))
  const lines = (node: StackNode, depth: number): string[] =>
    childrenOf(node).flatMap((child) => [
      `${' '.repeat(depth)}${child.name} ${child.kind} ${child.totalNs}/${child.selfNs}`,
      ...lines(child, depth + 1),
    ])
  return lines(stackFacts(screen.state, viewIn(screen.state, view))!.tree.root, 0)
}

const exported = (screen: FakeScreen) => stacksExport(screen.state, viewIn(screen.state, screen.store))!

test('rows are added up by function over all that is kept, below whose they are; nothing is asked of the kernel', (t) => {
  const screen = owned()
  screen.press('s')
  t.deepEqual(tree(screen), [
    'a,b 812 group 20/0',
    ' main user 20/0',
    '  [unknown] unknown 20/20',
    'node 2290 group 20/0',
    ' main user 20/0',
    '  f(A*, B) user 20/0',
    '   do_syscall_64 kernel 20/0',
    '    futex_wait kernel 20/20',
  ])
  t.regex(screen.text(), /stacks of where {2}all processes.* live/)
  t.regex(screen.text(), /40 in all {2}over 4/)
  const wants = screen.effects.flatMap((effect) =>
    effect.effect === 'send' && effect.command.cmd === 'want' ? [effect.command] : [],
  )
  t.true(wants.every(({ probes }) => !('stacks' in probes!) && 'where' in probes!))
  screen.press('m', 'W', 'S', 'b', '>')
  t.deepEqual(tree(screen).length, 8)
  t.regex(screen.text(), /rows of a panel, as they are/)
  screen.press('a')
  t.is(tree(screen)[0], 'a,b 812 group 5/0')
  screen.press('i')
  t.true(tree(screen).includes('futex_wait kernel 5/0'))
  screen.press('i', '/', 'f', 'u', 't', 'e', 'x', 'enter')
  t.regex(screen.text(), /found 50\.0%/)
  screen.press('escape', 's')
  t.like(screen.state.page, { is: 'panel', panel: 'where' })
})

test('it opens at the row that is selected, and narrows everything by its processes', (t) => {
  const screen = owned()
  screen.press('/', 'n', 'o', 'd', 'e', 'enter', 'down', 's')
  t.regex(screen.text(), /▸.*futex_wait_k/)
  screen.press('enter')
  t.like(selectionsOf(screen.state)[0], { is: 'stack', of: { probe: 'where', table: 'm0', pids: true } })
  t.is(tree(screen).at(-1), '    futex_wait kernel 20/20')
  t.is(tree(screen).length, 5)
  screen.press('1')
  t.regex(screen.text(), /all of the processes that have such stacks/)
  t.regex(screen.text(), /2290 node/)
  t.notRegex(screen.text(), /postgres/)
  screen.press('1', 'escape')
})

test('a row that is nothing but a stack leads there by Enter; who has it is not known then', (t) => {
  const screen = scripted('tracepoint:a:b { @bytes[kstack] = sum(args->bytes_alloc); }', '@bytes', [
    ['\n    kmalloc+5\n    do_syscall_64+7\n', 2048],
    ['', 1024],
  ])
  screen.press('down', 'enter')
  t.deepEqual(tree(screen), [
    'do_syscall_64 kernel 8192/0',
    ' kmalloc kernel 8192/8192',
    '[no kernel stack] unknown 4096/4096',
  ])
  t.regex(screen.text(), /▸.*kmalloc_k/)
  t.regex(screen.text(), /12\.0K/)
  screen.press('enter', '1')
  t.regex(screen.text(), /cannot be split by stack/)
})

test('exports say what they weigh in', (t) => {
  const screen = owned()
  t.is(stacksExport(screen.state, viewIn(screen.state, screen.store)), undefined)
  screen.press('s')
  const stacks = exported(screen)
  t.is(foldedName(stacks), 'where-count.folded')
  t.is(foldedText(stacks), 'node 2290;main;f(A*, B);do_syscall_64_[k];futex_wait_[k] 20\na,b 812;main;[unknown] 20\n')
  const { profiles } = speedscopeData(stacks, 'probetop')
  t.like(profiles[0], { unit: 'none', endValue: 40, weights: [20, 20] })
  t.true(pprofOf(stacks).length > 0)
  t.deepEqual(stacks.stacks[0]!.of, { pid: 2290, command: 'node 2290', thread: '', state: 'cpu' })
})

test('a snapshot opens there again, if the panel still has such a tab', (t) => {
  const screen = owned()
  const source = { panel: 'where', tab: 'm0' }
  t.like(reopenedStacks(screen.state, { source, view: 'flame' }), {
    source,
    view: 'flame',
    before: { page: { panel: 'where' } },
  })
  for (const wrong of [
    { panel: 'where', tab: 'm1' },
    { panel: 'gone', tab: 'm0' },
    { panel: 'tcp', tab: 'sessions' },
    { panel: 5 },
    null,
    'x',
  ])
    t.is(reopenedStacks(screen.state, { source: wrong }).source, undefined)
})

test('folded stacks of a tool of bcc are a tree as well', (t) => {
  const plan = planOfTool({ name: 'offcputime', args: ['-f'], taken: () => false })
  const adapter = createAdapter(plan, true)
  adapter.line('postgres;main;ServerLoop;epoll_wait;-;do_syscall_64_[k];schedule_[k] 5000', 1)
  adapter.line('postgres;main;exit_[k] 2000', 1)
  const taken = adapter.take(true)
  const screen = screenOf(adapter.plan(), () => dataOf(adapter.plan(), taken, START_MS))
  screen.press('s')
  t.deepEqual(tree(screen), [
    'postgres group 28000000/0',
    ' main user 28000000/0',
    '  ServerLoop user 20000000/0',
    '   epoll_wait user 20000000/0',
    '    do_syscall_64 kernel 20000000/0',
    '     schedule kernel 20000000/20000000',
    '  exit kernel 8000000/8000000',
  ])
  t.regex(screen.text(), /28\.0ms/)
  t.is(foldedName(exported(screen)), 'offcputime-us.folded')
})

test('of whom a stack is where its rows say no process: of a name, if nothing but that tells them apart', (t) => {
  const offered = (keys: string, entry: string) => {
    const screen = scripted(`k:a { @[${keys}, kstack] = count(); }`, '@', [[entry, 3]])
    screen.press('s', 'home', 'd')
    return screen.state.choice?.selections.map((each) => (each.is === 'comm' ? each.comm : each.is))
  }
  const stack = '\n    kmalloc+5\n'
  t.deepEqual(offered('comm', `sh,${stack}`), ['sh'])
  t.deepEqual(offered('cpu', `3,${stack}`), undefined)
  t.deepEqual(offered('comm, cpu', `sh,3,${stack}`), undefined)
  t.deepEqual(offered('comm, pid', `sh,70,${stack}`), ['process'])
})
