/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What could not be kept, for programs that count nothing else by CPU. */
#ifndef PROBETOP_LOST_H
#define PROBETOP_LOST_H

#include "probetop.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&lost, &zero);

	if (count)
		++*count;
}

#endif
