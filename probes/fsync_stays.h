/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Threads within an fsync, and how long each was off its CPU, by the kernel's stack; and what the journal of its file system
 * did meanwhile. */
#ifndef PROBETOP_FSYNC_STAYS_H
#define PROBETOP_FSYNC_STAYS_H

#include "epoch.h"
#include "fsync.h"

#define STACK_FRAMES 24
#define STAYS 8
#define NO_STACK 0xffffffff  /* it could go on, and lost its CPU */
#define STACK_LOST 0xfffffffe

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 2048);
	__type(key, __u32);
	__uint(value_size, STACK_FRAMES * sizeof(__u64));
} kernel_stacks SEC(".maps");

struct sync_key {
	__u64 ino;
	__u32 fs;
	__u32 tgid;
};
struct stay {
	__u64 ns;
	__u64 phase_ns[PHASES];
	__u32 stack;
	__u32 count;
};
struct syncing {
	struct sync_key key;
	__u64 began_ns;
	__u64 left_ns;
	__u64 phase_ns[PHASES]; /* the journal's sums as it left its CPU */
	__u32 stack;
	__u32 by_call; /* over with its system call */
	__u32 data_only;
	__u32 unused;
	__u64 inode; /* its address; the file is open as long as this goes on */
	char comm[TASK_COMM_LEN];
	struct stay stays[STAYS];
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct syncing);
} syncing SEC(".maps");
static const struct syncing no_sync;

struct stay_key {
	struct sync_key of;
	__u32 stack;
	__u32 unused;
};
struct stays {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct stay_key);
	__type(value, struct stay);
};
struct stays stays_even SEC(".maps");
struct stays stays_odd SEC(".maps");

static __always_inline void add_stay(struct syncing *s, struct stay *stay)
{
	struct stay_key key = { .of = s->key, .stack = stay->stack };
	void *table = config.epoch & 1 ? (void *)&stays_odd : (void *)&stays_even;
	struct stay *sum = bpf_map_lookup_elem(table, &key);
	int i;

	if (!sum) {
		if (bpf_map_update_elem(table, &key, stay, BPF_NOEXIST))
			count_lost();
		return;
	}
	__sync_fetch_and_add(&sum->count, stay->count);
	__sync_fetch_and_add(&sum->ns, stay->ns);
	for (i = 0; i < PHASES; i++)
		__sync_fetch_and_add(&sum->phase_ns[i], stay->phase_ns[i]);
}

static __always_inline void note_leaving(void *ctx, struct syncing *s, bool preempted, __u64 now)
{
	struct journal *j = bpf_map_lookup_elem(&journals, &s->key.fs);
	long stack;

	s->left_ns = now;
	s->stack = NO_STACK;
	if (!preempted) {
		stack = bpf_get_stackid(ctx, &kernel_stacks, BPF_F_FAST_STACK_CMP);
		s->stack = stack < 0 ? STACK_LOST : stack;
	}
	if (j)
		sums_of(s->phase_ns, j, now);
	else
		__builtin_memset(s->phase_ns, 0, sizeof(s->phase_ns));
}

static __always_inline void note_return(struct syncing *s, __u64 now)
{
	struct journal *j = bpf_map_lookup_elem(&journals, &s->key.fs);
	__u64 sums[PHASES] = {};
	struct stay *stay;
	int i, p;

	if (!s->left_ns)
		return;
	if (j)
		sums_of(sums, j, now);
	/* the last place takes whatever finds none */
	for (i = 0; i < STAYS; i++) {
		stay = &s->stays[i];
		if (stay->count && stay->stack != s->stack && i < STAYS - 1)
			continue;
		stay->stack = stay->count && stay->stack != s->stack ? STACK_LOST : s->stack;
		stay->count++;
		stay->ns += now - s->left_ns;
		for (p = 0; p < PHASES; p++)
			if (j && sums[p] > s->phase_ns[p])
				stay->phase_ns[p] += sums[p] - s->phase_ns[p];
		break;
	}
	s->left_ns = 0;
}

#endif
