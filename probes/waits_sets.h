/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Sets of descriptors that threads wait for at once: those of epoll as the kernel has them, those of poll() and select()
 * as user space has found them in the program's memory. A record for each follows that of its thread. */
#ifndef PROBETOP_WAITS_SETS_H
#define PROBETOP_WAITS_SETS_H

#include "epoll.h"
#include "waits_record.h"

#define MOST_ITEMS 32
#define MOST_POLLED 8
#define MOST_DEPTH 64

struct item {
	__u32 tid;
	__u32 fd;
	struct file_facts file;
};

/* Threads in poll() or select(), and what of, as it was when user space looked. */
struct polled {
	__u64 address; /* what they gave to the call */
	__u32 count;
	__s32 fds[MOST_POLLED];
	__u32 said; /* of what these are: told from something else by it; 0: nothing yet */
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct polled);
} polled SEC(".maps");

/* Nodes of a tree still to be visited. In a map, so that the verifier need not follow what is in it. */
struct visit {
	__u32 depth;
	__u32 unused;
	struct rb_node *nodes[MOST_DEPTH];
	struct item item;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct visit);
} visits SEC(".maps");

static __always_inline void push_node(struct visit *v, struct rb_node *node)
{
	__u32 depth = v->depth;

	if (!node || depth >= MOST_DEPTH)
		return;
	v->nodes[depth & (MOST_DEPTH - 1)] = node;
	v->depth = depth + 1;
}

static __always_inline void find_item(struct visit *v, __u32 tid, __u32 fd, struct file *file)
{
	__builtin_memset(&v->item, 0, sizeof(v->item));
	v->item.tid = tid | ITEM;
	v->item.fd = fd;
	file_facts(&v->item.file, file);
}

static __always_inline long write_item(struct seq_file *seq, struct visit *v, __u32 tid, __u32 fd, struct file *file)
{
	find_item(v, tid, fd, file);
	return bpf_seq_write(seq, &v->item, sizeof(v->item));
}

/* One more of those that are polled, as found: whatever changes what is said of it while its thread sleeps. */
static __always_inline __u32 and_said(__u32 said, const struct file_facts *f)
{
	__u64 peer = f->peer;

	said = (said ^ (__u32)f->ino) * 0x9e3779b1U + f->kind * 8 + f->turn;
	return (said ^ (__u32)peer ^ (__u32)(peer >> 32)) * 0x85ebca6bU | 1;
}

/* Nothing else is to be said of what a thread with these files (an address) polls than was said last. Global, as the
 * verifier looks at such functions once. */
__noinline int is_said(__u64 files, __u32 tid)
{
	struct polled *p = bpf_map_lookup_elem(&polled, &tid);
	__u32 zero = 0, said = 0;
	struct file *file;
	struct visit *v;

	v = bpf_map_lookup_elem(&visits, &zero);
	if (!p || !v || !p->said)
		return 0;
	for (__u32 i = 0; i < MOST_POLLED && i < p->count; i++) {
		file = file_of((void *)files, p->fds[i]);
		if (!file)
			continue;
		find_item(v, tid, p->fds[i], file);
		said = and_said(said, &v->item.file);
	}
	return said == p->said;
}

/* The first so many of the set. It may change meanwhile: what is no node then is nothing that user space knows. */
static __always_inline void write_epoll(struct seq_file *seq, struct file *epoll, __u32 tid)
{
	struct eventpoll *ep = BPF_CORE_READ(epoll, private_data);
	struct rb_node *node;
	struct epitem *item;
	struct visit *v;
	__u32 zero = 0, depth;

	v = bpf_map_lookup_elem(&visits, &zero);
	if (!v || !ep || BPF_CORE_READ(ep, file) != epoll)
		return;
	v->depth = 0;
	push_node(v, BPF_CORE_READ(ep, rbr.rb_root.rb_node));
	for (int i = 0; i < MOST_ITEMS; i++) {
		depth = v->depth - 1;
		if (depth >= MOST_DEPTH)
			return;
		v->depth = depth;
		node = v->nodes[depth & (MOST_DEPTH - 1)];
		item = (void *)node - bpf_core_field_offset(struct epitem, rbn);
		push_node(v, BPF_CORE_READ(node, rb_right));
		push_node(v, BPF_CORE_READ(node, rb_left));
		write_item(seq, v, tid, BPF_CORE_READ(item, ffd.fd), BPF_CORE_READ(item, ffd.file));
	}
}

#endif
