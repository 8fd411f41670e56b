// SPDX-License-Identifier: MIT OR GPL-2.0
/* Where every thread's time goes: on a CPU, waiting for one, sleeping, or uninterruptible, from three scheduler
 * tracepoints. One object serves the run queue and the off-CPU panel, so each hook runs one program.
 *
 * Each thread has a place for its last stays and the sums of two intervals (slots.h); hot hooks touch no hash map and
 * do not allocate (the place is made in task_newtask and, for threads older than us, by the iterators). Leaving a CPU and
 * being woken only note when; what is added to sums and histograms is added when the thread is switched in again, all
 * at once. User space ends an interval by raising config.epoch; sums of epoch n are in sums[n & 1], are reset by their
 * thread when it first gets to n + 2, and are written out by the iterator read_tasks, which adds the parts of the last
 * stays that lie in the interval. A stay that crosses the boundary is split there, so that the times of a thread add up
 * to the interval. A thread that ends hands its sums to `ended`. */
#include "blocking.h"
#include "selection.h"

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

/* A thread from the moment it was switched in. `state` is what it went into when it left; asleep in either way and
 * woken, it is waiting. */
struct stays {
	__u64 ran;   /* switched in */
	__u64 left;  /* switched out; 0: has not been */
	__u64 woken; /* able to run again; 0: is not */
	__u32 state;
	__u32 call;
};

struct thread {
	struct stays last; /* with what follows in one cache line */
	__u32 seq;         /* odd while being changed */
	__u32 read;        /* newest epoch already written out */
	__u32 selected;    /* noted when it was made and at the end of each interval, so that hooks need not look */
	__u32 unused;
	__u64 task;
	struct sums sums[2];
} __attribute__((aligned(64)));

#include "slots.h"

/* What the iterator writes. Threads without any event in the interval are written short (struct idle). */
struct record {
	__u32 size;
	__u32 tgid;
	__u32 pid;
	__u32 flags;
	char comm[TASK_COMM_LEN]; /* of the process; of the thread when it is selected */
	__u64 cgroup;
	struct sums sums;
};
struct idle {
	__u32 size;
	__u32 tgid;
	__u32 pid;
	__u32 state; /* asleep and woken: STATE_WAITING */
	char comm[TASK_COMM_LEN];
	__u64 cgroup;
	__u64 age_ns; /* since it entered the state, at the end of the interval */
	__u32 call;
	__u32 flags;
};
/* Flags of both; the state at the end in bits 8 to 15, how it ended in those above. */
#define RECORD_EXITED 1
#define RECORD_SELECTED 2
#define RECORD_LAST 4 /* with it the process has ended, as it says */

enum { RUNQ, SLEEP, DISK, PREEMPTED, KINDS };

struct cpu {
	struct hist all[KINDS];
	struct hist target[KINDS];
	__u64 max_ns[2][KINDS * 2];
	__u32 max_epoch[2];
	__u64 idle_ns;    /* without what there was before its first switch */
	__u64 idle_since; /* 0: is not idle */
	__u64 lost; /* switches and wake-ups of threads without a place */
	__u64 unnamed; /* ended threads for which there was no room: their sums are in `others` */
	struct sums others;
};

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 unused;
	struct selection selection;
} config SEC(".data.config");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
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

static __always_inline void count_lost(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu)
		cpu->lost++;
}

/* Where storage comes from the kernel's pool for programs it may be had anywhere; older kernels allocate, which is not
 * safe under the scheduler's locks. */
struct bpf_local_storage_map {
	struct { int unused; } selem_ma; /* clang 19 crashes on an empty one */
} CORE;

