// Changes that no test can notice, or none that is worth its time, and why: they are not made. `what` is as `npm run
// mutants` prints it.

export const EXCUSED: readonly { file: string; what: string; why: string }[] = [
  {
    file: 'src/app/merged.ts',
    what: '8 * (merged?.slots.length ?? 0) -> (8) / ((merged?.slots.length ?? 0))',
    why: 'what is remembered weighs by an estimate',
  },
]
