// SPDX-License-Identifier: MIT OR GPL-2.0
/* How long each disk had how many requests, from being inserted or issued until they are complete, while somebody looks.
 * Requests that were there before are not counted. One whose end the kernel did not tell of counts until its address is
 * used again, which for the requests of a queue is soon. */
#include "lost.h"
#include "request.h"
#include <bpf/bpf_tracing.h>

/* 0, 1, 2, 3, then two for each power of two, as slot_of() has it. */
#define DEPTHS 32

struct depth {
	__u64 since_ns;
	__u64 ns[DEPTHS];
	__u32 now;
	__u32 unused;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, struct depth);
} depths SEC(".maps");
static const struct depth no_depth;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u32);
} requests SEC(".maps");

static __always_inline __u32 slot_of(__u32 depth)
{
	__u32 bits = 2, slot;

	if (depth < 4)
		return depth;
	for (int i = 0; i < 16 && depth >> bits > 1; i++)
		bits++;
	slot = 2 * bits + (depth >> (bits - 1) & 1);
	return slot < DEPTHS ? slot : DEPTHS - 1;
}

/* Requests of a disk become more, or fewer. Whoever comes first takes the time that has passed. */
static __always_inline void change(__u32 dev, __u32 by)
{
	struct depth *d = find_or_make(&depths, &dev, &no_depth);
	__u64 now = bpf_ktime_get_ns(), before;
	__u32 slot;

	if (!d) {
		count_lost();
		return;
	}
	slot = slot_of(__sync_fetch_and_add(&d->now, by));
	before = __sync_lock_test_and_set(&d->since_ns, now);
	if (before && now > before && slot < DEPTHS)
		__sync_fetch_and_add(&d->ns[slot], now - before);
}

static __always_inline int begins(struct request *rq)
{
	__u64 address = (__u64)rq;
	__u32 dev = disk_number(rq);

	if (!dev || bpf_map_lookup_elem(&requests, &address))
		return 0;
	if (bpf_map_update_elem(&requests, &address, &dev, BPF_NOEXIST))
		count_lost();
	else
		change(dev, 1);
	return 0;
}

static __always_inline int ends(struct request *rq)
{
	__u64 address = (__u64)rq;
	__u32 *known = bpf_map_lookup_elem(&requests, &address), dev;

	if (!known)
		return 0;
	dev = *known;
	if (!bpf_map_delete_elem(&requests, &address))
		change(dev, -1);
	return 0;
}

SEC("tp_btf/block_rq_insert")
int BPF_PROG(inserted, struct request *rq)
{
	return begins(rq);
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issued, struct request *rq)
{
	return begins(rq);
}

/* Into another one. */
SEC("tp_btf/block_rq_merge")
int BPF_PROG(merged, struct request *rq)
{
	return ends(rq);
}

/* It may be in parts. */
SEC("tp_btf/block_rq_complete")
int BPF_PROG(completed, struct request *rq, int error, unsigned int bytes)
{
	return bytes >= rq->__data_len ? ends(rq) : 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
