/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The number of a thread as the thread itself knows it, in its own namespace. */
#ifndef PROBETOP_PID_H
#define PROBETOP_PID_H

#include "probetop.h"

struct upid {
	int nr;
} CORE;
struct pid {
	unsigned int level;
	struct upid numbers[1];
} CORE;

/* `level`: of the pid. */
static __always_inline __u32 number_in_namespace(struct pid *pid, __u32 level)
{
	void *numbers = __builtin_preserve_access_index(&pid->numbers[0]);
	__u32 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), numbers + level * bpf_core_type_size(struct upid) +
		bpf_core_field_offset(struct upid, nr));
	return number;
}

#endif
