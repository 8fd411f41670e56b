/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What journals do (jbd2, of ext4): in which phase of a commit each is, and for how long it was in each so far. Whoever waits
 * for a commit compares the sums before and after. Who made the transaction, by process, and for whose data its commit
 * waited, by file.
 *
 * The tracepoints say when the log is written from, but data of other files are waited for within that; so each time the
 * journal's thread leaves its CPU it counts whether it waits for a page of a file. From the commit's record on, which goes
 * with a flush of the device, it waits for the device's cache. */
#ifndef PROBETOP_FSYNC_H
#define PROBETOP_FSYNC_H

#include "files_dirtied.h"
#include "filesystems.h"
#include "lost.h"

enum phase { PHASE_NONE, PHASE_HANDLES, PHASE_DATA, PHASE_LOG, PHASE_FLUSH, PHASES };

/* In a transaction: a process with its handles, or a file for whose data the commit waited. */
struct part_key {
	__u64 ino; /* 0: handles */
	__u32 fs;
	__u32 transaction;
	__u32 tgid;
	__u32 unused;
};
struct journal {
	__u64 since_ns;
	__u64 ns[PHASES];
	__u64 commits;
	enum phase phase;
	__u32 logging; /* the tracepoints say no more from here on */
	__u32 transaction;
	__u32 thread;
	__u32 for_page; /* of a file that its thread is about to wait for */
	__u32 unused;
	__u64 left_ns;  /* when it began to, 0: it does not */
	struct part_key file;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32); /* device of the file system */
	__type(value, struct journal);
} journals SEC(".maps");

/* Of the threads that commit now. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u32);
} committing SEC(".maps");

struct part {
	__u64 handles;
	__u64 blocks;
	__u64 ns;
	char comm[TASK_COMM_LEN];
	__u32 deleted;
	__u32 depth;
	char parts[PARTS][PART_BYTES];
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, struct part_key);
	__type(value, struct part);
} transactions SEC(".maps");

/* Of the threads that write pages of a file back now, which file that is. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct dirtied_key);
} writing SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct part);
} fresh_part SEC(".maps");

/* How many threads are in the two tables that every switch would have to look into. */
volatile __u64 commits_now, syncs_now;

static __always_inline void enter_phase(struct journal *j, enum phase phase)
{
	__u64 now = bpf_ktime_get_ns();

	if (j->phase < PHASES)
		j->ns[j->phase] += now - j->since_ns;
	j->since_ns = now;
	j->phase = phase;
}

/* The sums as they are now, with what the phase that goes on took so far. */
static __always_inline void sums_of(__u64 *sums, struct journal *j, __u64 now)
{
	__u32 phase = j->phase, i;
	__u64 since = j->since_ns;

	for (i = 0; i < PHASES; i++)
		sums[i] = j->ns[i] + (i == phase && now > since ? now - since : 0);
}

static __always_inline struct part *part_of(struct part_key *key, const char *comm)
{
	struct part *part = bpf_map_lookup_elem(&transactions, key), *made;
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 zero = 0;

	if (part)
		return part;
	made = bpf_map_lookup_elem(&fresh_part, &zero);
	if (!made)
		return NULL;
	__builtin_memset(made, 0, sizeof(*made));
	if (comm)
		__builtin_memcpy(made->comm, comm, sizeof(made->comm));
	else
		bpf_probe_read_kernel(made->comm, sizeof(made->comm), task->group_leader->comm);
	bpf_map_update_elem(&transactions, key, made, BPF_NOEXIST);
	part = bpf_map_lookup_elem(&transactions, key);
	if (!part)
		count_lost();
	return part;
}

#endif
