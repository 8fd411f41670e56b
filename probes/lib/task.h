/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs that follow threads read of the kernel's: the fields of a task and of what it has for itself (signals,
 * credentials, the scheduler's and other accounts), the context of an iterator over tasks, and whether a thread is a
 * 32-bit caller. */
#ifndef PROBETOP_TASK_H
#define PROBETOP_TASK_H

#include "probetop.h"

/* From Linux 6.3 on the verifier goes through all types of the kernel, a millisecond, for each pointer that is read from one
 * it trusts, such as a task of a hook, on each of the paths that lead there. So such pointers are read before paths part,
 * in global functions, or, where it is rare, by BPF_CORE_READ. */

typedef struct {
	int counter;
} CORE atomic_t;

typedef struct {
	__s64 counter;
} CORE atomic64_t;

typedef struct {
	atomic_t refs;
} CORE refcount_t;

typedef struct {
	__u32 val;
} CORE kuid_t;
struct cred {
	kuid_t uid;
} CORE;

struct signal_struct {
	atomic_t live; /* threads that have not begun to end */
	int nr_threads;
	int group_exit_code;
	unsigned int flags;
	unsigned long min_flt; /* of threads that have ended */
	unsigned long maj_flt;
} CORE;

struct cfs_rq;
struct sched_entity {
	struct cfs_rq *cfs_rq;
	__u64 exec_start;
	__u64 sum_exec_runtime;
	unsigned char sched_delayed; /* asleep, and still in its queue; from 6.12 on */
} CORE;
struct sched_info {
	unsigned long pcount;
	unsigned long long run_delay;
	unsigned long long last_arrival; /* on a CPU */
	unsigned long long last_queued;
} CORE;

struct task_io_accounting {
	__u64 read_bytes, write_bytes, cancelled_write_bytes;
} CORE;

struct thread_info {
	unsigned long flags;
	__u32 status;
	__u32 cpu; /* on x86 from 5.16 on */
} CORE;
struct thread_struct {
	unsigned long sp; /* on x86 */
	struct {
		unsigned long sp;
	} cpu_context; /* on arm64 */
} CORE;

struct css_set;
struct files_struct;
struct mm_struct;
struct pid;
struct task_group;
struct task_struct {
	struct thread_info thread_info;
	void *stack; /* the kernel's */
	unsigned int __state;
	unsigned int flags;
	unsigned int ptrace;
	int on_cpu;
	unsigned int cpu; /* before 5.16 on x86 */
	struct sched_entity se;
	struct sched_info sched_info;
	struct task_group *sched_task_group;
	bool throttled; /* from 6.18 on */
	unsigned int frozen : 1;
	int pid;
	int tgid;
	int exit_code;
	__u64 utime;
	__u64 stime;
	unsigned long nvcsw, nivcsw;
	unsigned long min_flt, maj_flt;
	struct task_io_accounting ioac;
	__u64 start_time;
	__u64 start_boottime; /* of a process that of its first thread, which exec() keeps */
	struct mm_struct *mm;
	unsigned long blocker; /* a lock and two bits, from 6.16 on with DETECT_HUNG_TASK_BLOCKER */
	struct task_struct *real_parent;
	struct task_struct *parent; /* or its tracer */
	struct task_struct *group_leader;
	struct pid *thread_pid;
	const struct cred *cred;
	struct files_struct *files;
	struct signal_struct *signal;
	char comm[TASK_COMM_LEN];
	struct css_set *cgroups;
	struct thread_struct thread;
} CORE;

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 seq_num;
} CORE;
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} CORE;

#define TASK_DEAD 0x0080
#define PF_EXITING 0x00000004
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004

/* Of a thread in a system call: does it use the 32-bit table? */
static __always_inline bool is_compat(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return task->thread_info.status & 2; /* TS_COMPAT */
#else
	return task->thread_info.flags & (1UL << 22); /* TIF_32BIT */
#endif
}

/* Of a task's address. */
static __always_inline __u32 task_hash(struct task_struct *task)
{
	__u32 low;

	/* the copy makes a number of it: the compiler may leave it out, and no kernel takes arithmetic with half a pointer */
	asm volatile("%0 = %1" : "=w"(low) : "w"((__u32)(__u64)task));
	return (low >> 6) * 0x9e3779b1U;
}

/* For tables of threads that have ended: a number may be used again within an interval, as exec() of
 * another thread than the first does, and so may an address. */
static __always_inline __u64 ended_key(struct task_struct *task)
{
	return (__u64)task->pid << 32 | task_hash(task);
}

/* Asleep, and still in its queue: moved now, the kernel notes it as waiting. */
static __always_inline bool is_leaving_queue(struct task_struct *task)
{
	return bpf_core_field_exists(task->se.sched_delayed) && task->se.sched_delayed;
}

/* Asleep, and noted as waiting: it was moved so. */
static __always_inline bool was_moved_asleep(struct task_struct *task)
{
	return bpf_core_field_exists(task->sched_info.last_queued) && task->__state && task->sched_info.last_queued;
}

#endif
