/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the TCP programs read of the kernel's sockets, and how they get from a socket of MPTCP to those of TCP below it:
 * these are nobody's, only the former is in file tables. */
#ifndef PROBETOP_SOCKETS_H
#define PROBETOP_SOCKETS_H

#include "probetop.h"
#include <bpf/bpf_tracing.h>

struct task_struct {
	unsigned int flags;
	int tgid;
	__u64 start_time;
	struct task_struct *group_leader;
	char comm[TASK_COMM_LEN];
} CORE;

struct file;
struct socket {
	struct file *file;
	struct sock *sk;
} CORE;

struct in6_addr {
	__u8 bytes[16]; /* the kernel's is a union; only its address is taken */
};

typedef struct {
	__s64 counter;
} CORE atomic64_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
	unsigned long skc_flags;
} CORE;

typedef struct {
	int owned; /* by a process in a call */
} CORE socket_lock_t;

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
	socket_lock_t sk_lock;
	int sk_err;
	__u16 sk_protocol;
	__u8 sk_shutdown;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
} CORE;

struct inet_sock {
	__be16 inet_sport;
} CORE;

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	void *icsk_ulp_data;
	__u8 icsk_ca_state : 5;
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
	__u32 reord_seen;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 srtt_us;
	__u32 total_retrans;
	bool is_mptcp; /* not in kernels without MPTCP */
} CORE;
struct mptcp_subflow_context {
	struct sock *conn;
} CORE;

struct seq_file;
struct bpf_iter_meta {
	struct seq_file *seq;
} CORE;
struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	void *map;
	struct sock *sk;
	void *value;
} CORE;
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd __attribute__((aligned(8)));
	struct file *file __attribute__((aligned(8)));
} CORE;
struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
} CORE;

enum {
	TCP_ESTABLISHED = 1, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSE,
	TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING,
};
enum { AF_INET = 2, AF_INET6 = 10, IPPROTO_TCP = 6, IPPROTO_MPTCP = 262 };
enum { EPIPE = 32, ENETUNREACH = 101, ECONNRESET = 104, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113 };
#define SOCK_DONE (1 << 1) /* a FIN has come */
#define SHUTDOWN_BOTH 3
#define PF_KTHREAD 0x00200000

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
