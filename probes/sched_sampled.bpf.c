// SPDX-License-Identifier: MIT OR GPL-2.0
/* How long threads wait for a CPU and sleep, seen for a part of the time, for machines where following every switch costs too
 * much. Only switches are hooked, in short windows (src/engine/native/windows.ts); user space scales what is seen there.
 *
 * Since when a thread has waited the kernel notes itself, so every wait is known that ends within a window, however long it
 * was. When it left its CPU is known if that was within a window as well, this one or one before: then its count of switches
 * is what it was. What threads are blocked in is read of all of them by an iterator, at some instants. What the kernel notes
 * is wrong of a thread that was moved to another CPU while it slept and was not yet taken from its queue (from Linux 6.12
 * on): such moves, which are rare, are hooked all the time, and nothing is said of the wait that follows. */
#include "queue_clock.h"
#include "selection.h"
#include "states.h"

enum kind { RUNQ, SLEEP, DISK, PREEMPTED, KINDS };

struct cpu_sums {
	struct hist all[2 * KINDS]; /* of all threads, and of selected ones */
	__u64 max_ns[2][2 * KINDS];
	__u32 max_epoch[2];
	__u64 unknown; /* waits of which the kernel does not say since when */
};

/* Read where each window begins and ends, so it is small. */
struct seen {
	__u64 waits;
	__u64 more_ns; /* that these were longer than the kernel has it, whose clock it leaves standing for a while */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_sums);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct seen);
} seen SEC(".maps");

/* How a thread left its CPU, by a hash of its task's address: one that comes later to the same place takes it. */
struct departure {
	__u64 task;
	__u64 left;
	__u32 switches;
	enum state state; /* STATE_NEW: it was moved as it slept */
};

#define PLACE_BITS 14
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << PLACE_BITS);
	__type(key, __u32);
	__type(value, struct departure);
} departures SEC(".maps");

/* What the iterator writes of each thread that is on no CPU and does not just wait for one. */
struct blocked {
	__u32 tgid;
	enum state state;
	enum blocking_call call;
	__u32 tid; /* 0: not selected */
};

/* So that user space knows of them. */
const struct blocked *blocked_layout __attribute__((unused));
const enum kind *kind_layout __attribute__((unused));

volatile struct {
	__u32 epoch;
	__u32 self; /* who opens and closes the windows: it is left out, as it always runs in them and sleeps as long as they last */
	struct selection selection;
} config SEC(".data.config");

static __always_inline struct departure *departure_of(struct task_struct *task)
{
	__u32 index = task_hash(task) >> (32 - PLACE_BITS);

	return bpf_map_lookup_elem(&departures, &index);
}

static __always_inline __u32 switches_of(struct task_struct *task)
{
	return task->nvcsw + task->nivcsw;
}

/* Threads that are followed: of others, and not the idle one. */
static __always_inline bool is_followed(struct task_struct *task)
{
	return task->pid && task->tgid != config.self;
}

/* How it left, if it has not run since. */
static __always_inline bool has_left(struct task_struct *task, const struct departure *d)
{
	return d->task == (__u64)task && d->switches == switches_of(task);
}

static __always_inline void record_latency(struct cpu_sums *cpu, __u32 half, __u32 kind, bool is_selected, __u64 ns)
{
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS || kind >= KINDS)
		return;
	hist_add(&cpu->all[kind], &cpu->max_ns[half][kind], slot, ns);
	if (is_selected)
		hist_add(&cpu->all[KINDS + kind], &cpu->max_ns[half][KINDS + kind], slot, ns);
}

static __always_inline void leave(struct task_struct *task, __u64 now, bool preempt, __u32 state)
{
	struct departure *d = departure_of(task);

	if (!d)
		return;
	d->task = state & TASK_DEAD ? 0 : (__u64)task;
	d->left = now;
	d->switches = switches_of(task);
	d->state = left_in(task, preempt, state);
}

static __always_inline void enter(struct task_struct *task, struct cpu_sums *cpu, struct seen *sums, __u64 now)
{
	__u64 queued = task->sched_info.last_queued, noted = task->se.cfs_rq->rq->clock - queued;
	__u64 since = queued_since(queued, now), wait = now > since ? now - since : 0;
	__u64 more = wait > noted ? wait - noted : 0;
	struct departure *d = departure_of(task);
	bool mine = selected(&config.selection, task);
	__u32 epoch = config.epoch, half = epoch & 1, state = STATE_WAITING;

	if (!d)
		return;
	if (cpu->max_epoch[half] != epoch) {
		__builtin_memset(cpu->max_ns[half], 0, sizeof(cpu->max_ns[half]));
		cpu->max_epoch[half] = epoch;
	}
	if (has_left(task, d))
		state = d->state;
	else if (has_quotas() && has_been_throttled(task))
		state = STATE_THROTTLED; /* perhaps */
	if (!since || state == STATE_NEW || state == STATE_THROTTLED) {
		cpu->unknown++;
		return;
	}
	if (state == STATE_PREEMPTED) {
		wait = now - d->left;
		record_latency(cpu, half, PREEMPTED, mine, wait);
	} else if (state == STATE_SLEEP || state == STATE_DISK) {
		record_latency(cpu, half, state == STATE_SLEEP ? SLEEP : DISK, mine, since > d->left ? since - d->left : 0);
	}
	record_latency(cpu, half, RUNQ, mine, wait);
	sums->waits++;
	sums->more_ns += more;
}

static __always_inline int switched(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 zero = 0;
	struct cpu_sums *cpu = bpf_map_lookup_elem(&cpus, &zero);
	struct seen *sums = bpf_map_lookup_elem(&seen, &zero);

	if (!cpu || !sums)
		return 0;
	if (prev->pid && !preempt && state)
		note_clock(now, prev->se.cfs_rq->rq->clock);
	if (is_followed(prev))
		leave(prev, now, preempt, state);
	if (is_followed(next))
		enter(next, cpu, sums, now);
	return 0;
}

#include "switch.h"

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(moved, struct task_struct *task)
{
	struct departure *d;

	if (!is_leaving_queue(task))
		return 0;
	d = departure_of(task);
	if (!d)
		return 0;
	d->task = (__u64)task;
	d->switches = switches_of(task);
	d->state = STATE_NEW;
	return 0;
}

SEC("iter/task")
int read_blocked(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct blocked out = {};
	struct departure *d;
	__u32 state;

	if (!task || !task->pid)
		return 0;
	state = task->__state;
	if (state & TASK_DEAD)
		return 0;
	out.state = state_now(task, state, STATE_WAITING);
	if (is_asleep(out.state)) {
		out.call = blocking_call(task);
	} else {
		d = departure_of(task);
		if (out.state == STATE_WAITING && d && has_left(task, d))
			out.state = d->state;
		if (out.state != STATE_THROTTLED && out.state != STATE_PREEMPTED)
			return 0;
	}
	out.tgid = task->tgid;
	out.tid = selected(&config.selection, task) ? task->pid : 0;
	bpf_seq_write(ctx->meta->seq, &out, sizeof(out));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
