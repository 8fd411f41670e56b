/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Which file a request to a disk is of.
 *
 * The first page of a request belongs to a file, where it comes from the page cache. Buffered writes are issued by a
 * worker of the kernel; who wrote is in files_dirtied.h. Direct I/O has pages of the program instead; there the file
 * is the one of which the request notes that it is for, or else that of the descriptor of the call that its thread is in.
 * Names are read once for each file and interval. */
#ifndef PROBETOP_FILES_H
#define PROBETOP_FILES_H

#include "call_set.h"
#include "file_names.h"
#include "memory.h"
#include "request.h"

#define PAGE_FLAGS 3UL

enum file_of { FILE_NAMED = 1, FILE_META, FILE_SWAP, FILE_NOTED, FILE_DIRECT, FILE_UNKNOWN, FILE_DIRTIED, FILE_DIRTIED_SEVERAL };

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

/* The file that this is of, if it is what direct I/O of the file system on a device notes in its requests. It may be any
 * other thing: it is taken for that only where it leads to a file of that very file system. */
static __always_inline struct inode *inode_noted(void *noted, __u32 device)
{
	struct inode *inode = BPF_CORE_READ((struct iomap_dio *)noted, iocb, ki_filp, f_inode);

	if (!inode || (BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFREG || BPF_CORE_READ(inode, i_sb, s_dev) != device)
		return NULL;
	return inode;
}

/* Of direct I/O, whoever issues it: the program's thread, one of io_uring, a worker of the kernel. */
static __always_inline struct inode *inode_of_direct(struct request *rq)
{
	struct bio *bio = BPF_CORE_READ(rq, bio);
	__u32 device = BPF_CORE_READ(bio, bi_bdev, bd_dev);
	void *private = BPF_CORE_READ(bio, bi_private);
	struct inode *inode;

	if (!bpf_core_field_exists(struct iomap_dio, iocb))
		return NULL;
	inode = inode_noted(private, device);
	/* one that is part of another, as it was too large, notes that */
	return inode ? inode : inode_noted(BPF_CORE_READ((struct bio *)private, bi_private), device);
}

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
	inode = inode_of_direct(rq);
	key->kind = inode ? FILE_NOTED : FILE_DIRECT;
	return inode ? inode : inode_of_call();
}

#endif
