/* SPDX-License-Identifier: MIT OR GPL-2.0
 * How the stays of a thread become sums of intervals and histograms, and what becomes of them when it ends. */
#ifndef PROBETOP_SCHED_SUMS_H
#define PROBETOP_SCHED_SUMS_H

#include "ended_group.h"
#include "sched.h"
#include "states.h"

static __always_inline void record_latency(struct cpu_sums *cpu, __u32 half, __u32 kind, __u64 ns, bool target)
{
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS || kind >= KINDS)
		return;
	hist_add(&cpu->all[kind], &cpu->max_ns[half][kind], slot, ns);
	if (target)
		hist_add(&cpu->target[kind], &cpu->max_ns[half][KINDS + kind], slot, ns);
}

static __always_inline void add_call(struct sums *sums, __u32 key, __u64 ns)
{
#pragma unroll
	for (int i = 0; i < CALLS; i++) {
		if (sums->calls[i].key == key || !sums->calls[i].key) {
			sums->calls[i].key = key;
			sums->calls[i].ns += ns;
			return;
		}
	}
	sums->other_calls_ns += ns;
}

/* `asleep`: the state, from STATE_SLEEP on. Only sleeping and state D are in a call; the others are somebody else's doing. */
static __always_inline void add_asleep(struct sums *sums, __u32 asleep, __u32 call, __u64 ns)
{
	if (asleep >= ASLEEP)
		return;
	sums->asleep_ns[asleep] += ns;
	if (asleep == STATE_SLEEP - STATE_SLEEP)
		add_call(sums, call, ns);
	else if (asleep == STATE_DISK - STATE_SLEEP)
		add_call(sums, call | CALL_DISK, ns);
}

/* What of [from, to) lies in [start, end). */
static __always_inline __u64 part(__u64 from, __u64 to, __u64 start, __u64 end)
{
	if (from < start)
		from = start;
	if (to > end)
		to = end;
	return to > from ? to - from : 0;
}

/* Adds what of the stays up to `now` lies in an interval. A stay seldom crosses a boundary; global, as the verifier looks
 * at such functions once, and not again for every way that leads to them: of loading the scheduler's programs that took
 * nine tenths. */
__noinline int add_parts(struct sums *sums, const struct stays *last, __u64 now, __u64 start, __u64 end)
{
	__u64 left, woken, able, ns;
	__u32 asleep = last ? last->state - STATE_SLEEP : ASLEEP;

	if (!sums || !last)
		return 0;
	left = last->left ?: now;
	woken = last->woken ?: now;
	able = last->woken ? woken + last->throttled : now;
	if (able > now)
		able = now;
	sums->oncpu_ns += part(last->ran, left, start, end);
	if (last->ran < last->left && left >= start && left < end)
		sums->switches++;
	if (!last->left)
		return 0;
	ns = part(left, woken, start, end);
	if (ns && asleep < ASLEEP)
		add_asleep(sums, asleep, last->call, ns);
	sums->throttled_ns += part(woken, able, start, end);
	ns = part(able, now, start, end);
	sums->wait_ns += ns;
	if (last->state == STATE_PREEMPTED)
		sums->preempted_ns += ns;
	return 0;
}

/* The sums of an epoch, reset when the thread gets to them for the first time. */
static __always_inline struct sums *sums_of(struct thread *t, __u32 epoch)
{
	struct sums *sums = &t->sums[epoch & 1];

	if (sums->epoch != epoch) {
		__builtin_memset(sums, 0, sizeof(*sums));
		sums->epoch = epoch;
	}
	return sums;
}

/* Stays of which some began before this interval: what was before belongs to the one before, unless that has been
 * written out. Not inlined, being rare. */
static __noinline int add_split(struct thread *t, __u32 epoch, __u64 now)
{
	__u64 start;

	if (!t)
		return 0;
	start = config.start_ns[epoch & 1];
	if (t->read != epoch - 1)
		add_parts(sums_of(t, epoch - 1), &t->last, now, config.start_ns[(epoch - 1) & 1], start);
	add_parts(sums_of(t, epoch), &t->last, now, start, ~0ULL);
	return 0;
}

/* How far our clock is ahead of the scheduler's, which cannot be read elsewhere. */
__u64 clock_ahead_ns;

/* Sets how much of the time since it could run again its group had no quota. Not inlined, being rare. */
static __noinline int settle(struct task_struct *task, struct stays *last, __u32 cpu, __u64 now, __u64 clock)
{
	__u64 before, ns = 0;

	if (!task || !last)
		return 0;
	before = last->throttled;
	last->throttled = 0;
	if (!last->woken || now <= last->woken || !has_quotas())
		return 0;
	if (throttles_threads() && task->throttled) {
		ns = now - last->woken;
	} else {
		struct cfs_rq *queue = queue_on(task, cpu);

		/* a thread that throttles itself is not throttled again before it has run */
		ns = throttles_threads() ? BPF_CORE_READ(queue, throttled_clock_self_time) : throttled_ns(queue, clock);
		ns = ns > before ? ns - before : 0;
	}
	last->throttled = ns < now - last->woken ? ns : now - last->woken;
	return 0;
}

