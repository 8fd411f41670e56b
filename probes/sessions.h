/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is kept of a TCP session and what is written of it: its owner, and the record that user space reads. */
#ifndef PROBETOP_SESSIONS_H
#define PROBETOP_SESSIONS_H

#include "file.h"
#include "tcp.h"
#include <bpf/bpf_tracing.h>

enum direction { DIRECTION_UNKNOWN, DIRECTION_OUT, DIRECTION_IN };
enum { CHRONO_NONE, CHRONO_BUSY, CHRONO_WINDOW_LIMITED, CHRONO_BUFFER_LIMITED }; /* enum tcp_chrono */
enum ending { LIVE, ENDED_CLOSED, ENDED_REFUSED, ENDED_RESET, ENDED_TIMEOUT };
const enum ending *ending_layout __attribute__((unused));

/* How well a session goes, and what it was limited by. */
struct quality {
	/* jiffies in which it had something to send, in all; of these for want of the peer's window, and of room here */
	__u64 busy;
	__u64 window_limited;
	__u64 buffer_limited;
	__u64 pacing_rate;   /* bytes a second */
	__u64 delivery_rate; /* as last measured */
	__u32 connect_us;    /* 0: not known */
	__u32 retransmitted; /* segments sent again and not yet acknowledged */
	__u32 lost_now;      /* that are taken for lost now */
	__u32 lost;          /* since it began; of a listener connections that it dropped */
	__u32 send_percent;  /* of the send buffer that is used */
	__u32 receive_percent;
	char algorithm[16];
};

/* What is written of a socket. When nothing of it has changed since it was last written, only what stands before `in_bytes`
 * is, with no family. */
struct record {
	__u64 cookie;
	__u8 family;
	__u8 state;
	__u8 direction;
	__u8 ending : 4, has_file : 1, has_queues : 1;
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
	__u32 unread;  /* bytes that the program has not fetched */
	__u32 unsent;  /* that it has written, and that wait here */
	__u32 unacked; /* on their way */
	__u32 window;  /* how much more than what was acknowledged the peer takes */
	__u32 congestion;
	__u32 reordered;
	struct quality quality;
};
#define RECORD_WORDS (sizeof(struct record) / 8)
#define UNCHANGED_BYTES __builtin_offsetof(struct record, in_bytes)

struct owner {
	__u64 start_ns;
	__u32 tgid;
	__u32 pass; /* of find_owners, that named it */
	char comm[TASK_COMM_LEN];
};

struct session {
	__u64 began_ns; /* to connect */
	__u64 established_ns;
	__u32 connect_us;
	__u32 changed_in; /* the last interval in which it was written whole */
	enum direction direction;
	__u32 state; /* that set_state saw last */
	struct owner owner;
	struct record listed;                      /* as the iterator last wrote it */
	const struct tcp_congestion_ops *algorithm; /* of then */
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

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct session);
} sessions SEC(".maps");

/* Of sockets of MPTCP, by their cookie, which is never used again, or by their address as long as they have none. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct owner);
} holders SEC(".maps");

/* Of sessions, by cookie: what note_owners found and list_namespace has not yet taken. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct owner);
} found SEC(".maps");

static __always_inline void own(struct owner *owner, struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	owner->tgid = task->tgid;
	owner->start_ns = BPF_CORE_READ(leader, start_time);
	bpf_probe_read_kernel(owner->comm, sizeof(owner->comm), leader->comm);
}

/* Who is at work on a socket is its owner. Kernel threads that finish for a process are not; and a subflow of MPTCP is
 * worked on by whoever an interrupt met, unless a process has locked the socket above. */
static __always_inline void own_by_current(struct session *st, struct tcp_sock *tp)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sock *mptcp = tp ? above(tp) : NULL;
	bool is_kernel = task->flags & PF_KTHREAD;

	if (mptcp ? !is_kernel && BPF_CORE_READ(mptcp, sk_lock.owned) : !is_kernel || !st->owner.tgid)
		own(&st->owner, task);
}

static __always_inline __u64 mptcp_key(struct sock *mptcp)
{
	return BPF_CORE_READ(mptcp, __sk_common.skc_cookie.counter) ?: (__u64)mptcp;
}

