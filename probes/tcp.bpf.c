// SPDX-License-Identifier: MIT OR GPL-2.0
/* TCP sessions with their owners, without a program on the data path: the kernel counts bytes and retransmits in the
 * socket anyway, they are read once an interval.
 *
 * What the kernel does not keep (owner, direction, when it was established) is in socket storage. An iterator over that
 * storage lists the sockets of all network namespaces, where iter/tcp would show only the reader's own. State changes
 * make the storage; sockets older than us get theirs from find_owners (held by a process, any namespace) and
 * adopt (in nobody's file table, own namespace).
 *
 * Who connects, listens or closes is the owner. An accepted socket is established by whatever the interrupt met, so
 * find_owners walks the file tables; of several holders the youngest process is taken (the one forked to serve).
 *
 * A session that ends leaves its last record in the table of the current epoch, so one shorter than the interval is
 * seen too. */
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

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	unsigned long skc_flags;
} CORE;

struct sock {
	struct sock_common __sk_common;
	struct socket *sk_socket;
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
} CORE;

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 snd_cwnd;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 srtt_us;
	__u32 total_retrans;
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
enum { AF_INET = 2, AF_INET6 = 10, IPPROTO_TCP = 6 };
enum { EPIPE = 32, ENETUNREACH = 101, ECONNRESET = 104, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113 };
#define SOCK_DONE (1 << 1) /* a FIN has come */
#define SHUTDOWN_BOTH 3
#define PF_KTHREAD 0x00200000

enum { DIRECTION_UNKNOWN, DIRECTION_OUT, DIRECTION_IN };
enum { LIVE, ENDED_CLOSED, ENDED_REFUSED, ENDED_RESET, ENDED_TIMEOUT };

/* What is written of a socket. When nothing of it has changed since it was last written, only the first UNCHANGED_BYTES
 * are, with no family. */
struct record {
	__u64 cookie;
	__u8 family;
	__u8 state;
	__u8 direction;
	__u8 ending : 4, has_file : 1;
	__u32 tgid;
	__u64 in_bytes;
	__u64 out_bytes;
	__u64 established_ns; /* 0: not known */
	__u64 ended_ns;
	__u8 local[16];
	__u8 remote[16];
	__u32 rtt_us;
	__u32 cwnd;
	__u32 retransmits;
	__u32 backlog;
	__u32 backlog_max;
	__u16 local_port;
	__u16 remote_port;
	char comm[TASK_COMM_LEN];
};
#define RECORD_WORDS (sizeof(struct record) / 8)
#define UNCHANGED_BYTES 16

struct session {
	__u64 established_ns;
	__u64 owner_start_ns;
	__u32 tgid;
	__u32 pass; /* of find_owners, that named the owner */
	__u32 direction;
	__u32 state; /* that set_state saw last */
	char comm[TASK_COMM_LEN];
	struct record listed; /* as the iterator last wrote it */
};

struct counts {
	__u64 opened;
	__u64 accepted;
	__u64 closed;
	__u64 refused;
	__u64 reset_in;
	__u64 reset_out;
	__u64 others; /* ended sessions for which there was no room */
	__u64 others_in;
	__u64 others_out;
	__u64 others_retransmits;
	__u64 lost; /* sessions for which there was no storage */
};

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 target;
} config SEC(".data.config");

volatile struct {
	__u32 pass; /* of find_owners */
	__u32 full; /* list_sockets: leave nothing out */
} listing SEC(".data.listing");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct session);
} sessions SEC(".maps");

struct ended_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct record);
};
struct ended_table ended_even SEC(".maps");
struct ended_table ended_odd SEC(".maps");

/* By parity of the epoch; they only grow. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct counts);
} counts SEC(".maps");

static __always_inline struct counts *this_counts(void)
{
	__u32 half = config.epoch & 1;

	return bpf_map_lookup_elem(&counts, &half);
}

static __always_inline void own(struct session *st, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;

	st->tgid = task->tgid;
	st->owner_start_ns = leader->start_time;
	bpf_probe_read_kernel(st->comm, sizeof(st->comm), leader->comm);
}

/* The last user of a descriptor may be a kernel thread that finishes for a process: not an owner. */
static __always_inline void own_unless_kernel(struct session *st)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (st && (!st->tgid || !(task->flags & PF_KTHREAD)))
		own(st, task);
}

