/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Whom the programs are narrowed to: part of an object's `.data.config`, written by src/engine/native/selection.ts
 * without reloading. Nobody, or one process, is told by comparing a number. */
#ifndef PROBETOP_SELECTION_H
#define PROBETOP_SELECTION_H

#include "cgroup.h"

enum selection_kind { SELECT_NONE, SELECT_ALL, SELECT_PROCESS, SELECT_THREAD, SELECT_COMM, SELECT_CGROUP, SELECT_PROCESSES, SELECT_CGROUP_OF };

#define SELECTED_PROCESSES 16

struct selection {
	enum selection_kind kind;
	__u32 id;                 /* process or thread; or which controller has the group in its own hierarchy (v1) */
	__u64 cgroup;             /* inode number of its folder */
	char comm[TASK_COMM_LEN]; /* of the process, which is that of its first thread; zeros behind it */
	__u32 processes[SELECTED_PROCESSES]; /* zeros behind them */
};

#define CGROUP_DEPTH 32

static __always_inline bool has_name(struct task_struct *task, const volatile char *wanted)
{
	const volatile __u64 *other = (const volatile __u64 *)wanted;
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	__u64 comm[TASK_COMM_LEN / 8] = {};

	/* as a string: there may be rests of an older name behind it */
	bpf_probe_read_kernel_str(comm, sizeof(comm), leader->comm);
	return comm[0] == other[0] && comm[1] == other[1];
}

/* Its group of the default hierarchy (cgroup v2). */
static __always_inline __u64 cgroup_of(struct task_struct *task)
{
	return task->cgroups->dfl_cgrp->kn->id;
}

/* Whether the group of a controller's state (its address), or one of those above, is the one of this number. Global, as
 * the verifier looks at such functions once, and not for every program and way that leads to them. */
__noinline int is_within(__u64 address, __u64 id)
{
	struct cgroup_subsys_state *state = (void *)address;

	for (int i = 0; i < CGROUP_DEPTH && state; i++) {
		if (BPF_CORE_READ(state, cgroup, kn, id) == id)
			return true;
		state = BPF_CORE_READ(state, parent);
	}
	return false;
}

/* In that group of the default hierarchy, or in one below. */
static __always_inline bool in_cgroup(struct task_struct *task, __u64 id)
{
	return is_within((__u64)BPF_CORE_READ(task, cgroups, dfl_cgrp) + bpf_core_field_offset(struct cgroup, self), id);
}

/* The same of the hierarchy of a controller (cgroup v1). */
static __always_inline bool in_cgroup_of(struct task_struct *task, __u32 controller, __u64 id)
{
	return is_within((__u64)state_of(task, controller), id);
}

static __always_inline bool is_one_of(const volatile struct selection *selection, __u32 process)
{
	for (int i = 0; i < SELECTED_PROCESSES; i++) {
		__u32 each = selection->processes[i];

		if (!each)
			break;
		if (each == process)
			return true;
	}
	return false;
}

static __always_inline bool selected(const volatile struct selection *selection, struct task_struct *task)
{
	__u32 kind = selection->kind;

	switch (kind) {
	case SELECT_NONE:
		return false;
	case SELECT_ALL:
		return true;
	case SELECT_PROCESS:
		return task->tgid == selection->id;
	case SELECT_THREAD:
		return task->pid == selection->id;
	case SELECT_COMM:
		return has_name(task, selection->comm);
	case SELECT_CGROUP:
		return in_cgroup(task, selection->cgroup);
	case SELECT_CGROUP_OF:
		return in_cgroup_of(task, selection->id, selection->cgroup);
	case SELECT_PROCESSES:
		return is_one_of(selection, task->tgid);
	}
	return false;
}

#endif
