// How V8 runs us: a program that makes little each second, and lives for days beside others that need the machine.

/** What runs once a second should run for a while before it is optimised, as that takes more time than it saves until then
 * (36 times V8's own budget; whatever goes through much gets there soon). The heap is collected once it has grown by 60 %, not
 * by its double or more; by a third would be too soon, as to go through 20 MB takes 60 ms: each two minutes on a quiet machine,
 * each eleven seconds under load, where hundreds of rows a second come and go. And what is young is collected by one thread: to
 * wake four for less than a millisecond's work takes longer. */
const FLAGS = ['--interrupt-budget=2400000', '--heap-growing-percent=60', '--no-parallel-scavenge'] as const

/** Of the screen what is young has room for what a few frames make, which then is garbage when it is collected. Left alone it
 * grows to 32 MB in the first second, and is then taken away from whoever makes little a second. Only a node that starts takes sizes,
 * so `npm start` has them as well. */
export const SCREEN_FLAGS = [...FLAGS, '--min-semi-space-size=4', '--max-semi-space-size=4'] as const

/** Which threads collect is for a node's start alone: told later, V8 ends the process when it has marked the whole heap. */
export const START_FLAGS: readonly string[] = ['--single-threaded-gc']

/** The engine has a small nursery as well, and collects from its start: its live data are some 7 MB, which one thread is soon
 * through, too. */
export const ENGINE_FLAGS = [
  ...FLAGS,
  '--max-semi-space-size=1',
  '--initial-old-space-size=10',
  ...START_FLAGS,
] as const

/** Of who reads programs of others; buffers are beside the heap. */
export const NAMER_FLAGS = ['--max-old-space-size=128', '--max-semi-space-size=4'] as const
