// SPDX-License-Identifier: MIT OR GPL-2.0
/* Where the selected threads are: the stacks they left a CPU with, weighted by the time until they were back on one;
 * those sampled while they run; and those they are in now. `config` says which, of whom, and from what time on.
 *
 * A stack is known by a hash of its contents (and of the process, for its user part), seeded by user space. So `stacks`
 * can be emptied at any time: what is still referred to has been read, and what comes again gets the same name.
 * Time is added up in one of two tables, by the number of the interval; user space reads the other one, in which
 * nothing changes any more. */
#include "blocking.h"
#include "quota.h"
#include "selection.h"

#define DEPTH 127
#define KERNEL_DEPTH 64
#define KERNEL_BYTES (KERNEL_DEPTH * sizeof(__u64))
#define HZ 49

enum { MODE_OFF, MODE_OFFCPU, MODE_ONCPU, MODE_NOW };
#define KERNEL_THREAD 0x10
/* In place of a hash: there was a stack, but no room for it. */
#define STACK_LOST 1

volatile struct {
	struct selection selection;
	__u64 threshold_ns;
	__u64 seed;
	__u32 epoch;
	__u32 mode;
	__u32 generation; /* raised when the selection or mode changes: older notes do not count */
	__u32 wakers;
	__u32 users; /* notes user stacks in MODE_NOW */
} config SEC(".data.config");

struct stack {
	__u32 tgid; /* 0: of the kernel */
	__u32 depth;
	__u64 ips[DEPTH];
};

struct thread {
	__u64 since; /* when it left its CPU; 0: it is on one */
	__u64 user;
	__u64 waker_user;
	__u64 waker_kernel;
	__u32 generation;
	__u32 state;
	__u32 waker_pid;
	__u32 woken;
	char waker_comm[TASK_COMM_LEN];
};

struct key {
	__u64 user;
	__u64 kernel;
	__u64 waker_user;
	__u64 waker_kernel;
	__u32 tgid;
	__u32 waker_pid;
	__u32 state;
	__u32 woken; /* the waker is known */
	char comm[TASK_COMM_LEN];
	char waker_comm[TASK_COMM_LEN];
};

struct sum {
	__u64 ns;
	__u64 count;
	__u64 max_ns;
};

/* What the iterator writes: of `ips` as many as there are. */
struct now {
	__u32 tgid;
	__u32 pid;
	__u32 state;
	__u32 call;
	__u64 for_ns; /* 0: not known */
	__u64 user;
	char comm[TASK_COMM_LEN];
	__u32 depth;
	__u32 unused;
	__u64 ips[KERNEL_DEPTH];
};

struct totals {
	__u64 lost; /* threads and stacks without room */
	__u64 others_ns;
	__u64 others;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct stack);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, struct thread);
} threads SEC(".maps");

struct sums {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct key);
	__type(value, struct sum);
};
struct sums even SEC(".maps"), odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack);
} scratch SEC(".maps");

