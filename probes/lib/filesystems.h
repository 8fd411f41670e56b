/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What file systems keep of their own: inodes of ext4 and XFS, journals (jbd2, of ext4), and requests to those in user
 * space (FUSE). */
#ifndef PROBETOP_FILESYSTEMS_H
#define PROBETOP_FILESYSTEMS_H

#include "file.h"
#include "list.h"
#include "request.h"

struct ext4_inode_info {
	struct inode vfs_inode;
	__u32 i_sync_tid;
	__u32 i_datasync_tid;
} CORE;
struct xfs_inode {
	struct inode i_vnode;
} CORE;

struct journal_s {
	struct block_device *j_fs_dev;
} CORE;
struct transaction_s {
	__u32 t_tid;
} CORE;

struct fuse_conn {
	__u32 dev;
} CORE;
struct fuse_mount {
	struct fuse_conn *fc;
	struct super_block *sb;
} CORE;
struct fuse_req {
	struct wait_queue_head waitq;
	struct fuse_mount *fm;
} CORE;
struct fuse_dev {
	struct fuse_conn *fc;
} CORE;

#endif
