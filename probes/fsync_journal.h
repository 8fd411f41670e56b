/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The journal's own hooks: phases of its commits, and what they wait for. */
#ifndef PROBETOP_FSYNC_JOURNAL_H
#define PROBETOP_FSYNC_JOURNAL_H

#include "fsync.h"

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
	__u32 flags = BPF_CORE_READ(bio, bi_opf);
	struct journal *j;

	if (!(flags & (1U << bpf_core_enum_value(enum req_flag_bits, __REQ_PREFLUSH) |
		       1U << bpf_core_enum_value(enum req_flag_bits, __REQ_FUA))))
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
		name_file(part->parts, &part->depth, &part->deleted, inode);
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
