// SPDX-License-Identifier: MIT OR GPL-2.0
/* The network beside TCP's sessions: packets that the kernel throws away, by reason and place; the sockets of every other
 * kind with their owners, queues and drops, which an iterator over files reads once an interval; and how long answers
 * take, by who gives and who asked (answers.h), and by session (answer_turns.h). Counters only grow, user space subtracts. */
#include "answer_turns.h"
#include "plain_sockets.h"

struct drop_key {
	__u64 place;
	__u32 reason; /* NO_REASON: this kernel gives none */
	__u32 protocol; /* of the frame, in the network's order */
};

struct drop {
	__u64 packets;
	__u64 bytes;
};

#define NO_REASON 0xffffffff

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct drop_key);
	__type(value, struct drop);
} drops SEC(".maps");

static const struct drop no_drop;

static __always_inline int count_drop(struct sk_buff *skb, void *place, __u32 reason)
{
	struct drop_key key = { .place = (__u64)place, .reason = reason, .protocol = skb->protocol };
	struct drop *d = find_or_make(&drops, &key, &no_drop);

	if (!d) {
		count_lost();
		return 0;
	}
	d->packets++;
	d->bytes += skb->len;
	return 0;
}

SEC("tp_btf/kfree_skb")
int BPF_PROG(drop_reason, struct sk_buff *skb, void *place, int reason)
{
	return count_drop(skb, place, reason);
}

/* Before 5.17. */
SEC("tp_btf/kfree_skb")
int BPF_PROG(drop_plain, struct sk_buff *skb, void *place)
{
	return count_drop(skb, place, NO_REASON);
}

SEC("iter/task_file")
int read_sockets(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct plain_socket row = {};
	struct socket *socket = socket_of(task, file);
	struct sock *sk = socket ? socket->sk : NULL;

	if (!sk)
		return 0;
	tell_turn(ctx->meta->seq, task, sk);
	if (!is_plain(sk))
		return 0;
	row.id = file_sockets.only_read ? id_of_address((__u64)BPF_CORE_READ(socket, sk)) : bpf_get_socket_cookie(sk);
	fill_socket(&row, sk);
	row.tgid = task->tgid;
	row.start_ns = task->group_leader->start_time;
	bpf_probe_read_kernel(row.comm, sizeof(row.comm), task->group_leader->comm);
	bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}

/* So that its layout is known to user space. */
const struct plain_socket *plain_socket_layout __attribute__((unused));

char LICENSE[] SEC("license") = "Dual MIT/GPL";
