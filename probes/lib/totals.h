/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What a program counts on each CPU, what it had no room for among it (lost.h: that alone). Included after its `struct
 * totals`, which has `lost`. */
#ifndef PROBETOP_TOTALS_H
#define PROBETOP_TOTALS_H

#include "probetop.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

static __always_inline struct totals *totals_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&totals, &zero);
}

static __always_inline void count_lost(void)
{
	struct totals *t = totals_here();

	if (t)
		t->lost++;
}

#endif
