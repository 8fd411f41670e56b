/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What sched.bpf.c keeps: of each thread its last stays and the sums of two intervals, of each CPU its histograms; and
 * how a thread's place is found or made. */
#ifndef PROBETOP_SCHED_H
#define PROBETOP_SCHED_H

#include "blocking.h"
#include "bpf.h"
#include "queue_clock.h"
#include "selection.h"

#define CALLS 4

struct call {
	__u64 ns;
	enum blocking_call key;
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
	__u64 throttled_ns;
	__u64 oncpu_ns;
	__u64 asleep_ns[ASLEEP]; /* by state, from STATE_SLEEP on */
	struct call calls[CALLS];
	__u64 other_calls_ns;
};

/* The kernel's own accounts of a thread, since it began: in user mode and in the kernel (where it counts by ticks, that is
 * by 1 to 10 ms), and on CPUs without what interrupts and the hypervisor took of that, where it accounts for them. */
struct cpu_time {
	__u64 user_ns;
	__u64 system_ns;
	__u64 ran_ns;
};

/* A thread from the moment it was switched in. `state` is what it went into when it left; asleep in either way and
 * woken, it is waiting. */
struct stays {
	__u64 ran;   /* switched in */
	__u64 left;  /* switched out; 0: has not been */
	__u64 woken; /* able to run again, but for its group's quota; 0: is not, or the kernel has noted when; or WOKEN_UNKNOWN */
	__u64 throttled; /* ns since then without quota, once settle() was asked; before, what settle() subtracts */
	enum state state;
	enum blocking_call call;
};

/* It was moved as it slept: what the kernel notes of its next wake-up is when it was moved. */
#define WOKEN_UNKNOWN 1

/* What the kernel adds up of a thread's waits, in 64 ns: of 275 s differences are right. */
#define DELAY_SHIFT 6

struct thread {
	struct stays last; /* with what follows in one cache line */
	__u32 seq;         /* odd while being changed */
	__u32 read;        /* newest epoch already written out */
	__u32 selected;    /* noted when it was made and at the end of each interval, so that hooks need not look */
	union {
		__u32 cpu;   /* whose queue it was in when it could run again; where that matters to settle() */
		__u32 delay; /* of its waits up to when it went to sleep; where the queue tells of the next */
	};
	__u64 task;
	struct sums sums[2];
	struct cpu_time read_cpu; /* what was written out already */
} __attribute__((aligned(64)));

#include "slots.h"

/* Of both records; how it ended is a number, what holds its I/O is in held_io.h. */
enum record_flag {
	RECORD_EXITED = 1,
	RECORD_SELECTED = 2,
	RECORD_LAST = 4, /* with it the process has ended, as it says */
	RECORD_READ = 8, /* what it did before its epoch has been written out */
	RECORD_STATE_SHIFT = 8, /* the state at the end */
	RECORD_STATE = 0xff,
	RECORD_HELD_SHIFT = 16,
	RECORD_CODE_SHIFT = 16,
};

/* What the iterator writes. Threads without any event in the interval are written short (struct idle). */
struct record {
	__u32 size;
	__u32 tgid;
	__u32 pid;
	enum record_flag flags;
	char comm[TASK_COMM_LEN]; /* of the process; of the thread when it is selected */
	__u64 cgroup;
	__u64 started_ns; /* the process: its number may be used again */
	struct sums sums;
	struct cpu_time cpu;
};
struct idle {
	__u32 size;
	__u32 tgid;
	__u32 pid;
	enum state state; /* asleep and woken: STATE_WAITING */
	char comm[TASK_COMM_LEN];
	__u64 cgroup;
	__u64 started_ns;
	__u64 age_ns; /* of one that is able to run: since it entered the state, at the end of the interval */
	enum blocking_call call;
	enum record_flag flags;
};

enum kind { RUNQ, SLEEP, DISK, PREEMPTED, THROTTLED, KINDS };

/* So that user space knows of them. */
const struct idle *idle_layout __attribute__((unused));
const enum kind *kind_layout __attribute__((unused));

struct cpu_sums {
	struct hist all[KINDS];
	struct hist target[KINDS];
	__u64 max_ns[2][KINDS * 2];
	__u32 max_epoch[2];
	__u64 idle_ns;    /* without what there was before its first switch */
	__u64 idle_since; /* 0: is not idle */
	__u64 lost; /* switches and wake-ups of threads without a place */
	__u64 odd; /* what the kernel noted cannot be */
	__u64 unnamed; /* ended threads for which there was no room: their sums are in `others` */
	struct sums others;
};

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 by_queue; /* when threads are woken the kernel's queues tell, and no hook */
	struct selection selection;
} config SEC(".data.config");

/* Where quotas need no hook for wake-ups (quota.h), and the kernel notes them: as user space says. */
static __always_inline bool by_queue(void)
{
	return throttles_threads() && bpf_core_field_exists(struct task_struct, sched_info) &&
	       bpf_core_field_exists(struct sched_entity, cfs_rq) && config.by_queue;
}

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
	__type(value, struct cpu_sums);
} cpus SEC(".maps");

static __always_inline struct cpu_sums *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cpus, &zero);
}

static __always_inline void count_lost(void)
{
	struct cpu_sums *cpu = this_cpu();

	if (cpu)
		cpu->lost++;
}

/* A place for a thread that has none. */
static __always_inline struct thread *make(struct task_struct *task, bool may_allocate)
{
	struct thread *t = reserve_slot(task);

	if (t) {
		t->seq++; /* a reader may still be at the thread before */
		__builtin_memset(&t->last, 0, sizeof(t->last));
		__builtin_memset(&t->read_cpu, 0, sizeof(t->read_cpu));
		t->read = 0;
		t->selected = 0;
		t->cpu = 0;
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

#endif
