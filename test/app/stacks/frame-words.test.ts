// Why the page of stacks has nothing to show though all is well.
import test from 'ava'
import type { StackFacts } from '../../../src/app/stacks/stack-facts.ts'
import { emptyText } from '../../../src/app/stacks/frame-words.ts'
import type { Selection } from '../../../src/model/selection.ts'

const node: Selection = { is: 'process', pid: 7, comm: 'node' }
const futex: Selection = { is: 'function', frame: { name: 'futex_wait', kind: 'kernel' } }
const said = (page: object, selections: Selection[] = [], more: object = {}): string =>
  emptyText({
    page: { mode: 'offcpu', states: 'all', thresholdNs: 0, ...page },
    samples: [],
    selections,
    ...more,
  } as unknown as StackFacts)

test('of whom, in which state, for how long', (t) => {
  t.is(said({}), 'no thread left a CPU yet')
  t.regex(said({}, [node]), /^no thread of .*node.* left a CPU yet$/)
  t.regex(said({}, [node, futex]), /^no thread of .*node.* in .*futex_wait.* left a CPU yet$/)
  t.is(said({ states: 'D' }), 'no thread left a CPU in state D yet')
  t.is(said({ thresholdNs: 1e6 }), 'no thread left a CPU for 1 ms or more yet')
  t.is(
    said({ thresholdNs: 1e6 }, [], { samples: [{ data: { thresholdNs: 1e9 } }] }),
    'no thread left a CPU for 1 s or more yet',
    'as they were collected',
  )
  t.is(said({ mode: 'oncpu', states: 'D' }), 'no thread was seen on a CPU yet')
  t.is(said({ mode: 'now', states: 'D' }), 'no thread in state D at the end of this interval')
})

test('what cannot have stacks at all', (t) => {
  t.is(said({}, [{ is: 'disk', dev: '8:0', name: 'sda' }]), 'stacks cannot be split by disk')
  t.is(said({}, [], { source: { label: '@a' } }), 'no row of @a has a stack here yet')
})
