/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The numbers of a thread, one for each namespace of processes that it is in. */
#ifndef PROBETOP_PID_H
#define PROBETOP_PID_H

#include "probetop.h"

struct upid {
	int nr;
	void *ns;
} CORE;
struct pid {
	unsigned int level;
	struct upid numbers[1];
} CORE;

#endif
