/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs read of control groups, and of a thread's own. */
#ifndef PROBETOP_CGROUP_H
#define PROBETOP_CGROUP_H

#include "task.h"

struct kernfs_node {
	__u64 id;
} CORE;
struct cgroup;
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *parent;
} CORE;
struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
} CORE;
struct css_set {
	struct cgroup_subsys_state *subsys[1]; /* by number, as many as the kernel has */
	struct cgroup *dfl_cgrp;
} CORE;
struct task_group {
	struct cgroup_subsys_state css;
	struct cfs_rq **cfs_rq;
} CORE;

#endif
