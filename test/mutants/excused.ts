// Changes that no test can notice, or none that is worth its time, and why: they are not made. `what` is as `npm run
// mutants` prints it.

export const EXCUSED: readonly { file: string; what: string; why: string }[] = []