/* It can run from now on, if there is a CPU and, what is seen by settle(), its group has quota left. */
static __always_inline void start_wait(struct task_struct *task, struct thread *t, __u64 now)
{
	struct cfs_rq *queue;

	t->last.woken = now;
	if (!has_quotas() || (throttles_threads() ? t->last.state != STATE_THROTTLED : !has_been_throttled(task)))
		return;
	queue = BPF_CORE_READ(task, se.cfs_rq);
	t->cpu = BPF_CORE_READ(queue, rq, cpu);
	t->last.throttled = throttled_ns(queue, 0);
	clock_ahead_ns = now - BPF_CORE_READ(queue, rq, clock);
}

/* Whether settle() has something to say of a wait. */
static __always_inline bool is_unsettled(struct task_struct *task, const struct stays *last)
{
	if (!has_quotas())
		return false;
	return throttles_threads() ? last->state == STATE_THROTTLED : last->throttled || has_been_throttled(task);
}

static __always_inline __u64 started(struct task_struct *task)
{
	return BPF_CORE_READ(task, group_leader, start_boottime);
}

/* `comm` of a process is that of its first thread. */
static __always_inline void describe(char *comm, struct task_struct *task, bool own)
{
	struct task_struct *of = own ? task : BPF_CORE_READ(task, group_leader);

	bpf_probe_read_kernel(comm, TASK_COMM_LEN, of->comm);
}

static __always_inline void add_sums(struct sums *to, const struct sums *from)
{
	to->switches += from->switches;
	to->waits += from->waits;
	to->wait_ns += from->wait_ns;
	to->preempted_ns += from->preempted_ns;
	to->throttled_ns += from->throttled_ns;
	to->oncpu_ns += from->oncpu_ns;
#pragma unroll
	for (int i = 0; i < ASLEEP; i++)
		to->asleep_ns[i] += from->asleep_ns[i];
	if (from->wait_max_ns > to->wait_max_ns)
		to->wait_max_ns = from->wait_max_ns;
}

/* What its accounts grew by since they were last written out. */
static __always_inline void find_cpu_time(struct cpu_time *cpu, struct task_struct *task, struct thread *t)
{
	cpu->user_ns = task->utime - t->read_cpu.user_ns;
	cpu->system_ns = task->stime - t->read_cpu.system_ns;
	cpu->ran_ns = task->se.sum_exec_runtime - t->read_cpu.ran_ns;
	t->read_cpu.user_ns += cpu->user_ns;
	t->read_cpu.system_ns += cpu->system_ns;
	t->read_cpu.ran_ns += cpu->ran_ns;
}

/* What was before is not ours. */
static __always_inline void skip_cpu_time(struct task_struct *task, struct thread *t)
{
	t->read_cpu.user_ns = task->utime;
	t->read_cpu.system_ns = task->stime;
	t->read_cpu.ran_ns = task->se.sum_exec_runtime;
}

/* Of a thread that has ended; of the process, when that has ended with it. */
static __always_inline __u32 how_it_ended(struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	__u32 code;

	if (BPF_CORE_READ(signal, live.counter) > 0)
		return task->exit_code << RECORD_CODE_SHIFT;
	code = BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT ? BPF_CORE_READ(signal, group_exit_code) :
								  BPF_CORE_READ(task, group_leader, exit_code);
	return RECORD_LAST | code << RECORD_CODE_SHIFT;
}

/* The last switch of the thread that runs: hand over what has not been written out. Not inlined, being rare; global, so
 * that the verifier looks at it once. */
__noinline int hand_over(struct thread *t, struct cpu_sums *cpu)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 key = ended_key(task);
	__u32 epoch = config.epoch, how = how_it_ended(task);
	struct sums *now, *before;
	struct record record = {};

	record.cgroup = ended_group();
	record.started_ns = started(task);
	if (!t || !cpu)
		return 0;
	add_split(t, epoch, t->last.left);
	now = sums_of(t, epoch);
	before = &t->sums[(epoch - 1) & 1];
	if (t->read == epoch - 1)
		record.flags = RECORD_READ;
	else if (before->epoch == epoch - 1) {
		add_sums(now, before);
#pragma unroll
		for (int i = 0; i < CALLS; i++)
			if (before->calls[i].key)
				add_call(now, before->calls[i].key, before->calls[i].ns);
		now->other_calls_ns += before->other_calls_ns;
	}
	record.size = sizeof(record);
	record.flags |= RECORD_EXITED | (t->selected ? RECORD_SELECTED : 0) | how;
	record.pid = task->pid;
	record.tgid = task->tgid;
	/* the last one has the name of the process, which nobody else can tell any more */
	describe(record.comm, task, t->selected && !(record.flags & RECORD_LAST));
	record.sums = *now;
	find_cpu_time(&record.cpu, task, t);
	if (bpf_map_update_elem(&ended, &key, &record, BPF_NOEXIST)) {
		cpu->unnamed++;
		add_sums(&cpu->others, now);
	}
	return 0;
}

#endif
