/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Answers by session: what is kept in each socket, read once an interval of those in which there was an answer, or one is
 * owed. */
#ifndef PROBETOP_ANSWER_TURNS_H
#define PROBETOP_ANSWER_TURNS_H

#include "answers.h"

/* src/engine/probes/network/turns.ts reads it. */
struct turn_row {
	__u64 no_cookie; /* 0: tells it from what is said of other sockets */
	__u64 cookie;
	__u64 count;
	__u64 ns;
	__u64 max_ns;
	__u64 first_in_ns;
	__u64 first_out_ns;
	__u64 owed_since_ns; /* 0: nobody waits */
	__u32 tgid; /* who sent last; before that who holds it */
	__u16 side;
	__u16 family;
	__u16 protocol;
	__u16 local_port;
	__u16 remote_port;
	__u16 unused;
	__u8 local[16];
	__u8 remote[16];
	char comm[TASK_COMM_LEN];
};

static __always_inline bool is_tcp_or_udp(struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	return (family == AF_INET || family == AF_INET6) &&
	       (sk->sk_protocol == IPPROTO_TCP || sk->sk_protocol == IPPROTO_UDP);
}

/* Of a session that this process holds. */
static __always_inline void tell_turn(struct seq_file *seq, struct task_struct *task, struct sock *sk)
{
	struct turn *turn = is_tcp_or_udp(sk) ? known_turn(sk) : NULL;
	struct turn_row row = {};
	bool is_owed;

	if (!turn)
		return;
	row.side = side_of(sk, turn);
	is_owed = turn->at_ns && (row.side == SERVED) == !!turn->came_in && is_session(sk);
	if (!is_owed && turn->told == (__u32)turn->count)
		return;
	row.cookie = known_cookie(sk);
	row.count = turn->count;
	row.ns = turn->ns;
	row.max_ns = turn->max_ns;
	row.first_in_ns = turn->first_in_ns;
	row.first_out_ns = turn->first_out_ns;
	if (is_owed)
		row.owed_since_ns = turn->at_ns;
	row.family = sk->__sk_common.skc_family;
	row.protocol = sk->sk_protocol;
	row.local_port = sk->__sk_common.skc_num;
	row.remote_port = __builtin_bswap16(sk->__sk_common.skc_dport);
	local_address(row.local, sk);
	remote_address(row.remote, sk);
	if (turn->tgid) {
		row.tgid = turn->tgid;
		__builtin_memcpy(row.comm, turn->comm, sizeof(row.comm));
	} else {
		row.tgid = task->tgid;
		bpf_probe_read_kernel(row.comm, sizeof(row.comm), task->group_leader->comm);
	}
	if (bpf_seq_write(seq, &row, sizeof(row)))
		return; /* no room: it is read again */
	turn->told = turn->count;
	turn->max_ns = 0;
}

/* So that its layout is known to user space. */
const struct turn_row *turn_row_layout __attribute__((unused));

#endif
