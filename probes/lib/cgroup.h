/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs read of control groups, and of a thread's own. */
#ifndef PROBETOP_CGROUP_H
#define PROBETOP_CGROUP_H

#include "list.h"
#include "task.h"

struct kernfs_node {
	__u64 id;
} CORE;
struct cgroup;
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
} CORE;
struct cgroup_root {
	int hierarchy_id;
} CORE;
struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	int level;
	struct cgroup_root *root;
} CORE;
struct css_set {
	struct cgroup_subsys_state *subsys[1]; /* by number, as many as the kernel has */
	struct cgroup *dfl_cgrp;
	struct list_head cgrp_links;
} CORE;
struct cgrp_cset_link {
	struct cgroup *cgrp;
	struct list_head cgrp_link;
} CORE;
struct task_group {
	struct cgroup_subsys_state css;
	struct task_group *parent;
	struct cfs_rq **cfs_rq;
} CORE;

/* What a controller, by its number, keeps of a thread's group in its own hierarchy; NULL: nothing. Its place in the array may
 * be known only now, so pointers are followed by hand. */
static __always_inline struct cgroup_subsys_state *state_of(struct task_struct *task, __u32 controller)
{
	__u64 states = (__u64)BPF_CORE_READ(task, cgroups) + bpf_core_field_offset(struct css_set, subsys);
	struct cgroup_subsys_state *state = NULL;

	bpf_probe_read_kernel(&state, sizeof(state), (void *)(states + controller * sizeof(state)));
	return state;
}

/* How many groups above a thread's own one the group is that a controller counts it for: in version 2 a controller may
 * be on for upper groups only. */
static __always_inline int groups_above(struct task_struct *task, struct cgroup_subsys_state *css)
{
	struct cgroup *own = BPF_CORE_READ(task, cgroups, dfl_cgrp), *group = BPF_CORE_READ(css, cgroup);

	if (!group || BPF_CORE_READ(group, root) != BPF_CORE_READ(own, root))
		return 0; /* version 1 */
	return BPF_CORE_READ(own, level) - BPF_CORE_READ(group, level);
}

#endif
