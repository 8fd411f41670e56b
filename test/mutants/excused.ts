// Changes that no test can notice, or none that is worth its time, and why: they are not made. `what` is as `npm run
// mutants` prints it.

export const EXCUSED: readonly { file: string; what: string; why: string }[] = [
  {
    file: 'src/app/merged.ts',
    what: '8 * (merged?.slots.length ?? 0) -> (8) / ((merged?.slots.length ?? 0))',
    why: 'what is remembered weighs by an estimate',
  },
  { file: 'src/app/format.ts', what: 'value < 0 -> (value) <= (0)', why: 'none has been told apart before' },
  {
    file: 'src/app/table/leaving.ts',
    what: "a.is !== 'panel' || b.is !== 'panel' -> (a.is !== 'panel') && (b.is !== 'panel')",
    why: 'both are the same kind there, which the compiler does not know',
  },
  {
    file: 'src/model/kept-samples.ts',
    what: 'entries.at(-1)?.sample.atMs ?? 0 -> (entries.at(-1)?.sample.atMs)',
    why: 'of no entries the search gives the same place',
  },
  {
    file: 'src/app/draw/ranges.ts',
    what: 'rect.width - LABEL_WIDTH -> (rect.width) + (LABEL_WIDTH)',
    why: 'cells are drawn as far as there are columns',
  },
  {
    file: 'src/app/draw/stack-tree.ts',
    what: 'matches?.(node) ?? false -> (matches?.(node))',
    why: 'it is only asked whether it is so',
  },
]