/* Called without the socket's lock. A FIN is counted as a byte before its flag is set, so the flag is looked at last:
 * the sum may be one short for an instant, but never too large. */
static __always_inline void fill(struct record *r, struct sock *sk, struct tcp_sock *tp)
{
	__u64 sent = tp->bytes_sent, again = tp->bytes_retrans;

	r->in_bytes = tp->bytes_received;
	r->out_bytes = sent > again ? sent - again : 0;
	r->cookie = bpf_get_socket_cookie(sk);
	r->rtt_us = tp->srtt_us >> 3;
	r->cwnd = tp->snd_cwnd;
	r->retransmits = tp->total_retrans;
	/* not skc_num, which is given back before the end is announced */
	r->local_port = __builtin_bswap16(tp->inet_conn.icsk_inet.inet_sport);
	r->remote_port = __builtin_bswap16(sk->__sk_common.skc_dport);
	r->family = sk->__sk_common.skc_family;
	if (r->family == AF_INET6 && bpf_core_field_exists(struct sock_common, skc_v6_daddr)) {
		bpf_probe_read_kernel(r->local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_probe_read_kernel(r->remote, 16, &sk->__sk_common.skc_v6_daddr);
	} else {
		*(__u32 *)r->local = sk->__sk_common.skc_rcv_saddr;
		*(__u32 *)r->remote = sk->__sk_common.skc_daddr;
	}
	if (r->in_bytes && sk->__sk_common.skc_flags & SOCK_DONE)
		r->in_bytes--;
}

static __always_inline void fill_session(struct record *r, struct session *st)
{
	r->tgid = st->tgid;
	r->direction = st->direction;
	r->established_ns = st->established_ns;
	__builtin_memcpy(r->comm, st->comm, sizeof(r->comm));
}

static __always_inline __u8 ending_of(int error, bool established)
{
	switch (error) {
	case ECONNREFUSED:
		return established ? ENDED_RESET : ENDED_REFUSED;
	case ECONNRESET:
	case EPIPE:
		return ENDED_RESET;
	case ETIMEDOUT:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return ENDED_TIMEOUT;
	}
	return ENDED_CLOSED;
}

static __always_inline void end(struct sock *sk, struct session *st, int old, struct counts *c)
{
	bool established = old != TCP_SYN_SENT && old != TCP_SYN_RECV;
	struct record r = {};
	struct tcp_sock *tp;

	r.ending = ending_of(sk->sk_err, established);
	if (r.ending == ENDED_REFUSED)
		c->refused++;
	else if (r.ending == ENDED_RESET)
		c->reset_in++;
	if (established)
		c->closed++;
	else if (!st)
		return; /* a handshake from outside that came to nothing */
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return;
	/* close() with data unread or as the peer was gone: the process is in the middle of it */
	if ((old == TCP_ESTABLISHED || old == TCP_CLOSE_WAIT) && sk->sk_shutdown == SHUTDOWN_BOTH)
		own_unless_kernel(st);
	fill(&r, sk, tp);
	r.state = TCP_CLOSE;
	r.ended_ns = bpf_ktime_get_ns();
	if (st)
		fill_session(&r, st);
	if (bpf_map_update_elem(config.epoch & 1 ? (void *)&ended_odd : (void *)&ended_even, &r.cookie, &r, BPF_NOEXIST)) {
		c->others++;
		c->others_in += r.in_bytes - (st && r.in_bytes > st->listed.in_bytes ? st->listed.in_bytes : 0);
		c->others_out += r.out_bytes - (st && r.out_bytes > st->listed.out_bytes ? st->listed.out_bytes : 0);
		c->others_retransmits += r.retransmits - (st && r.retransmits > st->listed.retransmits ? st->listed.retransmits : 0);
	}
	if (st) { /* the socket may be connected again */
		st->established_ns = 0;
		__builtin_memset(&st->listed, 0, sizeof(st->listed));
		st->direction = DIRECTION_UNKNOWN;
	}
}

static __always_inline int changed(struct sock *sk, int old, int new, bool again)
{
	struct counts *c = this_counts();
	struct session *st;
	__u64 create;

	if (!c || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	create = new == TCP_SYN_SENT || new == TCP_LISTEN || new == TCP_ESTABLISHED ? BPF_LOCAL_STORAGE_GET_F_CREATE : 0;
	st = bpf_sk_storage_get(&sessions, sk, 0, create);
	if (again && (!st || st->state == new))
		return 0;
	if (st) {
		st->state = new;
		st->listed.cookie = 0; /* user space may forget what has no session */
	} else if (create && old != TCP_SYN_SENT) { /* counted then */
		c->lost++;
	}

	switch (new) {
	case TCP_SYN_SENT:
		if (st) {
			st->direction = DIRECTION_OUT;
			own(st, bpf_get_current_task_btf());
		}
		break;
	case TCP_LISTEN:
		if (st)
			own(st, bpf_get_current_task_btf());
		break;
	case TCP_ESTABLISHED:
		if (old != TCP_SYN_SENT && old != TCP_SYN_RECV)
			break;
		if (st) {
			if (st->direction != DIRECTION_OUT)
				st->direction = old == TCP_SYN_SENT ? DIRECTION_OUT : DIRECTION_IN;
			st->established_ns = bpf_ktime_get_ns();
		}
		if (st ? st->direction == DIRECTION_OUT : old == TCP_SYN_SENT)
			c->opened++;
		else
			c->accepted++;
		break;
	case TCP_FIN_WAIT1: /* both only by close() and shutdown() */
	case TCP_LAST_ACK:
		own_unless_kernel(st);
		break;
	case TCP_CLOSE:
		if (old != TCP_CLOSE && old != TCP_LISTEN)
			end(sk, st, old, c);
		break;
	}
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(set_state, struct sock *sk, int old, int new)
{
	return changed(sk, old, new, false);
}

/* Attached after `set_state`, for the case that an interrupt found that at work on this CPU: then the kernel left it
 * out, and the state noted is not the new one. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(set_state_again, struct sock *sk, int old, int new)
{
	return changed(sk, old, new, true);
}

/* Before 6.10 only resets of a socket; an answer to a closed port comes from none. */
SEC("raw_tp/tcp_send_reset")
int send_reset(void *ctx)
{
	struct counts *c = this_counts();

	if (c)
		c->reset_out++;
	return 0;
}

static __always_inline bool same(const struct record *a, const struct record *b)
{
	const __u64 *x = (const void *)a, *y = (const void *)b;
	__u64 differences = 0;

#pragma unroll
	for (int i = 0; i < RECORD_WORDS; i++)
		differences |= x[i] ^ y[i];
	return !differences;
}

SEC("iter/bpf_sk_storage_map")
int list_sockets(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct session *st = ctx->value;
	struct sock *sk = ctx->sk;
	struct socket *socket;
	struct tcp_sock *tp;
	struct record r = {};

	if (!sk || !st)
		return 0;
	r.state = sk->__sk_common.skc_state;
	if (r.state == TCP_CLOSE)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	fill(&r, sk, tp);
	fill_session(&r, st);
	if (r.state == TCP_LISTEN) {
		r.backlog = sk->sk_ack_backlog;
		r.backlog_max = sk->sk_max_ack_backlog;
	}
	socket = sk->sk_socket;
	r.has_file = socket && socket->file;
	if (!listing.full && same(&r, &st->listed)) {
		r.family = 0;
		bpf_seq_write(seq, &r, UNCHANGED_BYTES);
	} else if (!bpf_seq_write(seq, &r, sizeof(r))) { /* else there is no room: it is shown again by the next read */
		st->listed = r;
	}
	return 0;
}

SEC("iter/task_file")
int find_owners(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task, *leader;
	struct file *file = ctx->file;
	struct socket *socket;
	struct session *st;
	struct sock *sk;
	__u32 now = listing.pass;

	if (!task || !file)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	if (sk->__sk_common.skc_family != AF_INET && sk->__sk_common.skc_family != AF_INET6)
		return 0;
	st = bpf_sk_storage_get(&sessions, sk, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!st)
		return 0;
	leader = task->group_leader;
	if (st->pass == now && st->owner_start_ns >= leader->start_time)
		return 0;
	st->pass = now;
	own(st, task);
	return 0;
}

SEC("iter/tcp")
int adopt(struct bpf_iter__tcp *ctx)
{
	struct sock_common *sk = ctx->sk_common;

	if (sk && bpf_skc_to_tcp_sock(sk))
		bpf_sk_storage_get(&sessions, sk, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
