// SPDX-License-Identifier: MIT OR GPL-2.0
/* Where the selected threads are: the stacks they left a CPU with, weighted by the time until they were back on one;
 * those sampled while they run; and those they are in now. `config` says which, of whom, and from what time on.
 *
 * A stack is known by a hash of its contents (and of the process, for its user part), seeded by user space. So `stacks`
 * can be emptied at any time: what is still referred to has been read, and what comes again gets the same name.
 * Time is added up in one of two tables, by the number of the interval; user space reads the other one, in which
 * nothing changes any more. */
#include "stacks_now.h"
#include "stacks_oncpu.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
