// How V8 runs us: a program that makes little each second, and lives for days beside others that need the machine.

/** What runs once a second should run for a while before it is optimised, as that takes more time than it saves until then
 * (36 times V8's own budget; whatever goes through much gets there soon). Told once a node runs, and only where V8 has such a
 * budget (before 12: node 20): a node that is started with what it does not know ends at once. Written into the programs as it
 * is, so all it needs is in it. */
export const budgetFlags = (v8: string): string[] => (parseInt(v8) < 12 ? ['--interrupt-budget=2400000'] : [])

/** What each node from 20 to 24 knows. The heap is collected once it has grown by 60 %, not by its double or more; by a third would
 * be too soon, as to go through 20 MB takes 60 ms: each two minutes on a quiet machine, each eleven seconds under load, where
 * hundreds of rows a second come and go. */
const FLAGS = ['--heap-growing-percent=60'] as const

/** One thread collects: our live data it is soon through, and to wake four for less than a millisecond's work takes longer. For a
 * node's start alone: told later, V8 ends the process when it has marked the whole heap. */
export const START_FLAGS: readonly string[] = ['--single-threaded-gc']

/** Of who makes little V8 takes away what young objects were in, each time it collects them: the next come to new pages, of which
 * each is a fault of 0.5 us on a bare machine and of 17 in some virtual ones, 200 a second in the screen, a third of what it
 * takes on a quiet machine. V8 leaves them there only where its schedule is to be predictable. That is for who has started
 * (settled.ts): from its start a node would compile in no thread of its own, and keep what only starting needed; and without the flags
 * of the start V8 would end the process. */
export const RUNNING_FLAGS: readonly string[] = ['--predictable']

/** Of the screen what is young has room for what some frames make, which then is garbage when it is collected. Left alone it
 * grows to 32 MB in the first second. Only a node that starts takes sizes, so `npm start` has them as well. */
export const SCREEN_FLAGS = [...FLAGS, '--min-semi-space-size=2', '--max-semi-space-size=2', ...START_FLAGS] as const

/** The engine has a smaller nursery, and collects from its start. */
export const ENGINE_FLAGS = [
  ...FLAGS,
  '--max-semi-space-size=1',
  '--initial-old-space-size=10',
  ...START_FLAGS,
] as const

/** Of who reads programs of others; buffers are beside the heap. */
export const NAMER_FLAGS = ['--max-old-space-size=128', '--max-semi-space-size=4'] as const
