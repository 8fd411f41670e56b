/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Who made the pages of a file dirty that a worker of the kernel writes back later: noted when a clean page becomes a dirty
 * one, which happens where the writer is. Of several writers the one with most such pages is kept, as in a vote. */
#ifndef PROBETOP_FILES_DIRTIED_H
#define PROBETOP_FILES_DIRTIED_H

#include "files.h"

struct dirtied_key {
	__u64 ino;
	__u32 fs;
	__u32 unused;
};
struct dirtied {
	__u32 tgid;
	__u32 several;
	__u64 lead; /* pages by which it is ahead of the others */
	char comm[TASK_COMM_LEN];
};
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct dirtied_key);
	__type(value, struct dirtied);
} dirtied SEC(".maps");

static __always_inline void note_writer(struct address_space *mapping)
{
	struct inode *inode = BPF_CORE_READ(mapping, host);
	struct dirtied first = { .lead = 1 }, *d;
	struct dirtied_key key = {};
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;

	if (!inode || is_worker(bpf_get_current_task_btf()))
		return;
	key.ino = BPF_CORE_READ(inode, i_ino);
	key.fs = BPF_CORE_READ(inode, i_sb, s_dev);
	d = bpf_map_lookup_elem(&dirtied, &key);
	if (d && d->tgid == tgid) {
		d->lead++;
		return;
	}
	if (d) {
		d->several = 1;
		if (--d->lead)
			return;
	}
	first.tgid = tgid;
	first.several = d != NULL;
	bpf_get_current_comm(first.comm, sizeof(first.comm));
	bpf_map_update_elem(&dirtied, &key, &first, BPF_ANY);
}

SEC("tp_btf/writeback_dirty_folio")
int BPF_PROG(folio_dirtied, void *folio, struct address_space *mapping)
{
	if (mapping)
		note_writer(mapping);
	return 0;
}

/* Before 5.18. */
SEC("tp_btf/writeback_dirty_page")
int BPF_PROG(page_dirtied, void *page, struct address_space *mapping)
{
	if (mapping)
		note_writer(mapping);
	return 0;
}

/* Of a request that a worker of the kernel issued for a file. */
static __always_inline struct dirtied *writer_of(struct file_key *key)
{
	struct dirtied_key at = { .ino = key->ino, .fs = key->fs };
	struct dirtied *d;

	if (key->op == 0 || key->kind != FILE_NAMED || !is_worker(bpf_get_current_task_btf()))
		return NULL;
	d = bpf_map_lookup_elem(&dirtied, &at);
	if (d) {
		key->tgid = d->tgid;
		key->kind = d->several ? FILE_DIRTIED_SEVERAL : FILE_DIRTIED;
	}
	return d;
}

#endif
