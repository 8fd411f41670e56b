/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Iterators over all threads: those that were there before us get their place, and at the end of each interval is
 * written out what each did in it. */
#ifndef PROBETOP_SCHED_TASKS_H
#define PROBETOP_SCHED_TASKS_H

#include "held_io.h"
#include "sched_sums.h"
#include "sched_wake_ups.h"

/* Of a thread that is asleep, version 1 of control groups changes the state to frozen, and back, without waking it. */
static __always_inline bool is_frozen_asleep(struct task_struct *task, const struct stays *last)
{
	return last->state == STATE_SLEEP && !last->woken && (task->__state & TASK_FROZEN);
}

/* A thread that was there before us, or for which no place could be had when it was made (the kernel refills its pool
 * of storage a moment later). One that has ended and is not yet gone has none any more. One in state R may be running or
 * waiting: it is taken as running until its next switch, at most one time slice later. */
static __always_inline struct thread *find_or_start(struct task_struct *task)
{
	bool is_selected = selected(&config.selection, task);
	struct thread *t = slot_of(task) ?: bpf_task_storage_get(&threads, task, 0, 0);

	if (!t && !(task->__state & TASK_DEAD))
		t = make(task, true);
	if (t && t->last.state == STATE_NEW) {
		__u64 queued = by_queue() && t->last.left ? task->sched_info.last_queued : 0, now = bpf_ktime_get_ns();

		t->last.call = blocking_call(task);
		if (by_queue())
			t->delay = delay_of(task);
		skip_cpu_time(task, t);
		if (queued) {
			start_first(t, noted_wakeup(&t->last, queued, now) ?: now);
		} else {
			t->last.ran = now;
			t->last.state = task->__state ? asleep_in(task, task->__state) : STATE_RUNNING;
			t->last.left = t->last.state == STATE_RUNNING ? 0 : now;
		}
	}
	if (t)
		t->selected = is_selected;
	return t;
}

/* After attaching, and when the selection has changed. */
SEC("iter/task")
int start_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task && task->pid)
		find_or_start(task);
	return 0;
}

/* Copies what belongs together; false when the thread changed it meanwhile. */
static __always_inline bool snapshot(struct thread *t, __u32 epoch, struct stays *last, struct sums *sums)
{
	__u32 before = *(volatile __u32 *)&t->seq;

	barrier();
	*last = t->last;
	sums->epoch = t->sums[epoch & 1].epoch;
	if (sums->epoch == epoch) /* an idle thread's need not come into the cache */
		*sums = t->sums[epoch & 1];
	barrier();
	return !(before & 1) && before == *(volatile __u32 *)&t->seq;
}

/* A first thread that has ended does nothing, but the process has its name as long as others go on. */
static __noinline int write_name(struct bpf_iter__task *ctx, struct task_struct *task)
{
	struct idle idle = { .size = sizeof(idle), .state = STATE_DEAD };

	if (task->pid != task->tgid || task->signal->live.counter <= 0)
		return 0;
	idle.tgid = task->tgid;
	idle.pid = task->pid;
	idle.cgroup = cgroup_of(task);
	idle.started_ns = started(task);
	describe(idle.comm, task, false);
	bpf_seq_write(ctx->meta->seq, &idle, sizeof(idle));
	return 0;
}

_Static_assert(__builtin_offsetof(struct record, cgroup) == __builtin_offsetof(struct idle, cgroup), "at the same place in both");
_Static_assert(__builtin_offsetof(struct record, started_ns) == __builtin_offsetof(struct idle, started_ns), "at the same place in both");

/* At the end of each interval, after epoch has been raised: what each thread did in the one before. */
SEC("iter/task")
int read_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	/* one of the two, as both beside each other are more stack than Linux 6.1 gives; what both have is at the same places */
	union {
		struct record record;
		struct idle idle;
	} out = {};
	struct stays last = {};
	__u32 epoch = config.epoch - 1;
	__u64 start = config.start_ns[epoch & 1], end = config.start_ns[(epoch + 1) & 1], since;
	__u32 held = 0, state;
	__u64 queued;
	struct thread *t;

	if (!task || !task->pid)
		return 0;
	/* before paths part: see task.h */
	out.record.cgroup = cgroup_of(task);
	out.record.started_ns = started(task);
	queued = by_queue() ? task->sched_info.last_queued : 0; /* before the rest: of one that has run meanwhile all is noted */
	t = find_or_start(task);
	if (!t || t->last.state == STATE_DEAD)
		return write_name(ctx, task);
	/* the thread may run meanwhile: read again when it changed */
	if (!snapshot(t, epoch, &last, &out.record.sums) && !snapshot(t, epoch, &last, &out.record.sums))
		snapshot(t, epoch, &last, &out.record.sums);
	if (t->task != (__u64)task)
		return 0; /* ended meanwhile */
	t->read = epoch;
	if (is_untold(&last))
		last.woken = is_asleep(last.state) ? noted_wakeup(&last, queued, bpf_ktime_get_ns()) : 0;
	state = last.woken && is_asleep(last.state) ? STATE_WAITING : last.state;
	if (is_frozen_asleep(task, &last))
		state = last.state = STATE_FROZEN;
	if (last.woken && last.left && is_unsettled(task, &last)) {
		settle(task, &last, t->cpu, end, clock_ahead_ns ? end - clock_ahead_ns : 0);
		/* whether it can run by now is not known from where it was left */
		state = able_in(task, STATE_WAITING);
	}
	if (state == STATE_DISK)
		held = held_io(task) << RECORD_HELD_SHIFT;
	since = !last.left ? last.ran : last.woken ?: last.left;
	if (out.record.sums.epoch != epoch) {
		if (last.ran >= end)
			return 0; /* began after the interval */
		if (since <= start && !last.throttled && last.state != STATE_RUNNING) {
			out.idle.size = sizeof(out.idle);
			out.idle.tgid = task->tgid;
			out.idle.pid = task->pid;
			out.idle.state = state;
			out.idle.call = last.call;
			/* of one that sleeps the record stays the same, by which it is known again */
			out.idle.age_ns = is_asleep(state) ? 0 : end - since;
			out.idle.flags = (t->selected ? RECORD_SELECTED : 0) | held;
			describe(out.idle.comm, task, t->selected);
			bpf_seq_write(seq, &out.idle, sizeof(out.idle));
			return 0;
		}
		__builtin_memset(&out.record.sums, 0, sizeof(out.record.sums));
	}
	add_parts(&out.record.sums, &last, end, start, end);
	if (last.woken && last.left && since < end && end - since - last.throttled > out.record.sums.wait_max_ns)
		out.record.sums.wait_max_ns = end - since - last.throttled;
	out.record.size = sizeof(out.record);
	out.record.tgid = task->tgid;
	out.record.pid = task->pid;
	out.record.flags = (t->selected ? RECORD_SELECTED : 0) | state << RECORD_STATE_SHIFT | held;
	describe(out.record.comm, task, t->selected);
	find_cpu_time(&out.record.cpu, task, t);
	bpf_seq_write(seq, &out.record, sizeof(out.record));
	return 0;
}

#endif
