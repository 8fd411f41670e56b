/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is counted of TCP sessions as they come and go, and what one leaves behind when it ends. Part of tcp.bpf.c, which has
 * the epoch. */
#ifndef PROBETOP_SESSION_ENDS_H
#define PROBETOP_SESSION_ENDS_H

/* Rows are dear behind the kernel: of 4096 a second the engine and the screen took a quarter of a CPU each. The others of
 * an interval are in its sums. */
struct ended_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
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
		if (st)
			own_by_current(st, tp);
	fill(&r, sk, tp);
	fill_quality(&r.quality, sk, tp);
	r.state = TCP_CLOSE;
	r.ended_ns = bpf_ktime_get_ns();
	if (st)
		fill_session(&r, st, above(tp));
	if (bpf_map_update_elem(config.epoch & 1 ? (void *)&ended_odd : (void *)&ended_even, &r.cookie, &r, BPF_NOEXIST)) {
		c->others++;
		c->others_in += r.in_bytes - (st && r.in_bytes > st->listed.in_bytes ? st->listed.in_bytes : 0);
		c->others_out += r.out_bytes - (st && r.out_bytes > st->listed.out_bytes ? st->listed.out_bytes : 0);
		c->others_retransmits += r.retransmits - (st && r.retransmits > st->listed.retransmits ? st->listed.retransmits : 0);
	}
	if (st) { /* the socket may be connected again */
		st->established_ns = st->began_ns = 0;
		st->connect_us = 0;
		__builtin_memset(&st->listed, 0, sizeof(st->listed));
		st->direction = DIRECTION_UNKNOWN;
	}
}

#endif
