/* SPDX-License-Identifier: MIT OR GPL-2.0
 * How long answers take over TCP, and those of name servers over UDP: from the last byte that came in until the program
 * begins to send (who serves), and from the last time it sent until the first byte comes in (who asked). Two hooks, one as
 * data comes in and one as a program sends, from 6.3 on; what is kept of a session is in its socket, so that nothing is
 * looked up. */
#ifndef PROBETOP_ANSWERS_H
#define PROBETOP_ANSWERS_H

#include "epoch.h"
#include "file.h"
#include "lost.h" /* what found no room for a row */
#include "socket.h"
#include <bpf/bpf_tracing.h>

enum answer_side { SERVED, ASKED };
const enum answer_side *answer_side_layout __attribute__((unused));
#define DNS_PORT 53

/* By process and service: the local port of who serves, address and port of who is asked. */
struct answer_key {
	__u32 tgid;
	__u16 side;
	__u16 port;
	__u16 family;
	__u16 protocol;
	__u32 unused;
	__u8 address[16];
};

struct answers {
	__u64 count;
	__u64 ns;
	__u64 firsts; /* sessions of which the first one was seen, from when they were established */
	__u64 first_ns;
	__u64 max_ns[2];
	__u32 epoch[2];
	char comm[TASK_COMM_LEN];
	struct hist latency;
};

struct turn {
	__u64 established_ns; /* 0: older than the probe, or its first byte was seen */
	__u64 at_ns;          /* of the last time that data came in, or were sent */
	__u32 came_in;        /* which of both */
	__u32 tgid;           /* who sent last */
	__u16 opened;         /* seen as it began, and so which side is known */
	__u16 side;
	__u32 told; /* answers that were told of */
	char comm[TASK_COMM_LEN];
	/* of this session: answers that it gave or waited for, the longest since it was told of, and how long after it was
	 * established the first byte came in, and the first was sent */
	__u64 count;
	__u64 ns;
	__u64 max_ns;
	__u64 opened_ns;
	__u64 first_in_ns;
	__u64 first_out_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct turn);
} turns SEC(".maps");

/* Set before it is loaded, where the kernel lets a socket that was come by through a file be read and nothing else: what is kept of
 * a session is by its cookie then, and others are known by their address. */
const volatile struct {
	__u32 only_read;
} file_sockets SEC(".rodata.file_sockets");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct turn);
} turns_by_cookie SEC(".maps");

static const struct turn no_turn;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct answer_key);
	__type(value, struct answers);
} answers SEC(".maps");

static const struct answers no_answers;

/* A socket that asks a name server, and nobody else. */
static __always_inline bool asks_names(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_UDP && sk->__sk_common.skc_dport == __builtin_bswap16(DNS_PORT);
}

static __always_inline bool is_session(struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	if (family != AF_INET && family != AF_INET6)
		return false;
	if (asks_names(sk))
		return true;
	return sk->sk_protocol == IPPROTO_TCP &&
	       (sk->__sk_common.skc_state == TCP_ESTABLISHED || sk->__sk_common.skc_state == TCP_CLOSE_WAIT ||
		sk->__sk_common.skc_state == TCP_FIN_WAIT1 || sk->__sk_common.skc_state == TCP_FIN_WAIT2);
}

static __always_inline struct turn *turn_of(struct sock *sk)
{
	__u64 cookie;

	if (!file_sockets.only_read)
		return bpf_sk_storage_get(&turns, sk, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	cookie = bpf_get_socket_cookie(sk);
	return find_or_make(&turns_by_cookie, &cookie, &no_turn);
}

static __always_inline __u64 known_cookie(struct sock *sk)
{
	return file_sockets.only_read ? BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) : bpf_get_socket_cookie(sk);
}

/* Of a socket come by through a file; NULL where nothing is kept of it. */
static __always_inline struct turn *known_turn(struct sock *sk)
{
	__u64 cookie;

	if (!file_sockets.only_read)
		return bpf_sk_storage_get(&turns, sk, 0, 0);
	cookie = known_cookie(sk);
	return bpf_map_lookup_elem(&turns_by_cookie, &cookie);
}

