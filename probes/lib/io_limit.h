/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Whether a limit of a control group on I/O (blkio.throttle, io.max) holds back what threads of a group have asked for.
 *
 * It queues the bio and lets the thread wait like for any disk: its stack does not tell, but the queue of its group, or of
 * the one above whose limit it is, is not empty. That is known of the group, not of the thread. */
#ifndef PROBETOP_IO_LIMIT_H
#define PROBETOP_IO_LIMIT_H

#include "selection.h"

enum cgroup_subsys_id {
	io_cgrp_id = 255, /* relocated */
};

struct blkcg {
	struct cgroup_subsys_state css;
	struct hlist_head blkg_list; /* one for each disk */
} CORE;

#define POLICIES 8
struct blkg_policy_data {
	int plid;
} CORE;
struct blkcg_gq {
	struct hlist_node blkcg_node;
	struct blkcg_gq *parent;
	struct blkg_policy_data *pd[POLICIES];
} CORE;

struct throtl_grp;
/* Of those that queue in one queue, each has a node there while it has something in it. */
struct throtl_qnode {
	struct list_head node;
	struct throtl_grp *tg;
} CORE;
struct throtl_service_queue {
	struct throtl_service_queue *parent_sq;
} CORE;
struct throtl_grp {
	struct throtl_service_queue service_queue;
	struct throtl_qnode qnode_on_self[2]; /* reads, writes */
	struct throtl_qnode qnode_on_parent[2];
} CORE;

#define LEVELS 8
#define DISKS_OF_GROUP 16

static __always_inline bool has_limits(void)
{
	return bpf_core_enum_value_exists(enum cgroup_subsys_id, io_cgrp_id) &&
	       bpf_core_field_exists(struct blkcg, blkg_list) && bpf_core_field_exists(struct blkcg_gq, pd) &&
	       bpf_core_field_exists(struct throtl_grp, qnode_on_parent) &&
	       bpf_core_field_exists(struct throtl_qnode, tg) && bpf_core_field_exists(struct throtl_service_queue, parent_sq);
}

static __always_inline bool is_linked(struct list_head *node)
{
	struct list_head *next = BPF_CORE_READ(node, next);

	return next && next != node;
}

/* A group's data of the policy of this number; NULL when that is not blk-throttle, whose number no kernel tells: but its
 * nodes point back to where they are. */
static __always_inline struct throtl_grp *throttle_of(struct blkcg_gq *blkg, __u32 policy)
{
	struct throtl_grp *group = NULL;
	void **data = (void **)__builtin_preserve_access_index(&blkg->pd[0]);

	bpf_probe_read_kernel(&group, sizeof(group), data + policy);
	if (!group || BPF_CORE_READ(group, qnode_on_self[0].tg) != group || BPF_CORE_READ(group, qnode_on_parent[1].tg) != group)
		return NULL;
	return group;
}

/* How many groups above `blkg` (its address) the one is whose limit for a disk holds something of it; -1: none. Global,
 * as the verifier looks at such functions once, not again for each call and disk. */
__noinline int limit_on(__u64 address)
{
	struct blkcg_gq *blkg = (void *)address;
	struct throtl_grp *group = NULL, *above;
	__u32 policies, policy;
	int level;

	if (!has_limits()) /* said in each, as such functions are verified for themselves */
		return -1;
	policies = bpf_core_field_size(struct blkcg_gq, pd) / sizeof(void *);
	for (policy = 0; policy < POLICIES && policy < policies; policy++) {
		group = throttle_of(blkg, policy);
		if (group)
			break;
	}
	if (!group)
		return -1;
	if (is_linked(&group->qnode_on_self[0].node) || is_linked(&group->qnode_on_self[1].node))
		return 0;
	for (level = 1; level < LEVELS; level++) {
		blkg = BPF_CORE_READ(blkg, parent);
		above = blkg ? throttle_of(blkg, policy) : NULL;
		/* in version 1 a group's limit is nothing to those below */
		if (!above || BPF_CORE_READ(group, service_queue.parent_sq) != &above->service_queue)
			return -1;
		if (is_linked(&group->qnode_on_parent[0].node) || is_linked(&group->qnode_on_parent[1].node))
			return level;
		group = above;
	}
	return -1;
}

/* Of the group of this address: the same for any of its disks. */
__noinline int group_limit(__u64 address)
{
	struct blkcg *group = (void *)address;
	struct hlist_node *node;

	if (!has_limits())
		return -1;
	node = BPF_CORE_READ(group, blkg_list.first);
	for (int i = 0; i < DISKS_OF_GROUP && node; i++) {
		int level = limit_on((__u64)node - bpf_core_field_offset(struct blkcg_gq, blkcg_node));

		if (level >= 0)
			return level;
		node = BPF_CORE_READ(node, next);
	}
	return -1;
}

/* Of a thread: how many groups above its own the one is whose limit holds I/O of its group; -1: none does. */
static __always_inline int io_limit(struct task_struct *task)
{
	struct cgroup_subsys_state *css;
	int level;

	if (!has_limits())
		return -1;
	css = state_of(task, bpf_core_enum_value(enum cgroup_subsys_id, io_cgrp_id));
	/* the root has no limits */
	level = css && BPF_CORE_READ(css, parent) ? group_limit((__u64)css) : -1;
	return level < 0 ? level : level + groups_above(task, css);
}

#endif
