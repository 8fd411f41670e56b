/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is said of a thread that waits. */
#ifndef PROBETOP_WAITS_RECORD_H
#define PROBETOP_WAITS_RECORD_H

#include "waits_descriptors.h"

#define FRAMES 16
/* On the number of a thread: it did not run, and only what stands before its state follows; what follows belongs to it: one
 * of a set that it waits for, its registers, the file that it waits for. */
enum row { SHORT = 0x80000000u, ITEM = 0x40000000u, FRAMED = 0x20000000u, WAITED = 0x10000000u };
const enum row *row_layout __attribute__((unused));
#define ARGUMENTS 4

enum wait_flag {
	WORKER = 1,         /* of the kernel */
	ONE_OF_SEVERAL = 2, /* the lock has several owners, of which this is one, or was */
	SELECTED = 4,
	LIMIT_SHIFT = 8, /* its group's I/O or CPU quota is held by the limit of the group so many above, and one; 0: by none */
};

enum lock_kind { LOCK_NONE, LOCK_MUTEX, LOCK_SEMAPHORE, LOCK_READ, LOCK_WRITE, LOCK_PERCPU, LOCK_RT };

struct wait {
	__u32 tid;
	__u32 tgid;
	enum state state;
	enum blocking_call call;
	__u64 switches;
	__u64 ran_ns; /* on CPUs, since it began */
	__u64 left;   /* when it last ran, on the scheduler's clock */
	__u64 clock;  /* that of its CPU, which may be old */
	__u64 born;
	__u64 args[ARGUMENTS]; /* zeros from here on, where there is nothing to say */
	__u64 sp;   /* its stack pointer, in user mode */
	__u64 lock; /* of the kernel */
	enum lock_kind lock_kind;
	__u32 lock_owner; /* thread */
	__u32 ns_tid;     /* as it and its kin call it */
	__u32 parent;
	__u32 tracer;
	__u32 cpu;
	enum wait_flag flags;
	__u32 depth;  /* of the kernel's stack; 0: not taken, or as it was */
	struct file_facts file;
	char comm[TASK_COMM_LEN];
	__u64 frames[FRAMES];
};

#endif
