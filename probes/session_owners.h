/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Who holds which socket of TCP and MPTCP, from the file tables of all processes. Part of tcp.bpf.c, which has `listing`. */
#ifndef PROBETOP_SESSION_OWNERS_H
#define PROBETOP_SESSION_OWNERS_H

#include "sessions.h"

static struct owner nobody;

/* Of several holders the youngest. */
static __always_inline void own_by_holder(struct owner *owner, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	if (!owner || (owner->pass == listing.pass && owner->start_ns >= leader->start_time))
		return;
	owner->pass = listing.pass;
	own(owner, task);
}

/* IPPROTO_TCP, IPPROTO_MPTCP; 0: none of both */
static __always_inline __u16 protocol_of(struct sock *sk)
{
	__u16 family = sk ? sk->__sk_common.skc_family : 0, protocol;

	if (family != AF_INET && family != AF_INET6)
		return 0;
	protocol = sk->sk_protocol;
	return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP ? protocol : 0;
}

SEC("iter/task_file")
int find_owners(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket = socket_of(task, file);
	struct sock *sk = socket ? socket->sk : NULL;
	__u16 protocol = protocol_of(sk);
	struct session *st;
	__u64 cookie;

	if (protocol == IPPROTO_MPTCP) {
		cookie = bpf_get_socket_cookie(sk);
		own_by_holder(find_or_make(&holders, &cookie, &nobody), task);
	} else if (protocol) {
		st = bpf_sk_storage_get(&sessions, sk, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (st)
			own_by_holder(&st->owner, task);
	}
	return 0;
}

/* For kernels where a socket that was come by through a file may be read and nothing else: no storage, no new cookie. Who has not
 * been listed yet has none and is left for the next time. */
SEC("iter/task_file")
int note_owners(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket = socket_of(task, file);
	struct sock *sk = socket ? BPF_CORE_READ(socket, sk) : NULL;
	__u16 protocol = socket ? protocol_of(socket->sk) : 0;
	__u64 key;

	if (protocol == IPPROTO_MPTCP) {
		key = mptcp_key(sk);
		own_by_holder(find_or_make(&holders, &key, &nobody), task);
	} else if (protocol) {
		key = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
		if (key)
			own_by_holder(find_or_make(&found, &key, &nobody), task);
	}
	return 0;
}

/* Nothing is there of a session whose owner the last search has named already. */
static __always_inline void take_found(struct session *st, struct tcp_sock *tp)
{
	struct owner *owner;
	__u64 cookie;

	if (st->owner.pass == listing.pass)
		return;
	cookie = bpf_get_socket_cookie(tp);
	owner = bpf_map_lookup_elem(&found, &cookie);
	if (!owner)
		return;
	st->owner = *owner;
	bpf_map_delete_elem(&found, &cookie);
}

#endif
