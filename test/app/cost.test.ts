// What the probes cost in words, of an interval of two seconds on four CPUs.
import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { costFigures, costWords, lastCost, totalCost } from '../../src/app/cost.ts'
import { initialState, viewIn } from '../../src/app/state.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { CostMessage, ProbeCost } from '../../src/stream/cost-message.ts'

const state = initialState()
const storeOf = (probes: Partial<ProbeCost>[], more: Partial<CostMessage> = {}): Store => {
  const store = createStore()
  store.add({
    ...{ type: 'cost', atMs: 2000, intervalMs: 2000, cpus: 4, limitPercent: 5 },
    probes: probes.map((each) => ({ probe: 'block', source: 'CO-RE', programs: 2, iterators: 0, ...each })),
    ...more,
  })
  return store
}
const RUN = { runs: 1000, runNs: 20e6, map: { name: 'starts', entries: 50, maxEntries: 200 } }

test('in a title: the most important first', (t) => {
  t.deepEqual(costFigures(state, viewIn(state, storeOf([RUN])), 'block'), [
    '1.00% cpu',
    '500/s',
    'lost 0',
    'map 25.0%',
    '20.0us each',
  ])
  t.deepEqual(costFigures(state, viewIn(state, storeOf([{ runs: 0, runNs: 0, processNs: 100e6 }])), 'block'), [
    '0% cpu',
    '0/s',
    'process 5.00%',
    'lost 0',
  ])
  t.deepEqual(costFigures(state, viewIn(state, storeOf([{}])), 'block'), ['cpu unknown', 'lost 0'])
})

const described = (cost: Partial<ProbeCost>, spec: ProbeSpec = BLOCK): Store => {
  const store = storeOf([cost])
  store.add({ type: 'probe', atMs: 1, spec })
  return store
}

test('what the next tier would save, or what all would cost', (t) => {
  const counted: ProbeSpec = { ...BLOCK, cheaper: [{ is: 'counted', gives: 'sums' }] }
  t.is(costFigures(state, viewIn(state, described({ hookNs: 10e6 })), 'block')[2], 'sampled -0.40%')
  t.is(costFigures(state, viewIn(state, described({ hookNs: 10e6 }, counted)), 'block')[2], 'counted -0.50%')
  const { cheaper: _, ...only } = BLOCK
  t.is(costFigures(state, viewIn(state, described({ hookNs: 10e6 }, only)), 'block').length, 2, 'it has none')
  t.is(
    costFigures(state, viewIn(state, storeOf([{ hookNs: 10e6, fullPercent: 3 }])), 'block')[2],
    'in full 12.0%',
    'of one CPU',
  )
  t.regex(costWords(viewOf(described({ hookNs: 10e6 }, counted)), 'block')!, /, counted it saves 0\.50 %, /)
  t.regex(costWords(viewOf(storeOf([{ fullPercent: 3 }])), 'block')!, /, in full it would take 12\.0 %, /)
})

test('as a sentence for the help page', (t) => {
  t.is(
    costWords(viewOf(storeOf([{ ...RUN, programs: 1, iterators: 1 }])), 'block'),
    'CO-RE: 1 program, 1 iterator, 1.00 % of a CPU, 500 runs/s of 20.0us, lost 0, fullest map starts: 50 of 200 (25.0 %)',
  )
  t.is(
    costWords(viewOf(storeOf([{ source: 'bpftrace', iterators: 2, runs: 0, runNs: 0, processNs: 100e6 }])), 'block'),
    'bpftrace script: 2 programs, 2 iterators, 0 % of a CPU, 0 runs/s, own process 5.00 %, lost 0',
  )
})

test('of all together, with the limit', (t) => {
  t.regex(
    totalCost(state, viewIn(state, storeOf([RUN, { runNs: 40e6 }, {}]))),
    /^All of them together: 3\.00 % of a CPU; of 4 CPUs, the limit is 20\.0 % /,
  )
  t.regex(totalCost(state, viewIn(state, storeOf([RUN], { limitPercent: 0 }))), /of 4 CPUs, there is no limit /)
  t.is(
    totalCost(state, viewIn(state, storeOf([], { why: 'no rights' }))),
    'What the kernel programs take is not known: no rights.',
  )
})

test('with what getting to the programs takes, where the stream has it', (t) => {
  const withIt = storeOf([{ ...RUN, dispatchNs: 5e6 }])
  t.regex(costWords(viewOf(withIt), 'block')!, /, 1\.00 % of a CPU, 0\.25 % of that the hooks' own dispatch, 500 runs/)
  t.regex(
    totalCost(state, viewIn(state, withIt)),
    /^All of them together, with the hooks' own dispatch: 1\.00 % of a CPU; /,
  )
  t.notRegex(costWords(viewOf(storeOf([{ ...RUN, dispatchNs: 0 }])), 'block')!, /dispatch/)
})

test('where there is none', (t) => {
  const none = createStore()
  t.deepEqual(costFigures(state, viewIn(state, none), 'block'), ['measuring cost'])
  t.deepEqual(costFigures({ ...state, instantMs: 5 }, viewIn({ ...state, instantMs: 5 }, none), 'block'), [
    'cost not measured then',
  ])
  t.deepEqual(costFigures(initialState({ replay: true }), viewIn(initialState({ replay: true }), none), 'block'), [
    'cost not measured then',
  ])
  t.deepEqual(costFigures(state, viewIn(state, storeOf([RUN])), 'tcp'), ['no cost'])
  t.is(costWords(viewOf(none), 'block'), undefined)
  t.is(costWords(viewOf(storeOf([RUN])), 'tcp'), undefined)
  t.is(totalCost(state, viewIn(state, none)), 'cost: measuring cost')
})

test('when it was measured last: its programs and its own process, of one CPU', (t) => {
  const last = (probe: Partial<ProbeCost>) => lastCost(viewOf(storeOf([probe])), 'block')
  t.is(last({ runNs: 20e6 }), 1)
  t.is(last({ processNs: 100e6 }), 5)
  t.is(last({ runNs: 20e6, processNs: 100e6 }), 6)
  t.is(last({}), undefined)
  t.is(lastCost(viewOf(storeOf([RUN])), 'tcp'), undefined)
  t.is(lastCost(viewOf(createStore()), 'block'), undefined)
})
