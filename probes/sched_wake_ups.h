/* SPDX-License-Identifier: MIT OR GPL-2.0
 * When a thread could run again, or for the first time, where no hook has told: by what the kernel notes of it. */
#ifndef PROBETOP_SCHED_WAKE_UPS_H
#define PROBETOP_SCHED_WAKE_UPS_H

#include "queue_clock.h"
#include "sched.h"

static __always_inline __u32 delay_of(struct task_struct *task)
{
	return task->sched_info.run_delay >> DELAY_SHIFT;
}

/* What the kernel has added up since it went to sleep. */
static __always_inline __u32 waited_more(struct task_struct *task, const struct thread *t)
{
	return delay_of(task) - t->delay;
}

/* By what may be off what the kernel notes of a wake-up: its queue's clock is brought up to date before our hook. */
#define ODD_NS 20000

/* No hook has told when it could run again, or for the first time: one that is new only if we were there when it was made. */
static __always_inline bool is_untold(const struct stays *last)
{
	return last->left && last->woken <= WOKEN_UNKNOWN;
}

/* The kernel's note of it cannot be: it is later than now, or before the thread left. */
static __always_inline bool is_odd(const struct stays *last, __u64 queued, __u64 now)
{
	__u64 since = queued_since(queued, now);

	return since && last->woken != WOKEN_UNKNOWN && (since > now + ODD_NS || since + ODD_NS < last->left);
}

/* Since when one that is untold can run, by the kernel's note; 0: that is not known. */
static __always_inline __u64 noted_wakeup(const struct stays *last, __u64 queued, __u64 now)
{
	__u64 since = queued_since(queued, now);

	if (!since || last->woken == WOKEN_UNKNOWN)
		return 0;
	if (since < last->left)
		since = last->left;
	return since < now ? since : now;
}

/* A thread of which nothing is known but that it can run since then. */
static __always_inline void start_first(struct thread *t, __u64 since)
{
	t->last.state = STATE_WAITING;
	t->last.ran = since;
	t->last.left = since;
	t->last.woken = since;
}

/* One that is untold can run since then, which it could not before it left. */
static __always_inline void wait_since(struct thread *t, __u64 since)
{
	if (since < t->last.left)
		since = t->last.left;
	if (t->last.state == STATE_NEW)
		start_first(t, since);
	else
		t->last.woken = since;
}

/* When a thread that is on a CPU came there, by the kernel's note, on our clock; now where that is not known. */
static __always_inline __u64 arrival_of(struct task_struct *task, const struct stays *last, __u64 now)
{
	__u64 at = by_queue() ? queued_since(task->sched_info.last_arrival, now) : 0;
	__u64 least = last->woken > last->left ? last->woken : last->left;

	if (!at || at > now)
		return now;
	return at > least ? at : least;
}

/* Of one that is untold and came onto its CPU then: how long it waited is what the kernel has added up since it went to sleep. */
static __always_inline void find_waited(struct task_struct *task, struct thread *t, __u64 at)
{
	wait_since(t, at - ((__u64)waited_more(task, t) << DELAY_SHIFT));
}

#endif
