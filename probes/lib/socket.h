/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs read of sockets of every kind, their packets and namespaces. */
#ifndef PROBETOP_SOCKET_H
#define PROBETOP_SOCKET_H

#include "task.h"

struct ns_common {
	unsigned int inum;
} CORE;
struct net {
	struct ns_common ns;
} CORE;

struct sk_buff {
	unsigned int len;
	__be16 protocol;
} CORE;
struct sk_buff_head {
	__u32 qlen;
} CORE;

struct file;
struct sock;
struct socket {
	struct file *file;
	struct sock *sk;
} CORE;

struct in6_addr {
	__u8 bytes[16]; /* the kernel's is a union; only its address is taken */
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct {
		struct net *net;
	} skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	atomic64_t skc_cookie;
	unsigned long skc_flags;
} CORE;

typedef struct {
	int owned; /* by a process in a call */
} CORE socket_lock_t;

struct numa_drop_counters {
	atomic_t drops0;
	atomic_t drops1;
} CORE;

struct sock {
	struct sock_common __sk_common;
	struct {
		atomic_t rmem_alloc;
	} sk_backlog;
	atomic_t sk_drops; /* of a listener: connections */
	struct numa_drop_counters *sk_drop_counters; /* from 6.18 on */
	struct sk_buff_head sk_receive_queue;
	refcount_t sk_wmem_alloc;
	int sk_rcvbuf;
	int sk_wmem_queued;
	int sk_sndbuf;
	unsigned long sk_pacing_rate;
	struct socket *sk_socket;
	socket_lock_t sk_lock;
	int sk_err;
	__u16 sk_type;
	__u16 sk_protocol;
	__u8 sk_shutdown;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
} CORE;

struct inet_sock {
	__be16 inet_sport;
} CORE;
struct udp_sock {
	int forward_deficit;
	struct sk_buff_head reader_queue;
} CORE;

struct sockaddr_un {
	unsigned short sun_family;
} CORE;
struct unix_address {
	refcount_t refcnt;
	int len;
	struct sockaddr_un name[0];
} CORE;
struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
} CORE;

enum {
	TCP_ESTABLISHED = 1, TCP_SYN_SENT, TCP_SYN_RECV, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_TIME_WAIT, TCP_CLOSE,
	TCP_CLOSE_WAIT, TCP_LAST_ACK, TCP_LISTEN, TCP_CLOSING,
};
enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16, AF_PACKET = 17, SOCK_STREAM = 1 };
enum { IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136, IPPROTO_MPTCP = 262 };

/* Of what an iterator over files has; NULL where that is none. Both are read from its context once, by the caller: what is read
 * again may be NULL to the verifier. */
static __always_inline struct socket *socket_of(struct task_struct *task, struct file *file)
{
	return task && file ? bpf_sock_from_file(file) : NULL;
}

static __always_inline bool has_long_addresses(struct sock *sk)
{
	return sk->__sk_common.skc_family == AF_INET6 && bpf_core_field_exists(struct sock_common, skc_v6_daddr);
}

/* Addresses take 16 bytes, those of IPv4 the first four of them. */
static __always_inline void local_address(void *to, struct sock *sk)
{
	if (has_long_addresses(sk))
		bpf_probe_read_kernel(to, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	else
		*(__u32 *)to = sk->__sk_common.skc_rcv_saddr;
}

static __always_inline void remote_address(void *to, struct sock *sk)
{
	if (has_long_addresses(sk))
		bpf_probe_read_kernel(to, 16, &sk->__sk_common.skc_v6_daddr);
	else
		*(__u32 *)to = sk->__sk_common.skc_daddr;
}

#endif