/* A place for a thread that has none. */
static __always_inline struct thread *make(struct task_struct *task, bool may_allocate)
{
	struct thread *t = reserve_slot(task);

	if (t) {
		t->seq++; /* a reader may still be at the thread before */
		__builtin_memset(&t->last, 0, sizeof(t->last));
		t->read = 0;
		t->selected = 0;
		t->sums[0].epoch = 0;
		t->sums[1].epoch = 0;
		t->seq++;
		publish(t, task);
		return t;
	}
	if (!may_allocate)
		return NULL;
	t = bpf_task_storage_get(&threads, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (t)
		t->task = (__u64)task;
	return t;
}

/* Its storage, or a place made now: the iterators are not allowed to see every thread, and the pool of storage may have
 * been empty when it was made. Not inlined, being rare. */
static __noinline struct thread *find_elsewhere(struct task_struct *task)
{
	return bpf_task_storage_get(&threads, task, 0, 0) ?: make(task, bpf_core_field_exists(struct bpf_local_storage_map, selem_ma));
}

static __always_inline struct thread *find(struct task_struct *task)
{
	return slot_of(task) ?: find_elsewhere(task);
}

static __always_inline void record_latency(struct cpu *cpu, __u32 half, __u32 kind, __u64 ns, bool target)
{
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS || kind >= KINDS)
		return;
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

/* What of [from, to) lies in [start, end). */
static __always_inline __u64 part(__u64 from, __u64 to, __u64 start, __u64 end)
{
	if (from < start)
		from = start;
	if (to > end)
		to = end;
	return to > from ? to - from : 0;
}

/* Adds what of the stays up to `now` lies in an interval. Not inlined: a stay seldom crosses a boundary. */
static __noinline int add_parts(struct sums *sums, const struct stays *last, __u64 now, __u64 start, __u64 end)
{
	__u64 left, woken, ns;

	if (!sums || !last)
		return 0;
	left = last->left ?: now;
	woken = last->woken ?: now;
	sums->oncpu_ns += part(last->ran, left, start, end);
	if (last->ran < last->left && left >= start && left < end)
		sums->switches++;
	if (!last->left)
		return 0;
	ns = part(left, woken, start, end);
	if (ns && last->state == STATE_DISK) {
		sums->disk_ns += ns;
		add_call(sums, last->call | CALL_DISK, ns);
	} else if (ns) {
		sums->sleep_ns += ns;
		add_call(sums, last->call, ns);
	}
	ns = part(woken, now, start, end);
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

/* `comm` of a process is that of its first thread. */
static __always_inline void describe(char *comm, struct task_struct *task, bool own)
{
	if (!own)
		task = task->group_leader;
	bpf_probe_read_kernel(comm, TASK_COMM_LEN, task->comm);
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

/* Of a thread that has ended; of the process, when that has ended with it. */
static __always_inline __u32 how_it_ended(struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct task_struct *leader = task->group_leader;

	if (signal->live.counter > 0)
		return task->exit_code << 16;
	return RECORD_LAST | (signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : leader->exit_code) << 16;
}

/* A thread's last switch: hand over what has not been written out. Not inlined, being rare. */
static __noinline int hand_over(struct task_struct *task, struct thread *t, struct cpu *cpu)
{
	__u64 key = ended_key(task);
	__u32 epoch = config.epoch;
	struct sums *now, *before;
	struct record record = {};

	if (!t || !cpu)
		return 0;
	add_split(t, epoch, t->last.left);
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
	record.flags = RECORD_EXITED | (t->selected ? RECORD_SELECTED : 0) | how_it_ended(task);
	record.pid = task->pid;
	record.tgid = task->tgid;
	record.cgroup = cgroup_of(task);
	/* the last one has the name of the process, which nobody else can tell any more */
	describe(record.comm, task, t->selected && !(record.flags & RECORD_LAST));
	record.sums = *now;
	if (bpf_map_update_elem(&ended, &key, &record, BPF_NOEXIST)) {
		cpu->unnamed++;
		add_sums(&cpu->others, now);
	}
	return 0;
}

/* A thread of which nothing is known but that it can run now. */
static __always_inline void start_waiting(struct thread *t)
{
	__u64 now = bpf_ktime_get_ns();

	t->seq++;
	t->last.ran = now;
	t->last.left = now;
	t->last.woken = now;
	t->last.state = STATE_WAITING;
	t->seq++;
}

/* A thread on its way to sleep can be woken before it leaves the CPU: it never left, nothing to note. */
SEC("tp_btf/sched_wakeup")
int BPF_PROG(wakeup, struct task_struct *task)
{
	struct thread *t = find(task);
	__u32 state;

	if (!t) {
		count_lost();
		return 0;
	}
	state = t->last.state;
	if (state == STATE_SLEEP || state == STATE_DISK) {
		if (!t->last.woken)
			t->last.woken = bpf_ktime_get_ns();
	} else if (state == STATE_NEW) {
		start_waiting(t);
	}
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(wakeup_new, struct task_struct *task)
{
	struct thread *t = find(task);

	if (t)
		start_waiting(t);
	else
		count_lost();
	return 0;
}

/* In fork(), where memory may be had: so that the scheduler's hooks need none. */
SEC("tp_btf/task_newtask")
int BPF_PROG(newtask, struct task_struct *task)
{
	struct thread *t = make(task, true);

	if (t)
		t->selected = selected(&config.selection, task);
	return 0;
}

static __always_inline void leave(struct task_struct *task, struct cpu *cpu, __u64 now, bool preempt, __u32 state)
{
	struct thread *t = find(task);

	if (!t) {
		cpu->lost++;
		return;
	}
	t->seq++;
	if (t->last.state != STATE_RUNNING) { /* its way onto the CPU was missed */
		if (t->last.state != STATE_NEW)
			add_split(t, config.epoch, now);
		t->last.ran = now;
	}
	t->last.left = now;
	t->last.woken = 0;
	if (preempt || !state) {
		t->last.state = STATE_PREEMPTED;
		t->last.woken = now;
	} else if (state & TASK_DEAD) {
		t->last.state = STATE_DEAD;
		hand_over(task, t, cpu);
	} else {
		t->last.state = is_disk(state) ? STATE_DISK : STATE_SLEEP;
		t->last.call = blocking_call(task);
	}
	t->seq++;
	if (t->last.state == STATE_DEAD)
		t->task = SLOT_FREE;
}

/* Adds what the thread did since it was last switched in. */
static __always_inline void add_stays(struct task_struct *task, struct thread *t, struct cpu *cpu, __u64 now)
{
	__u32 epoch = config.epoch, half = epoch & 1, state = t->last.state;
	__u64 left = t->last.left, woken = t->last.woken, slept, waited;
	struct sums *sums = sums_of(t, epoch);
	bool target = t->selected;

	if (!woken) { /* its wake-up was missed */
		add_split(t, epoch, now);
		return;
	}
	slept = woken > left ? woken - left : 0;
	waited = now > woken ? now - woken : 0;
	if (t->last.ran < config.start_ns[half]) {
		add_split(t, epoch, now);
	} else {
		sums->oncpu_ns += left - t->last.ran;
		if (t->last.ran < left)
			sums->switches++;
		sums->wait_ns += waited;
		if (state == STATE_SLEEP) {
			sums->sleep_ns += slept;
			add_call(sums, t->last.call, slept);
		} else if (state == STATE_DISK) {
			sums->disk_ns += slept;
			add_call(sums, t->last.call | CALL_DISK, slept);
		} else if (state == STATE_PREEMPTED) {
			sums->preempted_ns += waited;
		}
	}
	sums->waits++;
	if (waited > sums->wait_max_ns)
		sums->wait_max_ns = waited;

	if (cpu->max_epoch[half] != epoch) {
		__builtin_memset(cpu->max_ns[half], 0, sizeof(cpu->max_ns[half]));
		cpu->max_epoch[half] = epoch;
	}
	record_latency(cpu, half, RUNQ, waited, target);
	if (state == STATE_PREEMPTED)
		record_latency(cpu, half, PREEMPTED, waited, target);
	else if (state != STATE_WAITING)
		record_latency(cpu, half, state == STATE_DISK ? DISK : SLEEP, slept, target);
}

static __always_inline void enter(struct task_struct *task, struct cpu *cpu, __u64 now)
{
	struct thread *t = find(task);

	if (!t) {
		cpu->lost++;
		return;
	}
	if (t->last.state == STATE_RUNNING)
		return; /* its way off the CPU was missed */
	t->seq++;
	if (t->last.state != STATE_NEW)
		add_stays(task, t, cpu, now);
	t->last.state = STATE_RUNNING;
	t->last.ran = now;
	t->last.left = 0;
	t->seq++;
}

static __always_inline int switched(bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	struct cpu *cpu = this_cpu();
	__u64 now = bpf_ktime_get_ns();

	if (!cpu)
		return 0;
	if (prev->pid) {
		leave(prev, cpu, now, preempt, state);
	} else if (cpu->idle_since) {
		cpu->idle_ns += now - cpu->idle_since;
		cpu->idle_since = 0;
	}
	if (next->pid)
		enter(next, cpu, now);
	else
		cpu->idle_since = now;
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

/* A thread that was there before us, or for which no place could be had when it was made (the kernel refills its pool
 * of storage a moment later). One that has ended and is not yet gone has none any more. One in state R may be running or waiting: it is taken as running until its next switch,
 * at most one time slice later. */
static __always_inline struct thread *find_or_start(struct task_struct *task)
{
	struct thread *t = slot_of(task) ?: bpf_task_storage_get(&threads, task, 0, 0);

	if (!t && !(task->__state & TASK_DEAD))
		t = make(task, true);
	if (t && t->last.state == STATE_NEW) {
		t->last.call = blocking_call(task);
		t->last.ran = bpf_ktime_get_ns();
		t->last.state = state_of(task);
		if (t->last.state != STATE_RUNNING)
			t->last.left = t->last.ran;
	}
	if (t)
		t->selected = selected(&config.selection, task);
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
	describe(idle.comm, task, false);
	bpf_seq_write(ctx->meta->seq, &idle, sizeof(idle));
	return 0;
}

/* At the end of each interval, after epoch has been raised: what each thread did in the one before. */
SEC("iter/task")
int read_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct record record = {};
	struct idle idle = {};
	struct stays last = {};
	__u32 epoch = config.epoch - 1;
	__u64 start = config.start_ns[epoch & 1], end = config.start_ns[(epoch + 1) & 1], since;
	struct thread *t;

	if (!task || !task->pid)
		return 0;
	t = find_or_start(task);
	if (!t || t->last.state == STATE_DEAD)
		return write_name(ctx, task);
	/* the thread may run meanwhile: read again when it changed */
	if (!snapshot(t, epoch, &last, &record.sums) && !snapshot(t, epoch, &last, &record.sums))
		snapshot(t, epoch, &last, &record.sums);
	if (t->task != (__u64)task)
		return 0; /* ended meanwhile */
	t->read = epoch;
	if (last.woken && (last.state == STATE_SLEEP || last.state == STATE_DISK))
		idle.state = STATE_WAITING;
	else
		idle.state = last.state;
	since = !last.left ? last.ran : last.woken ?: last.left;
	if (record.sums.epoch != epoch) {
		if (last.ran >= end)
			return 0; /* began after the interval */
		if (since <= start) {
			idle.size = sizeof(idle);
			idle.tgid = task->tgid;
			idle.pid = task->pid;
			idle.call = last.call;
			idle.age_ns = end - since;
			idle.flags = t->selected ? RECORD_SELECTED : 0;
			idle.cgroup = cgroup_of(task);
			describe(idle.comm, task, t->selected);
			bpf_seq_write(seq, &idle, sizeof(idle));
			return 0;
		}
		__builtin_memset(&record.sums, 0, sizeof(record.sums));
	}
	add_parts(&record.sums, &last, end, start, end);
	if (last.woken && last.left && since < end && end - since > record.sums.wait_max_ns)
		record.sums.wait_max_ns = end - since;
	record.size = sizeof(record);
	record.tgid = task->tgid;
	record.pid = task->pid;
	record.flags = (t->selected ? RECORD_SELECTED : 0) | idle.state << 8;
	record.cgroup = cgroup_of(task);
	describe(record.comm, task, t->selected);
	bpf_seq_write(seq, &record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
