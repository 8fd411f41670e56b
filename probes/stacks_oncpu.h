/* SPDX-License-Identifier: MIT OR GPL-2.0
 * MODE_ONCPU: the stacks that a timer finds running. */
#ifndef PROBETOP_STACKS_ONCPU_H
#define PROBETOP_STACKS_ONCPU_H

#include "stacks.h"

/* Samples a second on each CPU. */
enum sampling { HZ = 49 };
const enum sampling *sampling_layout __attribute__((unused));

SEC("perf_event")
int sample(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct stack_key key = {};

	if (config.mode != MODE_ONCPU || !task->pid || !selected(&config.selection, task))
		return 0;
	key.tgid = task->tgid;
	key.state = STATE_RUNNING;
	if (is_worker(task))
		key.state |= KERNEL_THREAD;
	else
		key.user = note_stack(ctx, key.tgid);
	key.kernel = note_stack(ctx, 0);
	name(key.comm, task);
	add(&key, 1000000000 / HZ);
	return 0;
}

#endif
