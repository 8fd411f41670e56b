/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Whether a thread in state D is held back on purpose before its I/O gets to a disk, where no request is seen yet.
 *
 * By a limit of its control group (io_limit.h), or in functions that throttle, which are looked for in the stack. Asked
 * once an interval, only of threads in state D. */
#ifndef PROBETOP_HELD_IO_H
#define PROBETOP_HELD_IO_H

#include "io_limit.h"

/* By what: the lower bits; for a limit how many groups above its own one the limit is. */
enum held {
	HELD_LIMIT = 1,
	HELD_PLACE = 2, /* and those above, by number in `places` */
	HELD_LEVEL_BITS = 4,
};
const enum held *held_layout __attribute__((unused));

/* Functions in which a thread waits; 0: not in this kernel. */
#define PLACES 5
volatile struct {
	struct {
		__u64 from;
		__u64 to;
	} at[PLACES];
	__u64 known; /* 0: nobody has looked them up yet */
} places SEC(".data.places");

#define FRAMES 14
__u64 frames[FRAMES]; /* only one reads at a time */

/* The place with this address; 0: none. Global, as the next, so that the verifier looks at it once. */
__noinline int held_at(__u64 address)
{
	for (int place = 0; place < PLACES; place++)
		if (address >= places.at[place].from && address < places.at[place].to)
			return HELD_PLACE + place;
	return 0;
}

/* Of the first frames. */
__noinline int held_in_place(__u32 count)
{
	for (__u32 i = 0; i < FRAMES && i < count; i++) {
		int held = held_at(frames[i]);

		if (held)
			return held;
	}
	return 0;
}

/* What holds a thread that is in state D; 0: nothing that we know of. */
static __noinline __u32 held_io(struct task_struct *task)
{
	__u32 held = 0;
	long bytes;
	int level;

	if (!task)
		return 0;
	if (places.known) {
		bytes = bpf_get_task_stack(task, frames, sizeof(frames), 0);
		if (bytes > 0)
			held = held_in_place((__u32)bytes / sizeof(frames[0]));
	}
	if (held)
		return held;
	level = io_limit(task);
	return level < 0 ? 0 : HELD_LIMIT | level << HELD_LEVEL_BITS;
}

#endif
