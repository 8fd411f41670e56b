/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is known of each request under way: in an array with a place for each request by a hash of its address, which is
 * looked up without calling the kernel. The kernel takes requests from tables of its own, so an address comes back
 * again and again, and few share a place. Requests in one page of memory have places side by side: scattered over the
 * array, each would cost a miss of the translation buffer in every program. A request whose place is another's is in a
 * hash table, which is only asked while somebody is in it.
 *
 * A place is claimed, found and given back by its request alone, whose events follow each other; `rq` says whose it
 * is, 0 nobody's. */
#ifndef PROBETOP_BLOCK_STARTS_H
#define PROBETOP_BLOCK_STARTS_H

#include "block.h"

#define START_SELECTED 1  /* when it was made */
#define START_ELSEWHERE 2 /* not in its place */

struct start { /* one cache line */
	__u64 rq;
	__u64 queued_ns;
	__u64 issued_ns; /* 0: not yet; from issue on, the kernel's own mark, size and disk are here too */
	__u64 made_ns;   /* the kernel's mark: tells requests at one address apart */
	__u32 tgid;
	__u32 dev;
	__u32 bytes; /* still to come */
	__u16 op;
	__u16 flags;
	__u64 comm[TASK_COMM_LEN / 8];
};

#define START_BITS 14
#define PAGE_BITS 4 /* places of requests in one page of memory */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); /* begins on a page, and so each value on a cache line */
	__uint(max_entries, 1 << START_BITS);
	__type(key, __u32);
	__type(value, struct start);
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct start);
} more_starts SEC(".maps");

/* Pages that have had a request: the rest of the places need not be gone through. Never 0 again, as the kernel's tables of
 * requests stay where they are. */
volatile __u8 touched[1 << (START_BITS - PAGE_BITS)] SEC(".data.touched");

/* How many are in more_starts. */
volatile __u64 elsewhere SEC(".data.elsewhere");

static __always_inline __u32 page_of(struct request *rq)
{
	return (((__u32)(__u64)rq >> 12) * 0x9e3779b1U) >> (32 - START_BITS + PAGE_BITS);
}

static __always_inline struct start *place_of(struct request *rq)
{
	__u32 index = page_of(rq) << PAGE_BITS | (((__u32)(__u64)rq >> 8) & ((1 << PAGE_BITS) - 1));

	return bpf_map_lookup_elem(&starts, &index);
}

static __noinline struct start *start_elsewhere(struct request *rq)
{
	__u64 key = (__u64)rq;

	return bpf_map_lookup_elem(&more_starts, &key);
}

/* NULL for one that is not known. */
static __always_inline struct start *start_of(struct request *rq)
{
	struct start *s = place_of(rq);

	if (s && s->rq == (__u64)rq)
		return s;
	return elsewhere ? start_elsewhere(rq) : NULL;
}

/* Noinline, being rare. */
static __noinline int drop_elsewhere(struct request *rq)
{
	__u64 key = (__u64)rq;

	if (!bpf_map_delete_elem(&more_starts, &key))
		__sync_fetch_and_add(&elsewhere, -1);
	return 0;
}

/* After this `s` is no longer the request's. */
static __always_inline void forget(struct start *s, struct request *rq)
{
	if (s->flags & START_ELSEWHERE)
		drop_elsewhere(rq);
	else
		__sync_lock_test_and_set(&s->rq, 0); /* once all of it has been read */
}

static __always_inline void note_issue(struct start *s, struct request *rq, __u64 now)
{
	s->dev = dev_of(rq);
	s->op = op_of(rq);
	s->bytes = rq->__data_len;
	s->made_ns = rq->start_time_ns;
	s->issued_ns = now;
}

static __always_inline void fill(struct start *s, struct request *rq, __u64 now, bool issued)
{
	struct task_struct *task = bpf_get_current_task_btf(), *leader = task->group_leader;

	s->queued_ns = now;
	s->made_ns = 0;
	s->tgid = task->tgid;
	s->flags = selected(&config.selection, task) ? START_SELECTED : 0;
	s->comm[0] = *(__u64 *)&leader->comm[0];
	s->comm[1] = *(__u64 *)&leader->comm[8];
	if (issued)
		note_issue(s, rq, now);
	else
		s->issued_ns = 0;
}

static __noinline int begin_elsewhere(struct request *rq, __u64 now, bool issued)
{
	struct start s = { .rq = (__u64)rq };

	fill(&s, rq, now, issued);
	s.flags |= START_ELSEWHERE;
	if (bpf_map_update_elem(&more_starts, &s.rq, &s, BPF_NOEXIST))
		return -1;
	__sync_fetch_and_add(&elsewhere, 1);
	return 0;
}

/* Follows a request that is not known yet. False where there is no room. */
static __always_inline bool begin(struct request *rq, __u64 now, bool issued)
{
	struct start *s = place_of(rq);

	if (!s || s->rq || __sync_val_compare_and_swap(&s->rq, 0, (__u64)rq))
		return !begin_elsewhere(rq, now, issued);
	if (!touched[page_of(rq)])
		touched[page_of(rq)] = 1; /* once: the line stays in every CPU's cache */
	fill(s, rq, now, issued);
	return true;
}

#endif
