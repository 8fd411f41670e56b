/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Who has what threads wait for: of all descriptors those whose other end is asked for. */
#ifndef PROBETOP_WAITS_HOLDERS_H
#define PROBETOP_WAITS_HOLDERS_H

#include "waits_descriptors.h"
#include "waits_fuse.h"

/* Who else has what threads wait for: asked only for what user space has put into `wanted`. */
enum wanted_kind { WANTED_PIPE = 1, WANTED_SOCKET, WANTED_TCP, WANTED_OTHER, WANTED_FUSE };
struct wanted {
	enum wanted_kind kind;
	__u32 unused;
	__u64 peer;
	struct tcp_ends tcp;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct wanted);
	__type(value, __u32);
} wanted SEC(".maps");

/* In place of a number: it listens on that port (`fd`), in that network namespace (`mode`). */
enum holder_number { LISTENS = 0xffffffffu };
struct holder {
	enum holder_number number; /* of what is wanted */
	__u32 tgid;
	__u32 fd;
	__u32 mode;
};

SEC("iter/task_file")
int find_holders(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct wanted key = {};
	struct file_facts f = {};
	struct holder h = {};
	struct socket *socket;
	__u32 type, *number;

	if (!task || !file)
		return 0;
	type = BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT;
	if (type == S_IFIFO) {
		key.kind = WANTED_PIPE;
		key.peer = (__u64)BPF_CORE_READ(file, private_data);
	} else if (type == S_IFSOCK) {
		file_facts(&f, file);
		if (f.kind == FILE_TCP) {
			key.kind = WANTED_TCP;
			key.tcp.family = f.tcp.family;
			key.tcp.local_port = f.tcp.local_port;
			key.tcp.remote_port = f.tcp.remote_port;
			__builtin_memcpy(key.tcp.local, f.tcp.local, sizeof(key.tcp.local));
			__builtin_memcpy(key.tcp.remote, f.tcp.remote, sizeof(key.tcp.remote));
		} else if (f.kind == FILE_UNIX) {
			key.kind = WANTED_SOCKET;
			socket = BPF_CORE_READ(file, private_data);
			key.peer = (__u64)BPF_CORE_READ(socket, sk);
		} else if (f.kind == FILE_LISTENER) {
			h.number = LISTENS;
			h.tgid = task->tgid;
			h.fd = f.tcp.local_port;
			h.mode = f.net;
			bpf_seq_write(ctx->meta->seq, &h, sizeof(h));
			return 0;
		} else {
			return 0;
		}
	} else if (type == S_IFREG || !type) {
		/* event counters and their like: shared by what is behind the file */
		key.kind = WANTED_OTHER;
		key.peer = (__u64)BPF_CORE_READ(file, private_data);
		if (!key.peer)
			return 0;
	} else if (type == S_IFCHR) {
		key.kind = WANTED_FUSE;
		key.peer = fuse_served(file);
		if (!key.peer)
			return 0;
	} else {
		return 0;
	}
	number = bpf_map_lookup_elem(&wanted, &key);
	if (!number)
		return 0;
	h.number = *number;
	h.tgid = task->tgid;
	h.fd = ctx->fd;
	h.mode = BPF_CORE_READ(file, f_mode);
	bpf_seq_write(ctx->meta->seq, &h, sizeof(h));
	return 0;
}

/* So that their layout is known to user space. */
const struct holder *holder_layout __attribute__((unused));
const struct wanted *wanted_layout __attribute__((unused));

#endif