/* Whoever holds the socket of MPTCP above a subflow owns that, too. */
static __always_inline const struct owner *owner_of(struct session *st, struct sock *mptcp)
{
	__u64 key = mptcp ? mptcp_key(mptcp) : 0;
	const struct owner *holder = key ? bpf_map_lookup_elem(&holders, &key) : NULL;

	return holder ?: &st->owner;
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
	local_address(r->local, sk);
	remote_address(r->remote, sk);
	if (r->in_bytes && sk->__sk_common.skc_flags & SOCK_DONE)
		r->in_bytes--;
}

/* What is under way and what waits, of sessions that are open. Read without the socket's lock: an end of a queue may have
 * gone past the other for an instant. */
static __always_inline __u32 between(__u32 from, __u32 to)
{
	__s32 bytes = to - from;

	return bytes > 0 ? bytes : 0;
}

static __always_inline void fill_queues(struct record *r, struct tcp_sock *tp)
{
	__u32 acked = tp->snd_una, next = tp->snd_nxt;

	if (r->state == TCP_LISTEN || r->state == TCP_SYN_SENT || r->state == TCP_SYN_RECV)
		return;
	r->has_queues = 1;
	r->unread = between(tp->copied_seq, tp->rcv_nxt);
	if (r->unread && r->state != TCP_ESTABLISHED && r->state != TCP_FIN_WAIT1 && r->state != TCP_FIN_WAIT2)
		r->unread--; /* the peer's end takes a place */
	r->unacked = between(acked, next);
	r->unsent = between(next, tp->write_seq);
	r->window = tp->snd_wnd;
	r->congestion = BPF_CORE_READ_BITFIELD(&tp->inet_conn, icsk_ca_state);
	if (bpf_core_field_exists(tp->reord_seen))
		r->reordered = tp->reord_seen;
}

/* Percent of a buffer; what is queued may be more than it is for. */
static __always_inline __u32 percent_of(int used, int all)
{
	return used > 0 && all > 0 ? (__u64)used * 100 / all : 0;
}

/* As the kernel adds it up for tcp_info: what goes on is not yet in the sum. */
static __always_inline void fill_chronos(struct quality *q, struct tcp_sock *tp)
{
	__u32 type = BPF_CORE_READ_BITFIELD(tp, chrono_type), now = bpf_jiffies64();
	__u32 goes_on = type ? now - tp->chrono_start : 0;

	if ((__s32)goes_on < 0)
		goes_on = 0;
	q->window_limited = tp->chrono_stat[1] + (type == CHRONO_WINDOW_LIMITED ? goes_on : 0);
	q->buffer_limited = tp->chrono_stat[2] + (type == CHRONO_BUFFER_LIMITED ? goes_on : 0);
	q->busy = tp->chrono_stat[0] + (type == CHRONO_BUSY ? goes_on : 0) + q->window_limited + q->buffer_limited;
}

static __always_inline void fill_quality(struct quality *q, struct sock *sk, struct tcp_sock *tp)
{
	const struct tcp_congestion_ops *ops = tp->inet_conn.icsk_ca_ops;
	__u32 interval = tp->rate_interval_us;

	fill_chronos(q, tp);
	q->lost = tp->lost;
	if (interval)
		q->delivery_rate = (__u64)tp->rate_delivered * tp->mss_cache * 1000000 / interval;
	if (ops)
		bpf_probe_read_kernel_str(q->algorithm, sizeof(q->algorithm), ops->name);
	q->pacing_rate = sk->sk_pacing_rate;
	q->retransmitted = tp->retrans_out;
	q->lost_now = tp->lost_out;
	q->send_percent = percent_of(sk->sk_wmem_queued, sk->sk_sndbuf);
	q->receive_percent = percent_of(sk->sk_backlog.rmem_alloc.counter, sk->sk_rcvbuf);
}

static __always_inline void fill_session(struct record *r, struct session *st, struct sock *mptcp)
{
	const struct owner *owner = owner_of(st, mptcp);

	r->tgid = owner->tgid;
	r->direction = st->direction;
	r->established_ns = st->established_ns;
	r->quality.connect_us = st->connect_us;
	__builtin_memcpy(r->comm, owner->comm, sizeof(r->comm));
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

#endif
