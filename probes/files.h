/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Which file a request to a disk is of.
 *
 * The first page of a request belongs to a file, where it comes from the page cache. Buffered writes are issued by a
 * worker of the kernel; who wrote is in files_dirtied.h. Direct I/O has pages of the program instead; there the file
 * is that of the descriptor of the call that its thread is in. Names are read once for each file and interval. */
#ifndef PROBETOP_FILES_H
#define PROBETOP_FILES_H

#include "call_set.h"
#include "file_names.h"
#include "memory.h"
#include "request.h"

#define PAGE_FLAGS 3UL

enum file_of { FILE_NAMED = 1, FILE_META, FILE_SWAP, FILE_DIRECT, FILE_UNKNOWN, FILE_DIRTIED, FILE_DIRTIED_SEVERAL };

struct file_key {
	__u64 ino;
	__u32 fs;   /* device of the file system */
	__u32 disk; /* to which the request goes */
	__u32 tgid;
	__u32 op;
	enum file_of kind;
	__u32 unused;
};
struct io {
	__u64 ops;
	__u64 bytes;
	__u64 ns; /* in the device, of requests that were completed */
	__u64 max_ns;
	char comm[TASK_COMM_LEN];
	__u32 deleted;
	__u32 depth;
	char parts[PARTS][PART_BYTES]; /* innermost first */
};

volatile struct call_set on_files SEC(".data.on_files");

/* The file of the call that this thread is in. */
static __always_inline struct inode *inode_of_call(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file;

	if (!is_in(&on_files, blocking_call(task)))
		return NULL;
	file = file_of(BPF_CORE_READ(task, files), argument_of((void *)bpf_task_pt_regs(task), 1));
	return file ? BPF_CORE_READ(file, f_inode) : NULL;
}

static __always_inline struct inode *inode_of(struct request *rq, struct file_key *key)
{
	struct page *page = BPF_CORE_READ(rq, bio, bi_io_vec, bv_page);
	struct inode *inode;
	unsigned long head, mapping;

	key->kind = FILE_UNKNOWN;
	if (!page)
		return NULL;
	head = BPF_CORE_READ(page, compound_head);
	if (head & 1)
		page = (struct page *)(head - 1);
	mapping = (unsigned long)BPF_CORE_READ(page, mapping);
	inode = mapping & PAGE_FLAGS ? NULL : inode_of_pages((void *)mapping);
	if (inode) {
		key->kind = FILE_NAMED;
		return inode;
	}
	if (bpf_core_enum_value_exists(enum req_flag_bits, __REQ_SWAP) &&
	    BPF_CORE_READ(rq, cmd_flags) >> bpf_core_enum_value(enum req_flag_bits, __REQ_SWAP) & 1) {
		key->kind = FILE_SWAP;
		return NULL;
	}
	key->kind = FILE_DIRECT;
	return inode_of_call();
}

#endif
