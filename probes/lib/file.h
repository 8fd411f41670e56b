/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs read of files, descriptors, inodes and directory entries. */
#ifndef PROBETOP_FILE_H
#define PROBETOP_FILE_H

#include "list.h"
#include "task.h"

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
} CORE;
struct inode;
struct address_space {
	struct inode *host;
} CORE;
struct inode {
	unsigned short i_mode;
	unsigned int i_nlink;
	__u32 i_rdev;
	unsigned long i_ino;
	struct super_block *i_sb;
	struct hlist_head i_dentry;
	struct address_space i_data;
} CORE;
struct qstr {
	const unsigned char *name;
} CORE;
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	union {
		struct hlist_node d_alias;
	} d_u;
} CORE;
struct file {
	unsigned int f_mode;
	struct inode *f_inode;
	void *private_data;
} CORE;
/* A read or write of it, and one past the page cache. */
struct kiocb {
	struct file *ki_filp;
} CORE;
struct iomap_dio {
	struct kiocb *iocb;
} CORE;
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} CORE;
struct files_struct {
	struct fdtable *fdt;
} CORE;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd __attribute__((aligned(8)));
	struct file *file __attribute__((aligned(8)));
} CORE;

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define S_IFBLK 0060000
#define S_IFCHR 0020000
#define S_IFREG 0100000
#define S_IFIFO 0010000

/* What a descriptor is of; NULL where there is none. */
static __always_inline struct file *file_of(struct files_struct *files, __u32 fd)
{
	struct fdtable *fdt = BPF_CORE_READ(files, fdt);
	struct file *file = NULL, **table;

	if (!fdt || fd >= BPF_CORE_READ(fdt, max_fds))
		return NULL;
	table = BPF_CORE_READ(fdt, fd);
	bpf_probe_read_kernel(&file, sizeof(file), table + fd);
	return file;
}

#endif
