/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is read of a socket that is no session of TCP: UDP, raw, unix, netlink, packet, and listeners of TCP. Without its
 * lock: figures are of one instant each, not of the same. */
#ifndef PROBETOP_PLAIN_SOCKETS_H
#define PROBETOP_PLAIN_SOCKETS_H

#include "answers.h" /* file_sockets */
#include "file.h"
#include "socket.h"

#define NAME_BYTES 48

/* src/engine/probes/network/sockets.ts reads it. */
struct plain_socket {
	__u64 id;   /* its cookie, or made of its address */
	__u64 peer; /* unix: that of the other end, 0 where there is none or it is not known yet */
	__u64 start_ns; /* of the process */
	__u32 tgid;
	__u32 dropped;       /* since it was made */
	__u32 received;      /* bytes of memory that wait to be read */
	__u32 received_most;
	__u32 waiting;       /* packets, or connections */
	__u32 waiting_most;  /* 0: no limit of these */
	__u32 written;       /* bytes of memory that are on their way from it */
	__u32 written_most;
	__u16 family;
	__u16 type;
	__u16 protocol;
	__u16 local_port;
	__u16 remote_port;
	__u8 state;
	__u8 name_bytes; /* of a unix socket; the first is 0 where it is no file */
	__u32 unused;
	__u8 local[16];
	__u8 remote[16];
	char comm[TASK_COMM_LEN];
	char name[NAME_BYTES];
};

/* From an address in the kernel: none is as small as a cookie, all are of 48 bits and end with 0. */
static __always_inline __u64 id_of_address(__u64 address)
{
	return (address & 0xffffffffffff) >> 3 | 1ull << 52;
}

static __always_inline bool is_plain(struct sock *sk)
{
	switch (sk->__sk_common.skc_family) {
	case AF_INET:
	case AF_INET6:
		return (sk->sk_protocol != IPPROTO_TCP && sk->sk_protocol != IPPROTO_MPTCP) ||
		       sk->__sk_common.skc_state == TCP_LISTEN;
	case AF_UNIX:
	case AF_NETLINK:
	case AF_PACKET:
		return true;
	}
	return false;
}

static __always_inline __u32 not_below_0(int value)
{
	return value > 0 ? value : 0;
}

static __always_inline __u32 drops_of(struct sock *sk)
{
	struct numa_drop_counters *by_node = NULL;

	if (bpf_core_field_exists(sk->sk_drop_counters))
		by_node = BPF_CORE_READ(sk, sk_drop_counters);
	if (by_node)
		return BPF_CORE_READ(by_node, drops0.counter) + BPF_CORE_READ(by_node, drops1.counter);
	return BPF_CORE_READ(sk, sk_drops.counter);
}

static __always_inline void fill_unix(struct plain_socket *row, struct sock *sk)
{
	struct unix_sock *unix_sk = (void *)sk;
	struct unix_address *addr = BPF_CORE_READ(unix_sk, addr);
	struct sock *peer = BPF_CORE_READ(unix_sk, peer);
	int bytes;

	if (peer)
		row->peer = file_sockets.only_read ? id_of_address((__u64)peer)
						   : BPF_CORE_READ(peer, __sk_common.skc_cookie.counter);
	/* of a stream that is connected there is no limit of packets */
	if (row->type == SOCK_STREAM && row->state != TCP_LISTEN)
		row->waiting_most = 0;
	if (!addr)
		return;
	bytes = BPF_CORE_READ(addr, len) - 2; /* behind the family */
	if (bytes <= 0)
		return;
	row->name_bytes = bytes < NAME_BYTES ? bytes : NAME_BYTES;
	bpf_probe_read_kernel(row->name, sizeof(row->name), (char *)__builtin_preserve_access_index(&addr->name) + 2);
}

static __always_inline void fill_inet(struct plain_socket *row, struct sock *sk)
{
	struct inet_sock *inet = (void *)sk;
	struct udp_sock *udp = (void *)sk;

	row->local_port = __builtin_bswap16(BPF_CORE_READ(inet, inet_sport));
	row->remote_port = __builtin_bswap16(sk->__sk_common.skc_dport);
	local_address(row->local, sk);
	remote_address(row->remote, sk);
	if (row->protocol == IPPROTO_UDP || row->protocol == IPPROTO_UDPLITE) {
		/* its readers take packets out of the queue by the pile */
		row->received = not_below_0(row->received - BPF_CORE_READ(udp, forward_deficit));
		row->waiting += BPF_CORE_READ(udp, reader_queue.qlen);
	}
	if (row->state == TCP_LISTEN)
		row->waiting = sk->sk_ack_backlog;
	else
		row->waiting_most = 0;
}

static __always_inline void fill_socket(struct plain_socket *row, struct sock *sk)
{
	row->family = sk->__sk_common.skc_family;
	row->state = sk->__sk_common.skc_state;
	row->protocol = sk->sk_protocol;
	row->type = BPF_CORE_READ(sk, sk_type);
	row->dropped = drops_of(sk);
	row->received = not_below_0(sk->sk_backlog.rmem_alloc.counter);
	row->received_most = not_below_0(sk->sk_rcvbuf);
	row->waiting = BPF_CORE_READ(sk, sk_receive_queue.qlen);
	row->waiting_most = sk->sk_max_ack_backlog;
	/* one reference is the socket's own */
	row->written = not_below_0(BPF_CORE_READ(sk, sk_wmem_alloc.refs.counter) - 1);
	row->written_most = not_below_0(sk->sk_sndbuf);
	if (row->family == AF_UNIX)
		fill_unix(row, sk);
	else if (row->family == AF_INET || row->family == AF_INET6)
		fill_inet(row, sk);
	else
		row->waiting_most = 0;
}

#endif
