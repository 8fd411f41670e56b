/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Whether a thread in state D is held back on purpose before its I/O gets to a disk, where no request is seen yet.
 *
 * A limit of a control group (blkio.throttle, io.max) queues the bio and lets the thread wait like for any disk: its
 * stack does not tell, but its group's queue is not empty. Other throttles wait in functions of their own, which are
 * looked for in the stack. Asked once an interval, only of threads in state D. */
#ifndef PROBETOP_HELD_IO_H
#define PROBETOP_HELD_IO_H

#include "selection.h"

enum cgroup_subsys_id {
	io_cgrp_id = 255, /* relocated */
};

struct list_head {
	struct list_head *next;
} CORE;
struct hlist_node {
	struct hlist_node *next;
} CORE;
struct hlist_head {
	struct hlist_node *first;
} CORE;

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

/* By what: the lower bits; for a limit how many groups above its own one the limit is. Mirrored by
 * src/engine/native/held-io.ts. */
#define HELD_LIMIT 1
#define HELD_PLACE 2 /* and those above, by number in `places` */
#define HELD_LEVEL_BITS 4
#define LEVELS 8
#define DISKS_OF_GROUP 16

/* Functions in which a thread waits; 0: not in this kernel. */
#define PLACES 5
volatile struct {
	struct {
		__u64 from;
		__u64 to;
	} at[PLACES];
	__u64 known; /* 0: nobody has looked them up yet */
} places SEC(".data.places");

#define FRAMES 14
__u64 frames[FRAMES]; /* only one reads at a time */

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

/* Of the group of this address. */
__noinline int held_by_limit(__u64 address)
{
	struct blkcg *group = (void *)address;
	struct hlist_node *node;

	if (!has_limits())
		return 0;
	node = BPF_CORE_READ(group, blkg_list.first);
	for (int i = 0; i < DISKS_OF_GROUP && node; i++) {
		int level = limit_on((__u64)node - bpf_core_field_offset(struct blkcg_gq, blkcg_node));

		if (level >= 0)
			return HELD_LIMIT | level << HELD_LEVEL_BITS;
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

/* Of the first frames. */
__noinline int held_in_place(__u32 count)
{
	for (__u32 i = 0; i < FRAMES && i < count; i++)
		for (int place = 0; place < PLACES; place++)
			if (frames[i] >= places.at[place].from && frames[i] < places.at[place].to)
				return HELD_PLACE + place;
	return 0;
}

/* What holds a thread that is in state D; 0: nothing that we know of. */
static __noinline __u32 held_io(struct task_struct *task)
{
	struct cgroup_subsys_state *css = NULL;
	__u32 held = 0;
	long bytes;

	if (!task)
		return 0;
	if (places.known) {
		bytes = bpf_get_task_stack(task, frames, sizeof(frames), 0);
		if (bytes > 0)
			held = held_in_place((__u32)bytes / sizeof(frames[0]));
	}
	if (held || !has_limits())
		return held;
	bpf_probe_read_kernel(&css, sizeof(css),
			      (void **)&task->cgroups->subsys[0] + bpf_core_enum_value(enum cgroup_subsys_id, io_cgrp_id));
	/* the root has no limits */
	return css && BPF_CORE_READ(css, parent) ? held_by_limit((__u64)css) : 0;
}

#endif
