/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is behind a descriptor. All of it may change or go away while it is read: pointers are followed by
 * bpf_probe_read_kernel, which cannot fault, and user space believes nothing that two readings do not both say. */
#ifndef PROBETOP_WAITS_DESCRIPTORS_H
#define PROBETOP_WAITS_DESCRIPTORS_H

#include "file.h"
#include "pid.h"
#include "selection.h"
#include "states.h"
#include "tcp.h"

/* What a descriptor is of. */
enum file_kind { FILE_NONE, FILE_OTHER, FILE_REGULAR, FILE_PIPE, FILE_UNIX, FILE_TCP, FILE_LISTENER, FILE_SOCKET };

/* Of a TCP connection: who is to say something next; of a unix socket whether it was accepted. */
enum turn { TURN_UNKNOWN, TURN_CONNECTING, TURN_PEER, TURN_OURS, TURN_ACCEPTED };

struct tcp_ends {
	__u16 local_port;
	__u16 remote_port;
	__u16 family;
	__u16 unused;
	__u8 local[16];
	__u8 remote[16];
};

struct file_facts {
	/* pipe: the pipe; unix: the socket at the other end; other: the file's own data */
	__u64 peer;
	__u64 ino;
	__u32 dev;
	enum file_kind kind;
	__u32 net; /* number of the network namespace */
	enum turn turn;
	struct tcp_ends tcp;
};

/* Whose data came last, on the kernel's clock of ticks: within one tick it is not known. */
static __always_inline __u32 turn_of(struct sock *sk)
{
	struct tcp_sock *tp = (void *)sk;
	__u64 sent = BPF_CORE_READ(tp, bytes_sent), received = BPF_CORE_READ(tp, bytes_received);
	__s32 sent_after;

	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_SYN_SENT)
		return TURN_CONNECTING;
	sent_after = BPF_CORE_READ(tp, lsndtime) - BPF_CORE_READ(tp, inet_conn.icsk_ack.lrcvtime);
	if (sent && (sent_after > 0 || !received))
		return TURN_PEER;
	return received && (sent_after < 0 || !sent) ? TURN_OURS : TURN_UNKNOWN;
}

/* One that was accepted has its listener's address, which others have, too; one that was bound has its own. */
static __always_inline bool is_accepted(struct sock *sk)
{
	return BPF_CORE_READ((struct unix_sock *)sk, addr, refcnt.refs.counter) > 1;
}

/* Its type is that of the socket within a struct socket. */
static __always_inline void socket_facts(struct file_facts *f, void *private)
{
	struct sock *sk = BPF_CORE_READ((struct socket *)private, sk);
	__u16 family;

	f->kind = FILE_SOCKET;
	if (!sk)
		return;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family == AF_UNIX) {
		f->kind = FILE_UNIX;
		f->peer = (__u64)BPF_CORE_READ((struct unix_sock *)sk, peer);
		f->turn = f->peer && is_accepted(sk) ? TURN_ACCEPTED : TURN_UNKNOWN;
		return;
	}
	if ((family != AF_INET && family != AF_INET6) || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return;
	f->kind = BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN ? FILE_LISTENER : FILE_TCP;
	f->net = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	if (f->kind == FILE_TCP)
		f->turn = turn_of(sk);
	f->tcp.family = family;
	f->tcp.local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	f->tcp.remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (family == AF_INET) {
		BPF_CORE_READ_INTO((__be32 *)f->tcp.local, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((__be32 *)f->tcp.remote, sk, __sk_common.skc_daddr);
	} else {
		BPF_CORE_READ_INTO((struct in6_addr *)f->tcp.local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)f->tcp.remote, sk, __sk_common.skc_v6_daddr);
	}
}

static __always_inline void file_facts(struct file_facts *f, struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	void *private = BPF_CORE_READ(file, private_data);
	__u32 type = BPF_CORE_READ(inode, i_mode) & S_IFMT;

	f->ino = BPF_CORE_READ(inode, i_ino);
	f->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	f->kind = FILE_OTHER;
	f->peer = (__u64)private;
	if (type == S_IFIFO)
		f->kind = FILE_PIPE;
	else if (type == S_IFREG)
		f->kind = FILE_REGULAR;
	else if (type == S_IFSOCK && private)
		socket_facts(f, private);
}

#endif
