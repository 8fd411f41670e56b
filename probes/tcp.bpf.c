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
 * find_owners walks the file tables; of several holders the youngest process is taken (the one forked to serve). Of
 * MPTCP the file is of the socket above, which its subflows have their owner from.
 *
 * A session that ends leaves its last record in the table of the current epoch, so one shorter than the interval is
 * seen too. */
#include "epoch.h"
#include "sessions.h"

volatile struct {
	__u32 pass; /* of find_owners */
	__u32 interval; /* of list_sockets, which may run twice in one: what changed in it is written whole by both */
} listing SEC(".data.listing");

#include "session_ends.h"
#include "session_owners.h"

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
			st->began_ns = bpf_ktime_get_ns();
			st->connect_us = 0;
			own_by_current(st, bpf_skc_to_tcp_sock(sk));
		}
		break;
	case TCP_LISTEN:
		if (st)
			own(&st->owner, bpf_get_current_task_btf());
		break;
	case TCP_ESTABLISHED:
		if (old != TCP_SYN_SENT && old != TCP_SYN_RECV)
			break;
		if (st) {
			if (st->direction != DIRECTION_OUT)
				st->direction = old == TCP_SYN_SENT ? DIRECTION_OUT : DIRECTION_IN;
			st->established_ns = bpf_ktime_get_ns();
			if (old == TCP_SYN_SENT && st->began_ns)
				st->connect_us = (st->established_ns - st->began_ns) / 1000 ?: 1;
		}
		if (st ? st->direction == DIRECTION_OUT : old == TCP_SYN_SENT)
			c->opened++;
		else
			c->accepted++;
		break;
	case TCP_FIN_WAIT1: /* both only by close() and shutdown() */
	case TCP_LAST_ACK:
		if (st)
			own_by_current(st, bpf_skc_to_tcp_sock(sk));
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

static __always_inline bool has_file(struct socket *socket)
{
	return socket && BPF_CORE_READ(socket, file);
}

/* Nothing has come or gone since the session was listed, nothing is under way and nothing waits: what else is in its record
 * cannot have changed then, and of most sessions it need not be looked at. */
static __always_inline bool is_quiet(struct sock *sk, struct tcp_sock *tp, struct session *st)
{
	const struct record *last = &st->listed;
	const __u64 *owner = (const void *)st->owner.comm, *comm = (const void *)last->comm;

	return last->cookie && last->has_queues && st->changed_in != listing.interval &&
	       last->state == sk->__sk_common.skc_state && !last->unread && !last->unsent && !last->unacked &&
	       tp->copied_seq == tp->rcv_nxt && tp->snd_una == tp->write_seq && tp->snd_nxt == tp->write_seq &&
	       tp->bytes_received == last->in_bytes && tp->bytes_sent - tp->bytes_retrans == last->out_bytes &&
	       tp->snd_wnd == last->window && tp->snd_cwnd == last->cwnd && tp->srtt_us >> 3 == last->rtt_us &&
	       sk->sk_pacing_rate == last->quality.pacing_rate && tp->inet_conn.icsk_ca_ops == st->algorithm &&
	       !BPF_CORE_READ_BITFIELD(tp, chrono_type) && !above(tp) && st->owner.tgid == last->tgid &&
	       owner[0] == comm[0] && owner[1] == comm[1] && has_file(sk->sk_socket) == last->has_file;
}

static __always_inline void list_unchanged(struct seq_file *seq, struct record *r)
{
	r->family = 0;
	bpf_seq_write(seq, r, UNCHANGED_BYTES);
}

static __always_inline void list(struct seq_file *seq, struct sock *sk, struct tcp_sock *tp, struct session *st)
{
	struct sock *mptcp;
	struct record r = {};

	if (is_quiet(sk, tp, st)) {
		__builtin_memcpy(&r, &st->listed, UNCHANGED_BYTES);
		list_unchanged(seq, &r);
		return;
	}
	mptcp = above(tp);
	r.state = sk->__sk_common.skc_state;
	if (r.state == TCP_CLOSE)
		return;
	fill(&r, sk, tp);
	fill_queues(&r, tp);
	if (r.has_queues)
		fill_quality(&r.quality, sk, tp);
	fill_session(&r, st, mptcp);
	if (r.state == TCP_LISTEN) {
		r.backlog = sk->sk_ack_backlog;
		r.backlog_max = sk->sk_max_ack_backlog;
		r.quality.lost = sk->sk_drops.counter;
	}
	r.has_file = has_file(mptcp ? BPF_CORE_READ(mptcp, sk_socket) : sk->sk_socket);
	if (st->changed_in != listing.interval && same(&r, &st->listed)) {
		list_unchanged(seq, &r);
	} else if (!bpf_seq_write(seq, &r, sizeof(r))) { /* else there is no room: it is shown again by the next read */
		st->listed = r;
		st->algorithm = tp->inet_conn.icsk_ca_ops;
		st->changed_in = listing.interval;
	}
}

SEC("iter/bpf_sk_storage_map")
int list_sockets(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct session *st = ctx->value;
	struct sock *sk = ctx->sk;
	struct tcp_sock *tp;

	if (!sk || !st)
		return 0;
	tp = bpf_skc_to_tcp_sock(sk);
	if (tp)
		list(ctx->meta->seq, sk, tp, st);
	return 0;
}

/* Those of the reader's network namespace only, for kernels that refuse iterators over storage. */
SEC("iter/tcp")
int list_namespace(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct tcp_sock *tp = common ? bpf_skc_to_tcp_sock(common) : NULL;
	struct session *st = tp ? bpf_sk_storage_get(&sessions, tp, 0, BPF_LOCAL_STORAGE_GET_F_CREATE) : NULL;

	if (!st)
		return 0;
	take_found(st, tp);
	list(ctx->meta->seq, (struct sock *)tp, tp, st);
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