/* Of the iterator, which can be interrupted by the other programs. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct now);
} record SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

static __always_inline struct totals *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&totals, &zero);
}

static __always_inline void count_lost(void)
{
	struct totals *cpu = this_cpu();

	if (cpu)
		cpu->lost++;
}

/* Keeps a stack of so many bytes; its hash, 0 when there is none. */
static __always_inline __u64 note(struct stack *stack, __u32 tgid, long bytes)
{
	__u64 hash = config.seed ^ tgid;
	__u32 depth;

	if (bytes <= 0)
		return 0;
	depth = bytes / sizeof(__u64);
	for (__u32 i = 0; i < DEPTH; i++) {
		if (i >= depth)
			break;
		hash = (hash ^ stack->ips[i]) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	if (hash <= STACK_LOST)
		hash += 2;
	if (bpf_map_lookup_elem(&stacks, &hash))
		return hash;
	stack->tgid = tgid;
	stack->depth = depth;
	if (bpf_map_update_elem(&stacks, &hash, stack, BPF_ANY)) {
		count_lost();
		return STACK_LOST;
	}
	return hash;
}

/* The current stack of the kernel (tgid 0) or of the process. */
static __noinline __u64 note_stack(void *ctx, __u32 tgid)
{
	__u32 zero = 0;
	struct stack *stack = bpf_map_lookup_elem(&scratch, &zero);

	if (!stack)
		return 0;
	if (tgid)
		return note(stack, tgid, bpf_get_stack(ctx, stack->ips, sizeof(stack->ips), BPF_F_USER_STACK));
	return note(stack, 0, bpf_get_stack(ctx, stack->ips, KERNEL_BYTES, 0));
}

/* Raises a maximum that other CPUs may be raising too. */
static __always_inline void raise(__u64 *max, __u64 ns)
{
	__u64 seen = *(volatile __u64 *)max, before;

#pragma unroll
	for (int i = 0; i < 4; i++) {
		if (ns <= seen)
			return;
		before = __sync_val_compare_and_swap(max, seen, ns);
		if (before == seen)
			return;
		seen = before;
	}
}

static __noinline int add(const struct key *key, __u64 ns)
{
	struct sum first = {}, *sum;
	struct totals *cpu;

	if (!key)
		return 0;
	sum = config.epoch & 1 ? find_or_make(&odd, key, &first) : find_or_make(&even, key, &first);
	if (sum) {
		__sync_fetch_and_add(&sum->ns, ns);
		__sync_fetch_and_add(&sum->count, 1);
		raise(&sum->max_ns, ns);
		return 0;
	}
	cpu = this_cpu();
	if (cpu) {
		cpu->others++;
		cpu->others_ns += ns;
	}
	return 0;
}

/* As a string, so that rests of an older name are not taken for another one. */
static __always_inline void name(char *to, struct task_struct *task)
{
	bpf_probe_read_kernel_str(to, TASK_COMM_LEN, task->comm);
}

static __always_inline void leave(void *ctx, struct task_struct *task, bool preempt, __u32 state, __u32 mode)
{
	__u32 tid = task->pid, tgid = task->tgid;
	struct thread first = {}, *t;
	bool user = !is_worker(task);
	__u64 now = bpf_ktime_get_ns(); /* taking stacks takes time too, in which it does not run */

	if (state & TASK_DEAD) {
		bpf_map_delete_elem(&threads, &tid);
		return;
	}
	t = find_or_make(&threads, &tid, &first);
	if (!t) {
		count_lost();
		return;
	}
	if (t->generation != config.generation) {
		t->generation = config.generation;
		t->woken = 0;
	}
	t->state = preempt || !state ? (is_throttled(task) ? STATE_THROTTLED : STATE_PREEMPTED) : asleep_in(task, state);
	if (!user)
		t->state |= KERNEL_THREAD;
	t->user = user && (mode == MODE_OFFCPU || config.users) ? note_stack(ctx, tgid) : 0;
	t->since = now;
}

static __always_inline void enter(struct task_struct *task, __u32 mode)
{
	__u32 tid = task->pid, zero = 0;
	struct thread *t = bpf_map_lookup_elem(&threads, &tid);
	struct key key = {};
	struct stack *stack;
	__u64 now, since;

	if (!t)
		return;
	since = t->since;
	t->since = 0;
	if (!since || t->generation != config.generation || mode != MODE_OFFCPU)
		return;
	now = bpf_ktime_get_ns();
	if (now < since + config.threshold_ns)
		goto out;
	key.user = t->user;
	/* the kernel's stack is still what it was; taken only now, as most stays may be too short to be of interest */
	stack = bpf_map_lookup_elem(&scratch, &zero);
	if (stack)
		key.kernel = note(stack, 0, bpf_get_task_stack(task, stack->ips, KERNEL_BYTES, 0));
	key.tgid = task->tgid;
	key.state = t->state;
	name(key.comm, task);
	if (t->woken && is_asleep(t->state & ~KERNEL_THREAD)) {
		key.woken = 1;
		key.waker_user = t->waker_user;
		key.waker_kernel = t->waker_kernel;
		key.waker_pid = t->waker_pid;
		__builtin_memcpy(key.waker_comm, t->waker_comm, TASK_COMM_LEN);
	}
	add(&key, now - since);
out:
	t->woken = 0;
}

static __always_inline int switched(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	__u32 mode = config.mode;

	if (mode != MODE_OFFCPU && mode != MODE_NOW)
		return 0;
	if (prev->pid && selected(&config.selection, prev))
		leave(ctx, prev, preempt, state, mode);
	if (next->pid && selected(&config.selection, next))
		enter(next, mode);
	return 0;
}

/* From 5.18 on the state is an argument; before, it can only be read again. User space loads one of the two. */
SEC("tp_btf/sched_switch")
int BPF_PROG(switch_state, bool preempt, struct task_struct *prev, struct task_struct *next, unsigned int prev_state)
{
	return switched(ctx, preempt, prev, next, prev_state);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switch_plain, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	return switched(ctx, preempt, prev, next, prev->__state);
}

/* Who wakes it, which is not always who is running where it becomes runnable. Whether an interrupt did, its stack tells:
 * not every kernel lets a program read the counter that knows. */
SEC("tp_btf/sched_waking")
int BPF_PROG(waking, struct task_struct *task)
{
	struct task_struct *current;
	__u32 tid, tgid;
	struct thread *t;

	if (!config.wakers || config.mode != MODE_OFFCPU || !selected(&config.selection, task))
		return 0;
	tid = task->pid;
	t = bpf_map_lookup_elem(&threads, &tid);
	if (!t)
		return 0;
	current = bpf_get_current_task_btf();
	t->waker_pid = tgid = current->tgid;
	t->waker_user = is_worker(current) || !tgid ? 0 : note_stack(ctx, tgid);
	__builtin_memset(t->waker_comm, 0, TASK_COMM_LEN);
	name(t->waker_comm, current);
	t->waker_kernel = note_stack(ctx, 0);
	t->woken = 1;
	return 0;
}

SEC("perf_event")
int sample(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct key key = {};

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

/* In MODE_NOW, at the end of each interval. */
SEC("iter/task")
int read_now(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct seq_file *seq = ctx->meta->seq;
	__u32 zero = 0, state, tid;
	struct thread *t;
	struct now *now;
	__u64 since;
	long bytes;

	if (!task || !task->pid || !selected(&config.selection, task))
		return 0;
	state = task->__state;
	now = bpf_map_lookup_elem(&record, &zero);
	if (!now || state & TASK_DEAD)
		return 0;
	tid = task->pid;
	now->tgid = task->tgid;
	now->pid = tid;
	now->call = 0;
	now->for_ns = 0;
	now->user = 0;
	now->depth = 0;
	__builtin_memset(now->comm, 0, TASK_COMM_LEN);
	name(now->comm, task);
	if (bpf_core_field_exists(task->on_cpu) && task->on_cpu) {
		now->state = STATE_RUNNING;
	} else {
		now->state = state ? asleep_in(task, state) : is_throttled(task) ? STATE_THROTTLED : STATE_PREEMPTED;
		now->call = blocking_call(task);
		t = bpf_map_lookup_elem(&threads, &tid);
		if (t && t->generation == config.generation) {
			since = t->since;
			if (since)
				now->for_ns = bpf_ktime_get_ns() - since;
			now->user = t->user;
		}
		bytes = bpf_get_task_stack(task, now->ips, sizeof(now->ips), 0);
		now->depth = bytes > 0 ? bytes / sizeof(__u64) : 0;
	}
	if (is_worker(task))
		now->state |= KERNEL_THREAD;
	bpf_seq_write(seq, now, sizeof(*now));
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
