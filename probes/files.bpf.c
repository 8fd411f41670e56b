// SPDX-License-Identifier: MIT OR GPL-2.0
/* Which files the requests to disks are of, while somebody looks. */
#include "epoch.h"
#include "files_dirtied.h"
#include "lost.h"

struct files_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, struct file_key);
	__type(value, struct io);
};
struct files_table files_even SEC(".maps");
struct files_table files_odd SEC(".maps");

struct started {
	struct file_key key;
	__u64 at_ns;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct started);
} requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct io);
} fresh SEC(".maps");

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issued, struct request *rq)
{
	struct started started = {};
	struct file_key *key = &started.key;
	struct inode *inode;
	struct dirtied *writer;
	struct io *io, *made;
	__u64 address = (__u64)rq;
	__u32 zero = 0;
	void *table;

	key->op = BPF_CORE_READ(rq, cmd_flags) & REQ_OP_MASK;
	if (key->op > 1 || !BPF_CORE_READ(rq, bio))
		return 0; /* neither read nor write */
	key->disk = disk_number(rq);
	inode = inode_of(rq, key);
	if (inode) {
		key->ino = BPF_CORE_READ(inode, i_ino);
		key->fs = BPF_CORE_READ(inode, i_sb, s_dev);
		if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFBLK) {
			key->fs = BPF_CORE_READ(inode, i_rdev);
			if (key->kind == FILE_NAMED)
				key->kind = FILE_META;
		}
	} else if (key->kind == FILE_DIRECT) {
		key->kind = FILE_UNKNOWN;
	}
	key->tgid = bpf_get_current_pid_tgid() >> 32;
	writer = inode ? writer_of(key) : NULL;
	table = config.epoch & 1 ? (void *)&files_odd : (void *)&files_even;
	io = bpf_map_lookup_elem(table, key);
	if (!io) {
		made = bpf_map_lookup_elem(&fresh, &zero);
		if (!made)
			return 0;
		__builtin_memset(made, 0, sizeof(*made));
		if (writer)
			__builtin_memcpy(made->comm, writer->comm, sizeof(made->comm));
		else
			bpf_get_current_comm(made->comm, sizeof(made->comm));
		if (inode && key->kind != FILE_META)
			name_file(made->parts, &made->depth, &made->deleted, inode);
		bpf_map_update_elem(table, key, made, BPF_NOEXIST);
		io = bpf_map_lookup_elem(table, key);
		if (!io) {
			count_lost();
			return 0;
		}
	}
	__sync_fetch_and_add(&io->ops, 1);
	__sync_fetch_and_add(&io->bytes, BPF_CORE_READ(rq, __data_len));
	started.at_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&requests, &address, &started, BPF_ANY))
		count_lost();
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(completed, struct request *rq)
{
	__u64 address = (__u64)rq, ns;
	struct started *started = bpf_map_lookup_elem(&requests, &address);
	struct io *io;

	if (!started)
		return 0;
	ns = bpf_ktime_get_ns() - started->at_ns;
	/* it was begun in this interval or in the one before */
	io = bpf_map_lookup_elem(config.epoch & 1 ? (void *)&files_odd : (void *)&files_even, &started->key);
	if (!io)
		io = bpf_map_lookup_elem(config.epoch & 1 ? (void *)&files_even : (void *)&files_odd, &started->key);
	if (io) {
		__sync_fetch_and_add(&io->ns, ns);
		if (ns > io->max_ns)
			io->max_ns = ns;
	}
	bpf_map_delete_elem(&requests, &address);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
