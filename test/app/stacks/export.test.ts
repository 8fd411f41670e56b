// Stacks as folded lines: in which unit, and which of them are none.
import test from 'ava'
import { foldedName, foldedText, type StacksExport } from '../../../src/app/stacks/export.ts'

type Mode = StacksExport['mode']
type Of = StacksExport['of']

const folded = (mode: Mode, of: Of, ...sums: [ns: number, count: number][]): string =>
  foldedText({
    title: '',
    mode,
    ...(of ? { of } : {}),
    fromMs: 0,
    toMs: 1,
    stacks: sums.map(([ns, count], i) => ({ frames: [{ name: `f${i}`, kind: 'user' }], ns, count })),
  } as StacksExport)

const of = (unit: 'ns' | 'count' | 'bytes'): Of => ({ panel: 'p', unit, counts: true }) as Of

test('off-CPU in whole microseconds, on-CPU in samples, of a panel in its own unit; what is none is left out', (t) => {
  const cases: [Mode, Of, string, string][] = [
    ['offcpu', undefined, 'f1 1\nf2 3\n', 'offcpu-us.folded'],
    ['oncpu', undefined, 'f0 4\nf1 5\n', 'oncpu-samples.folded'],
    ['oncpu', of('ns'), 'f1 1\nf2 3\n', 'p-us.folded'],
    ['oncpu', of('count'), 'f0 499\nf1 500\nf2 3000\n', 'p-count.folded'],
    ['offcpu', of('bytes'), 'f0 499\nf1 500\nf2 3000\n', 'p-bytes.folded'],
  ]
  for (const [mode, source, text, name] of cases) {
    t.is(folded(mode, source, [499, 4], [500, 5], [3000, 0]), text, name)
    t.is(foldedName({ mode, ...(source ? { of: source } : {}) }), name)
  }
})
