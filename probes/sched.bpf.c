// SPDX-License-Identifier: MIT OR GPL-2.0
/* Where every thread's time goes: on a CPU, waiting for one, sleeping, or uninterruptible, from three scheduler
 * tracepoints. One object serves the run queue and the off-CPU panel, so each hook runs one program.
 *
 * Each thread carries its state and the sums of two intervals in task storage; hot hooks touch no hash map and never
 * allocate (storage is made in task_newtask and, for threads older than us, by the iterators). User space
 * ends an interval by raising config.epoch; sums of epoch n are in sums[n & 1], are reset by their thread when it
 * first runs in n + 2, and are written out by the iterator read_tasks, which adds the part of a stay in a state that
 * is still going on. A stay that crosses the boundary is split there, so that the times of a thread add up to the
 * interval. A thread that ends hands its sums to `ended`. */
#include "blocking.h"

enum state { STATE_NEW, STATE_RUNNING, STATE_WAITING, STATE_PREEMPTED, STATE_SLEEP, STATE_DISK, STATE_DEAD };

#define CALLS 4

struct call {
	__u64 ns;
	__u32 key;
	__u32 unused;
};

struct sums {
	__u32 epoch;
	__u32 switches;
	__u32 waits;
	__u32 unused;
	__u64 wait_ns;
	__u64 wait_max_ns;
	__u64 preempted_ns;
	__u64 oncpu_ns;
	__u64 sleep_ns;
	__u64 disk_ns;
	struct call calls[CALLS];
	__u64 other_calls_ns;
};

struct thread {
	__u64 since; /* when `state` was entered */
	__u32 seq;   /* odd while being changed */
	__u32 state;
	__u32 call;
	__u32 read; /* newest epoch already written out */
	struct sums sums[2];
};

/* What the iterator writes. Threads without any event in the interval are written short (struct idle). */
struct record {
	__u32 size;
	__u32 tgid;
	__u32 pid;
	__u32 flags;
	char comm[TASK_COMM_LEN];
	struct sums sums;
};
struct idle {
	__u32 size;
	__u32 tgid;
	__u32 pid;
	__u32 state;
	char comm[TASK_COMM_LEN];
	__u64 age_ns; /* since it entered the state, at the end of the interval */
	__u32 call;
	__u32 unused;
};
#define RECORD_EXITED 1

enum { RUNQ, SLEEP, DISK, PREEMPTED, KINDS };

struct cpu {
	struct hist all[KINDS];
	struct hist target[KINDS];
	__u64 max_ns[2][KINDS * 2];
	__u32 max_epoch[2];
	__u64 lost; /* switches and wake-ups of threads without storage */
	__u64 unnamed; /* ended threads for which there was no room: their sums are in `others` */
	struct sums others;
};

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 target;
} config SEC(".data.config");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct record);
} ended SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu);
} cpus SEC(".maps");

static __always_inline struct cpu *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cpus, &zero);
}

/* Where storage comes from the kernel's pool for programs it may be had anywhere; older kernels allocate, which is not
 * safe under the scheduler's locks. */
struct bpf_local_storage_map {
	struct { int unused; } selem_ma; /* clang 19 crashes on an empty one */
} CORE;

/* A thread has storage but for two rare cases: the pool was empty when it was made, or the iterators are not allowed to
 * see it. */
static __always_inline struct thread *find(struct task_struct *task)
{
	struct thread *t = bpf_task_storage_get(&threads, task, 0, 0);

	if (!t && bpf_core_field_exists(struct bpf_local_storage_map, selem_ma))
		t = bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	return t;
}