/* Of a session older than the probe the lower of the two ports says which service it is. */
static __always_inline __u16 side_of(struct sock *sk, struct turn *turn)
{
	if (turn->opened)
		return turn->side;
	return sk->__sk_common.skc_num < __builtin_bswap16(sk->__sk_common.skc_dport) ? SERVED : ASKED;
}

static __always_inline void count_answer(struct sock *sk, struct turn *turn, __u64 now)
{
	struct answer_key key = { .tgid = turn->tgid, .side = side_of(sk, turn), .protocol = sk->sk_protocol };
	__u64 ns = now - turn->at_ns;
	struct answers *a;
	__u32 half;

	turn->count++;
	turn->ns += ns;
	if (ns > turn->max_ns)
		turn->max_ns = ns;
	if (key.side == SERVED) {
		key.port = sk->__sk_common.skc_num;
	} else {
		key.family = sk->__sk_common.skc_family;
		key.port = __builtin_bswap16(sk->__sk_common.skc_dport);
		remote_address(key.address, sk);
	}
	a = find_or_make(&answers, &key, &no_answers);
	if (!a) {
		count_lost();
		return;
	}
	if (!a->comm[0])
		__builtin_memcpy(a->comm, turn->comm, sizeof(a->comm));
	__sync_fetch_and_add(&a->count, 1);
	__sync_fetch_and_add(&a->ns, ns);
	if (turn->established_ns) {
		__sync_fetch_and_add(&a->firsts, 1);
		__sync_fetch_and_add(&a->first_ns, now - turn->established_ns);
		turn->established_ns = 0;
	}
	half = half_of(config.epoch, a->epoch, a->max_ns, NULL);
	if (ns > a->max_ns[half])
		a->max_ns[half] = ns;
	hist_count_shared(&a->latency, ns);
}

static __always_inline void own_turn(struct turn *turn)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (turn->tgid == (__u32)task->tgid)
		return;
	turn->tgid = task->tgid;
	bpf_probe_read_kernel(turn->comm, sizeof(turn->comm), task->group_leader->comm);
}

/* Data come in, or are sent: an answer, where it is the side's turn that waited for it or that was to give it. */
static __always_inline int data_pass(struct sock *sk, bool come_in)
{
	struct turn *turn;
	__u64 now, *first_ns;

	if (!sk || !is_session(sk))
		return 0;
	turn = turn_of(sk);
	if (!turn)
		return 0;
	now = bpf_ktime_get_ns();
	if (!come_in)
		own_turn(turn);
	if (turn->at_ns && turn->came_in != come_in && side_of(sk, turn) == (come_in ? ASKED : SERVED))
		count_answer(sk, turn, now);
	first_ns = come_in ? &turn->first_in_ns : &turn->first_out_ns;
	if (turn->opened_ns && !*first_ns)
		*first_ns = now - turn->opened_ns;
	turn->came_in = come_in;
	turn->at_ns = now;
	return 0;
}

SEC("tp_btf/sk_data_ready")
int BPF_PROG(data_comes_in, struct sock *sk)
{
	return data_pass(sk, true);
}

/* As it begins to. */
SEC("tp_btf/tcp_sendmsg_locked")
int BPF_PROG(send_begins, struct sock *sk)
{
	return data_pass(sk, false);
}

/* As it has sent; before 6.16. */
SEC("tp_btf/sock_send_length")
int BPF_PROG(send_ends, struct sock *sk, int bytes)
{
	return bytes > 0 ? data_pass(sk, false) : 0;
}

/* From then on only what the other does not tell. */
SEC("tp_btf/sock_send_length")
int BPF_PROG(datagram_sent, struct sock *sk, int bytes)
{
	return bytes > 0 && sk && asks_names(sk) ? data_pass(sk, false) : 0;
}

/* From here on the first byte is waited for. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(established, struct sock *sk, int old, int new)
{
	struct turn *turn;

	if (new != TCP_ESTABLISHED || sk->sk_protocol != IPPROTO_TCP)
		return 0;
	turn = turn_of(sk);
	if (!turn)
		return 0;
	turn->established_ns = turn->opened_ns = bpf_ktime_get_ns();
	turn->opened = 1;
	turn->side = old == TCP_SYN_SENT ? ASKED : SERVED;
	return 0;
}

#endif
