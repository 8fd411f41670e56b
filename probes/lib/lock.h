/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Locks of the kernel on which threads sleep, as far as they tell who has them. */
#ifndef PROBETOP_LOCK_H
#define PROBETOP_LOCK_H

#include "task.h"

struct mutex {
	atomic64_t owner; /* a task and three bits */
} CORE;
struct rw_semaphore {
	atomic64_t owner;
} CORE;
struct semaphore {
	unsigned long last_holder; /* from 6.16 on, with DETECT_HUNG_TASK_BLOCKER */
} CORE;

#endif