static __always_inline void record_latency(struct cpu *cpu, __u32 kind, __u64 ns, bool target)
{
	__u32 epoch = config.epoch, half = epoch & 1, slot = hist_slot(ns);

	if (slot >= HIST_SLOTS || kind >= KINDS)
		return;
	if (cpu->max_epoch[half] != epoch) {
		__builtin_memset(cpu->max_ns[half], 0, sizeof(cpu->max_ns[half]));
		cpu->max_epoch[half] = epoch;
	}
	cpu->all[kind].slots[slot]++;
	cpu->all[kind].sum_ns += ns;
	if (ns > cpu->max_ns[half][kind])
		cpu->max_ns[half][kind] = ns;
	if (target) {
		cpu->target[kind].slots[slot]++;
		cpu->target[kind].sum_ns += ns;
		if (ns > cpu->max_ns[half][KINDS + kind])
			cpu->max_ns[half][KINDS + kind] = ns;
	}
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

/* Time in any state. Not inlined: the hooks know their states and add directly. */
static __noinline int add_time(struct sums *sums, __u32 state, __u32 call, __u64 ns)
{
	if (!sums)
		return 0;
	switch (state) {
	case STATE_RUNNING:
		sums->oncpu_ns += ns;
		break;
	case STATE_PREEMPTED:
		sums->preempted_ns += ns;
		sums->wait_ns += ns;
		break;
	case STATE_WAITING:
		sums->wait_ns += ns;
		break;
	case STATE_DISK:
		sums->disk_ns += ns;
		add_call(sums, call | CALL_DISK, ns);
		break;
	case STATE_SLEEP:
		sums->sleep_ns += ns;
		add_call(sums, call, ns);
		break;
	}
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

/* A stay that began before this interval: its earlier part belongs to the one before. Not inlined, being rare. */
static __noinline __u64 charge_before(struct thread *t, __u32 epoch)
{
	__u64 start, from;

	if (!t)
		return 0;
	start = config.start_ns[epoch & 1];
	from = config.start_ns[(epoch - 1) & 1];
	if (t->since > from)
		from = t->since;
	if (t->read != epoch - 1 && from < start)
		add_time(sums_of(t, epoch - 1), t->state, t->call, start - from);
	return start;
}

/* The stay that ends now: its length in this interval, and the sums to add that to. */
static __always_inline struct sums *end_stay(struct thread *t, __u64 now, __u64 *ns)
{
	__u32 epoch = config.epoch;
	__u64 from = t->since;

	if (from < config.start_ns[epoch & 1])
		from = charge_before(t, epoch);
	*ns = now > from ? now - from : 0;
	return sums_of(t, epoch);
}

/* `comm` of a process is that of its first thread. */
static __always_inline void describe(char *comm, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	bpf_probe_read_kernel(comm, TASK_COMM_LEN, leader->comm);
}

static __always_inline void add_sums(struct sums *to, const struct sums *from)
{
	to->switches += from->switches;
	to->waits += from->waits;
	to->wait_ns += from->wait_ns;
	to->preempted_ns += from->preempted_ns;
	to->oncpu_ns += from->oncpu_ns;
	to->sleep_ns += from->sleep_ns;
	to->disk_ns += from->disk_ns;
	if (from->wait_max_ns > to->wait_max_ns)
		to->wait_max_ns = from->wait_max_ns;
}

/* A thread's last switch: hand over what has not been written out. Not inlined, being rare. */
static __noinline int hand_over(struct task_struct *task, struct thread *t, struct cpu *cpu)
{
	__u32 epoch = config.epoch, pid;
	struct sums *now, *before;
	struct record record = {};

	if (!t || !cpu)
		return 0;
	now = sums_of(t, epoch);
	before = &t->sums[(epoch - 1) & 1];
	if (before->epoch == epoch - 1 && t->read != epoch - 1) {
		add_sums(now, before);
#pragma unroll
		for (int i = 0; i < CALLS; i++)
			if (before->calls[i].key)
				add_call(now, before->calls[i].key, before->calls[i].ns);
		now->other_calls_ns += before->other_calls_ns;
	}
	record.size = sizeof(record);
	record.flags = RECORD_EXITED;
	record.pid = pid = task->pid;
	record.tgid = task->tgid;
	describe(record.comm, task);
	record.sums = *now;
	if (bpf_map_update_elem(&ended, &pid, &record, BPF_ANY)) {
		cpu->unnamed++;
		add_sums(&cpu->others, now);
	}
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(wakeup, struct task_struct *task)
{
	struct thread *t = find(task);
	struct cpu *cpu = this_cpu();
	__u64 now, ns;
	struct sums *sums;
	bool disk;

	if (!cpu)
		return 0;
	if (!t) {
		cpu->lost++;
		return 0;
	}
	disk = t->state == STATE_DISK;
	/* a thread on its way to sleep can be woken before it leaves the CPU: it never left, nothing to note */
	if (!disk && t->state != STATE_SLEEP && t->state != STATE_NEW)
		return 0;
	now = bpf_ktime_get_ns();
	t->seq++;
	if (t->state != STATE_NEW) {
		sums = end_stay(t, now, &ns);
		if (disk)
			sums->disk_ns += ns;
		else
			sums->sleep_ns += ns;
		add_call(sums, disk ? t->call | CALL_DISK : t->call, ns);
		record_latency(cpu, disk ? DISK : SLEEP, now - t->since, task->tgid == config.target);
	}
	t->state = STATE_WAITING;
	t->since = now;
	t->seq++;
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(wakeup_new, struct task_struct *task)
{
	struct thread *t = find(task);
	struct cpu *cpu = this_cpu();

	if (t) {
		t->seq++;
		t->state = STATE_WAITING;
		t->since = bpf_ktime_get_ns();
		t->seq++;
	} else if (cpu) {
		cpu->lost++;
	}
	return 0;
}

/* In fork(), where memory may be had: so that the scheduler's hooks need none. */
SEC("tp_btf/task_newtask")
int BPF_PROG(newtask, struct task_struct *task)
{
	bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	return 0;
}

static __always_inline void leave(struct task_struct *task, struct cpu *cpu, __u64 now, bool preempt, __u32 state)
{
	struct thread *t = find(task);
	struct sums *sums;
	__u64 ns;

	if (!t) {
		cpu->lost++;
		return;
	}
	t->seq++;
	if (t->state == STATE_NEW) {
		t->state = STATE_RUNNING;
		t->since = now;
	}
	sums = end_stay(t, now, &ns);
	if (t->state == STATE_RUNNING)
		sums->oncpu_ns += ns;
	else
		add_time(sums, t->state, t->call, ns); /* its way onto the CPU was missed */
	sums->switches++;
	t->since = now;
	if (preempt || !state) {
		t->state = STATE_PREEMPTED;
	} else if (state & TASK_DEAD) {
		t->state = STATE_DEAD;
		hand_over(task, t, cpu);
	} else {
		t->state = is_disk(state) ? STATE_DISK : STATE_SLEEP;
		t->call = blocking_call(task);
	}
	t->seq++;
}

static __always_inline void enter(struct task_struct *task, struct cpu *cpu, __u64 now)
{
	struct thread *t = find(task);
	__u64 ns, waited;
	struct sums *sums;
	bool target;

	if (!t) {
		cpu->lost++;
		return;
	}
	t->seq++;
	if (t->state == STATE_WAITING || t->state == STATE_PREEMPTED) {
		sums = end_stay(t, now, &ns);
		waited = now - t->since;
		target = task->tgid == config.target;
		sums->wait_ns += ns;
		sums->waits++;
		if (waited > sums->wait_max_ns)
			sums->wait_max_ns = waited;
		record_latency(cpu, RUNQ, waited, target);
		if (t->state == STATE_PREEMPTED) {
			sums->preempted_ns += ns;
			record_latency(cpu, PREEMPTED, waited, target);
		}
	} else if (t->state != STATE_NEW) {
		sums = end_stay(t, now, &ns);
		add_time(sums, t->state, t->call, ns); /* its wake-up was missed */
	}
	t->state = STATE_RUNNING;
	t->since = now;
	t->seq++;
}

static __always_inline int switched(bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	struct cpu *cpu = this_cpu();
	__u64 now = bpf_ktime_get_ns();

	if (!cpu)
		return 0;
	if (prev->pid)
		leave(prev, cpu, now, preempt, state);
	if (next->pid)
		enter(next, cpu, now);
	return 0;
}

/* From 5.18 on the state is an argument; before, it can only be read again. User space loads one of the two. */
SEC("tp_btf/sched_switch")
int BPF_PROG(switch_state, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	return switched(preempt, prev, next, prev_state);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switch_plain, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return switched(preempt, prev, next, prev->__state);
}

static __always_inline __u32 state_of(struct task_struct *task)
{
	__u32 state = task->__state;

	if (!state)
		return STATE_RUNNING;
	return is_disk(state) ? STATE_DISK : STATE_SLEEP;
}

/* A thread that was there before us, or whose storage could not be had when it was made (the kernel refills its pool
 * of storage a moment later). One in state R may be running or waiting: it is taken as running until its next switch,
 * at most one time slice later. */
static __always_inline struct thread *find_or_start(struct task_struct *task)
{
	struct thread *t = bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (t && t->state == STATE_NEW) {
		t->call = blocking_call(task);
		t->since = bpf_ktime_get_ns();
		t->state = state_of(task);
	}
	return t;
}

/* After attaching. */
SEC("iter/task")
int start_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task && task->pid)
		find_or_start(task);
	return 0;
}

struct snapshot {
	__u64 since;
	__u32 state;
	__u32 call;
};

/* Copies what belongs together; false when the thread changed it meanwhile. */
static __always_inline bool snapshot(struct thread *t, __u32 epoch, struct snapshot *now, struct sums *sums)
{
	__u32 before = *(volatile __u32 *)&t->seq;

	now->since = *(volatile __u64 *)&t->since;
	now->state = *(volatile __u32 *)&t->state;
	now->call = *(volatile __u32 *)&t->call;
	*sums = t->sums[epoch & 1];
	return !(before & 1) && before == *(volatile __u32 *)&t->seq;
}

/* At the end of each interval, after epoch has been raised: what each thread did in the one before. */
SEC("iter/task")
int read_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct record record = {};
	struct idle idle = {};
	struct snapshot now = {};
	__u32 epoch = config.epoch - 1, state;
	__u64 start = config.start_ns[epoch & 1], end = config.start_ns[(epoch + 1) & 1], since;
	struct thread *t;

	if (!task || !task->pid)
		return 0;
	t = find_or_start(task);
	if (!t || t->state == STATE_DEAD)
		return 0;
	/* the thread may run meanwhile: read again when it changed */
	if (!snapshot(t, epoch, &now, &record.sums) && !snapshot(t, epoch, &now, &record.sums))
		snapshot(t, epoch, &now, &record.sums);
	t->read = epoch;
	since = now.since;
	state = now.state;
	if (record.sums.epoch != epoch) {
		if (since >= end)
			return 0; /* began after the interval */
		if (since <= start) {
			idle.size = sizeof(idle);
			idle.tgid = task->tgid;
			idle.pid = task->pid;
			idle.state = state;
			idle.call = now.call;
			idle.age_ns = end - since;
			describe(idle.comm, task);
			bpf_seq_write(seq, &idle, sizeof(idle));
			return 0;
		}
		__builtin_memset(&record.sums, 0, sizeof(record.sums));
	}
	if (since < end) {
		add_time(&record.sums, state, now.call, end - (since > start ? since : start));
		if ((state == STATE_WAITING || state == STATE_PREEMPTED) && end - since > record.sums.wait_max_ns)
			record.sums.wait_max_ns = end - since;
	}
	record.size = sizeof(record);
	record.tgid = task->tgid;
	record.pid = task->pid;
	describe(record.comm, task);
	bpf_seq_write(seq, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
