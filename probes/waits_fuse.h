/* SPDX-License-Identifier: MIT OR GPL-2.0
 * File systems in user space (FUSE): which one a request is to, and which one an open /dev/fuse serves, both by the device
 * number of the file system. */
#ifndef PROBETOP_WAITS_FUSE_H
#define PROBETOP_WAITS_FUSE_H

#include "filesystems.h"

#define FUSE_MAGIC 0x65735546
#define FUSE_DEVICE (10 << 20 | 229)
/* From 6.18 on such a pointer has a mark in its lowest bit. */
#define FUSE_MARK 1ULL

static __always_inline bool is_fuse(struct inode *inode)
{
	return BPF_CORE_READ(inode, i_sb, s_magic) == FUSE_MAGIC;
}

/* `entry`: what may be the only one in the queue of such a request. 0: it is not. */
static __always_inline __u32 fuse_of_request(__u64 entry)
{
	struct list_head *linked = (void *)entry;
	struct fuse_mount *fm;
	struct fuse_req *req;
	__u64 head;
	__u32 dev;

	if (!bpf_core_field_exists(struct fuse_req, fm))
		return 0;
	head = (__u64)BPF_CORE_READ(linked, next);
	req = (void *)(head - bpf_core_field_offset(struct fuse_req, waitq) -
		       bpf_core_field_offset(struct wait_queue_head, head));
	if ((__u64)BPF_CORE_READ(req, waitq.head.next) != entry)
		return 0;
	fm = BPF_CORE_READ(req, fm);
	dev = BPF_CORE_READ(fm, sb, s_dev);
	return BPF_CORE_READ(fm, sb, s_magic) == FUSE_MAGIC && BPF_CORE_READ(fm, fc, dev) == dev ? dev : 0;
}

/* 0: it is no such descriptor, or serves none yet. */
static __always_inline __u32 fuse_served(struct file *file)
{
	struct fuse_dev *served;

	if (!bpf_core_field_exists(struct fuse_dev, fc) || BPF_CORE_READ(file, f_inode, i_rdev) != FUSE_DEVICE)
		return 0;
	served = (void *)((__u64)BPF_CORE_READ(file, private_data) & ~FUSE_MARK);
	return BPF_CORE_READ(served, fc, dev);
}

#endif
