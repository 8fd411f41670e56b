/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Names of a file: those of the inode's directory entries, up to the root of its file system. */
#ifndef PROBETOP_FILE_NAMES_H
#define PROBETOP_FILE_NAMES_H

#include "file.h"

/* The file whose pages these are; NULL where it does not say so too: of pages that are no file's there may be anything. */
static __always_inline struct inode *inode_of_pages(struct address_space *mapping)
{
	struct inode *inode = BPF_CORE_READ(mapping, host);

	return inode && (void *)inode + bpf_core_field_offset(struct inode, i_data) == (void *)mapping ? inode : NULL;
}

#define PARTS 10
#define PART_BYTES 40

static __always_inline void name_file(char (*parts)[PART_BYTES], __u32 *depth, __u32 *deleted, struct inode *inode)
{
	struct hlist_node *entry = BPF_CORE_READ(inode, i_dentry.first);
	struct dentry *dentry, *parent;
	int i;

	*deleted = BPF_CORE_READ(inode, i_nlink) == 0;
	if (!entry)
		return;
	dentry = (void *)entry - bpf_core_field_offset(struct dentry, d_u.d_alias);
	for (i = 0; i < PARTS; i++) {
		parent = BPF_CORE_READ(dentry, d_parent);
		if (!parent || parent == dentry)
			break;
		bpf_probe_read_kernel_str(parts[i], PART_BYTES, BPF_CORE_READ(dentry, d_name.name));
		*depth = i + 1;
		dentry = parent;
	}
}

#endif
