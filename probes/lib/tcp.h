/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs read of sockets of TCP and of those of MPTCP above them, and the contexts of iterators over them. */
#ifndef PROBETOP_TCP_H
#define PROBETOP_TCP_H

#include "socket.h"

struct tcp_congestion_ops {
	char name[16];
} CORE;

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	const struct tcp_congestion_ops *icsk_ca_ops;
	void *icsk_ulp_data;
	__u8 icsk_ca_state : 5;
	struct {
		__u32 lrcvtime; /* ticks, as lsndtime */
	} icsk_ack;
} CORE;

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 snd_cwnd;
	__u32 rcv_nxt;
	__u32 copied_seq;
	__u32 write_seq;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 snd_wnd;
	__u32 lsndtime;
	__u32 reord_seen;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 srtt_us;
	__u32 total_retrans;
	__u32 retrans_out;
	__u32 lost_out;
	__u32 lost;
	__u32 mss_cache;
	__u32 rate_delivered;
	__u32 rate_interval_us;
	__u32 chrono_start;
	__u32 chrono_stat[3];
	__u8 chrono_type : 2;
	bool is_mptcp; /* not in kernels without MPTCP */
} CORE;

struct mptcp_subflow_context {
	struct sock *conn;
} CORE;

struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	void *map;
	struct sock *sk;
	void *value;
} CORE;
struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
} CORE;

enum { EPIPE = 32, ENETUNREACH = 101, ECONNRESET = 104, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113 };
#define SOCK_DONE (1 << 1) /* a FIN has come */
#define SHUTDOWN_BOTH 3

/* The socket of MPTCP that a subflow belongs to, for reading only; NULL where there is none. */
static __always_inline struct sock *above(struct tcp_sock *tp)
{
	struct mptcp_subflow_context *subflow;

	if (!bpf_core_field_exists(struct tcp_sock, is_mptcp) || !bpf_core_field_exists(struct mptcp_subflow_context, conn))
		return NULL;
	subflow = tp->is_mptcp ? tp->inet_conn.icsk_ulp_data : NULL;
	return subflow ? BPF_CORE_READ(subflow, conn) : NULL;
}

#endif
