/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The control group of a thread that ends, where hierarchies of version 1 are mounted beside version 2, whose root then has
 * every process in it. Nobody can read /proc of it any more, but its set of groups still has one of each hierarchy. */
#ifndef PROBETOP_ENDED_GROUP_H
#define PROBETOP_ENDED_GROUP_H

#include "cgroup.h"

/* By the kernel's number of a hierarchy: whose word counts, from 1 on; 0: it is not asked. */
#define HIERARCHIES 64
volatile struct {
	__u8 rank[HIERARCHIES];
	__u32 some; /* there are any */
} hierarchies SEC(".data.hierarchies");

/* The number of a group, and which hierarchy it is of; numbers of folders do not get that far. With the last it is the root
 * of all of them, for sure. */
enum group_number { GROUP_RANK_ROOT = 15, GROUP_RANK_SHIFT = 48 };
const enum group_number *group_number_layout __attribute__((unused));

/* Rather more than there are controllers. */
#define MOST_LINKS 24

/* Of a link to a group (its address): its number, where its hierarchy is asked and it is not the root of that; else more than
 * any. Global, like who calls it, so that the verifier looks at it once, and not again for each way through a loop. */
__noinline __u64 linked_group(__u64 address)
{
	struct cgrp_cset_link *entry = (void *)address;
	struct cgroup *group = BPF_CORE_READ(entry, cgrp);
	__u32 hierarchy = BPF_CORE_READ(group, root, hierarchy_id);
	__u64 rank = hierarchy < HIERARCHIES ? hierarchies.rank[hierarchy] : 0;

	return rank && BPF_CORE_READ(group, level) > 0 ? BPF_CORE_READ(group, kn, id) | rank << GROUP_RANK_SHIFT : ~0ULL;
}

/* Of the thread that runs. */
__noinline __u64 ended_group(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	struct cgroup *group = BPF_CORE_READ(set, dfl_cgrp);
	__u64 number = BPF_CORE_READ(group, kn, id), link, end, linked;

	if (!bpf_core_type_exists(struct cgrp_cset_link) || !hierarchies.some || BPF_CORE_READ(group, level) > 0)
		return number;
	number |= (__u64)GROUP_RANK_ROOT << GROUP_RANK_SHIFT;
	end = (__u64)set + bpf_core_field_offset(struct css_set, cgrp_links);
	link = (__u64)BPF_CORE_READ((struct list_head *)end, next);
	for (int i = 0; i < MOST_LINKS && link && link != end; i++) {
		struct cgrp_cset_link *entry = (void *)(link - bpf_core_field_offset(struct cgrp_cset_link, cgrp_link));

		/* whose word counts most has the lowest */
		linked = linked_group((__u64)entry);
		if (linked < number)
			number = linked;
		link = (__u64)BPF_CORE_READ(entry, cgrp_link.next);
	}
	return number;
}

#endif
