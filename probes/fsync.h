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

enum phase { PHASE_NONE, PHASE_HANDLES, PHASE_DATA, PHASE_LOG, PHASE_FLUSH, PHASES };

struct block_device {
	__u32 bd_dev;
} CORE;
struct journal_s {
	struct block_device *j_fs_dev;
} CORE;
struct transaction_s {
	__u32 t_tid;
} CORE;
enum req_flag_bits___flush {
	__REQ_PREFLUSH = 255, /* relocated, both */
	__REQ_FUA = 254,
};
struct bio___flags {
	__u32 bi_opf;
} CORE;

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
	__u32 phase;
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

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

/* How many threads are in the two tables that every switch would have to look into. */
volatile __u64 commits_now, syncs_now;

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&lost, &zero);

	if (count)
		++*count;
}

static __always_inline void enter_phase(struct journal *j, __u32 phase)
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

static __always_inline struct journal *journal_of(struct journal_s *journal)
{
	__u32 dev = BPF_CORE_READ(journal, j_fs_dev, bd_dev);

	return bpf_map_lookup_elem(&journals, &dev);
}

SEC("tp_btf/jbd2_start_commit")
int BPF_PROG(commit_starts, struct journal_s *journal, struct transaction_s *transaction)
{
	__u32 dev = BPF_CORE_READ(journal, j_fs_dev, bd_dev), thread = bpf_get_current_pid_tgid();
	struct journal fresh = { .since_ns = bpf_ktime_get_ns() }, *j;

	j = find_or_make(&journals, &dev, &fresh);
	if (!j) {
		count_lost();
		return 0;
	}
	enter_phase(j, PHASE_HANDLES);
	j->transaction = BPF_CORE_READ(transaction, t_tid);
	j->thread = thread;
	j->logging = j->for_page = 0;
	if (!bpf_map_update_elem(&committing, &thread, &dev, BPF_NOEXIST))
		__sync_fetch_and_add(&commits_now, 1);
	return 0;
}

SEC("tp_btf/jbd2_commit_flushing")
int BPF_PROG(commit_writes_data, struct journal_s *journal)
{
	struct journal *j = journal_of(journal);

	if (j && j->phase)
		enter_phase(j, PHASE_DATA);
	return 0;
}

SEC("tp_btf/jbd2_commit_logging")
int BPF_PROG(commit_writes_log, struct journal_s *journal)
{
	struct journal *j = journal_of(journal);

	if (j && j->phase) {
		enter_phase(j, PHASE_LOG);
		j->logging = 1;
	}
	return 0;
}

SEC("tp_btf/jbd2_end_commit")
int BPF_PROG(commit_ends, struct journal_s *journal)
{
	struct journal *j = journal_of(journal);
	__u32 thread;

	if (!j || !j->phase)
		return 0;
	enter_phase(j, PHASE_NONE);
	j->commits++;
	thread = j->thread;
	if (!bpf_map_delete_elem(&committing, &thread))
		__sync_fetch_and_add(&commits_now, -1);
	return 0;
}

static __always_inline struct journal *own_journal(void)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u32 *dev = commits_now ? bpf_map_lookup_elem(&committing, &thread) : NULL;

	return dev ? bpf_map_lookup_elem(&journals, dev) : NULL;
}

SEC("tp_btf/block_bio_queue")
int BPF_PROG(bio_queued, struct bio *bio)
{
	__u32 flags = BPF_CORE_READ((struct bio___flags *)bio, bi_opf);
	struct journal *j;

	if (!(flags & (1U << bpf_core_enum_value(enum req_flag_bits___flush, __REQ_PREFLUSH) |
		       1U << bpf_core_enum_value(enum req_flag_bits___flush, __REQ_FUA))))
		return 0;
	j = own_journal();
	if (j && j->logging && j->phase != PHASE_FLUSH)
		enter_phase(j, PHASE_FLUSH);
	return 0;
}

static __always_inline int page_waited_for(struct address_space *mapping)
{
	struct journal *j = mapping ? own_journal() : NULL;
	struct part_key key = {};
	struct dirtied_key at = {};
	struct inode *inode;
	struct dirtied *writer;
	struct part *part;

	if (!j)
		return 0;
	inode = BPF_CORE_READ(mapping, host);
	key.ino = at.ino = BPF_CORE_READ(inode, i_ino);
	key.fs = at.fs = BPF_CORE_READ(inode, i_sb, s_dev);
	key.transaction = j->transaction;
	writer = bpf_map_lookup_elem(&dirtied, &at);
	if (writer)
		key.tgid = writer->tgid;
	part = part_of(&key, writer ? writer->comm : NULL);
	if (part && !part->depth)
		name_file(part->parts, &part->depth, &part->deleted, (void *)inode);
	j->file = key;
	j->for_page = 1;
	return 0;
}

/* Its thread leaves its CPU, or is on one again. */
static __always_inline void journal_leaves(struct journal *j, __u64 now)
{
	if (!j->logging || j->phase == PHASE_FLUSH)
		return;
	if (j->phase != (j->for_page ? PHASE_DATA : PHASE_LOG))
		enter_phase(j, j->for_page ? PHASE_DATA : PHASE_LOG);
	j->left_ns = j->for_page ? now : 0;
	j->for_page = 0;
}

static __always_inline void journal_returns(struct journal *j, __u64 now)
{
	struct part *part;

	if (!j->left_ns)
		return;
	part = bpf_map_lookup_elem(&transactions, &j->file);
	if (part)
		part->ns += now - j->left_ns;
	j->left_ns = 0;
}

SEC("tp_btf/folio_wait_writeback")
int BPF_PROG(folio_waited_for, void *folio, struct address_space *mapping)
{
	return page_waited_for(mapping);
}

/* Before 5.18. */
SEC("tp_btf/wait_on_page_writeback")
int BPF_PROG(old_page_waited_for, void *page, struct address_space *mapping)
{
	return page_waited_for(mapping);
}

#endif
