// SPDX-License-Identifier: MIT OR GPL-2.0
/* Block requests from queueing to completion: latency per disk and operation, with the time queued and the time in
 * the device told apart, and operations, bytes and latency per process.
 *
 * A request is known by its address. Its owner is the process that is running when it is first seen: at
 * block_io_start (6.5 and later: the request is made, in the context of who submits), else at insertion into the
 * scheduler or, where there is none, at issue. Write-back and loop devices are so charged to their kernel threads.
 *
 * An empty flush (fsync) is two requests: the caller's own, without data, and the flush the device gets, which may
 * serve several callers. The disk is charged the latter, the process the former, so both see what they waited for.
 *
 * The kernel leaves programs out now and then: one that an interrupt finds at work on the same CPU, for which there is
 * complete_again, and all of them while somebody changes what is attached to the hook. A completion so missed shows
 * when the address is used again: its operation and bytes are counted then, as lost, without a latency. One for
 * which there was no room when it began is lost too: counted on completion, for none of the processes. */
#include "block_disks.h"
#include "block_procs.h"
#include <bpf/bpf_tracing.h>

/* Of a request that was seen when not all were: another may have had its address since. */
static __always_inline bool is_stale(const struct start *s)
{
	return s->queued_ns < setup.began_ns;
}

/* The request at this address before the present one, whose completion we were not told of. Not inlined, being rare;
 * global, so that the verifier looks at it once. */
__noinline int end_missed(struct start *s)
{
	__u64 ns[KINDS] = {};
	struct disk *disk;
	__u32 op;

	if (!s || !s->issued_ns || !s->dev || setup.sampled || is_stale(s))
		return 0;
	op = s->op;
	count_lost();
	if (op != OP_FLUSH || !setup.io_start)
		charge(s, config.epoch, op, s->bytes, true, ns);
	disk = disk_of(s->dev, op);
	if (disk) {
		__sync_fetch_and_add(&disk->untimed, 1);
		__sync_fetch_and_add(&disk->bytes, s->bytes);
	}
	return 0;
}

/* What is known of this request; what is left of an earlier one at the same address is dealt with. */
static __always_inline struct start *find(struct request *rq)
{
	struct start *s = start_of(rq);

	if (!s || (s->made_ns ? s->made_ns == rq->start_time_ns : !is_stale(s)))
		return s;
	end_missed(s);
	forget(s, rq);
	return NULL;
}

SEC("tp_btf/block_io_start")
int BPF_PROG(io_start, struct request *rq)
{
	struct start *old = start_of(rq);

	if (old) {
		end_missed(old);
		forget(old, rq);
	}
	if (!begin(rq, bpf_ktime_get_ns(), false) && is_empty(rq, op_of(rq))) {
		count_lost(); /* its end cannot be recognized */
		charge_others(OP_FLUSH, 0, true);
	}
	return 0;
}

/* Only where there is no block_io_start. A request put back by its driver is inserted and issued once more. */
SEC("tp_btf/block_rq_insert")
int BPF_PROG(insert, struct request *rq)
{
	if (!find(rq))
		begin(rq, bpf_ktime_get_ns(), false);
	return 0;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issue, struct request *rq)
{
	__u64 now = bpf_ktime_get_ns();
	struct start *s = find(rq);
	bool flush = op_of(rq) == OP_FLUSH; /* its request is made once for all, and never queued */

	if (s && !flush) {
		note_issue(s, rq, now);
		return 0;
	}
	if (s)
		forget(s, rq);
	else if (!flush && setup.io_start)
		return 0; /* it was there before us, or there was no room */
	begin(rq, now, true);
	return 0;
}

/* Merged into another request: it never completes by itself. */
SEC("tp_btf/block_rq_merge")
int BPF_PROG(merge, struct request *rq)
{
	struct start *s = start_of(rq);

	if (s)
		forget(s, rq);
	return 0;
}

/* What a device cannot do at all (discard, write zeroes) is asked once and done another way: BLK_STS_NOTSUPP, before
 * 5.16 -EOPNOTSUPP. */
static __always_inline bool is_failure(int error)
{
	return error && error != 1 && error != -95;
}

static __always_inline void charge_disk(struct request *rq, __u32 op, __u32 dev, __u32 bytes, bool done, int error,
					const __u64 *ns, __u32 epoch)
{
	struct disk *disk = dev ? disk_of(dev, op) : NULL;

	if (!disk)
		return;
	__sync_fetch_and_add(&disk->bytes, bytes);
	if (!done)
		return;
	if (is_failure(error))
		__sync_fetch_and_add(&disk->errors, 1);
	if (ns) {
		add(disk, TOTAL, epoch, ns[TOTAL]);
		add(disk, QUEUED, epoch, ns[QUEUED]);
		add(disk, DEVICE, epoch, ns[DEVICE]);
		return;
	}
	__sync_fetch_and_add(&disk->untimed, 1);
	if (!setup.sampled && rq->start_time_ns > setup.attached_ns)
		count_lost(); /* not merely older than us */
}

/* By the kernel's own marks: from when it was made, up to 2 ms early, as a thread that makes many reads the clock once. */
static __always_inline bool is_marked(struct request *rq, __u64 *ns)
{
	__u64 now = bpf_ktime_get_ns(), made = rq->start_time_ns, issued = rq->io_start_time_ns;

	if (!setup.sampled || !made || made > now)
		return false;
	ns[TOTAL] = now - made;
	ns[QUEUED] = issued > made && issued < now ? issued - made : 0;
	ns[DEVICE] = ns[TOTAL] - ns[QUEUED];
	return true;
}

/* Not inlined, being rare: it was there before us or before this window, or there was no room. */
static __noinline int completed_unknown(struct request *rq, int error, __u32 bytes)
{
	__u64 ns[KINDS] = {};
	__u32 op = op_of(rq);
	bool done = bytes >= rq->__data_len;

	if (!bytes && is_empty(rq, op))
		return 0;
	if (op != OP_FLUSH || !setup.io_start)
		charge_others(op, bytes, done);
	charge_disk(rq, op, disk_number(rq), bytes, done, error, is_marked(rq, ns) ? ns : NULL, config.epoch);
	return 0;
}

/* A request may complete in parts; the last reaches the end of what is left of it. */
static __always_inline int completed(struct start *s, struct request *rq, int error, __u32 bytes)
{
	__u64 now = bpf_ktime_get_ns(), ns[KINDS];
	__u32 left = rq->__data_len, op = op_of(rq), epoch = config.epoch, dev = s->dev;
	bool done = bytes >= left, empty = !bytes && is_empty(rq, op);

	ns[TOTAL] = now - s->queued_ns;
	ns[QUEUED] = s->issued_ns ? s->issued_ns - s->queued_ns : ns[TOTAL];
	ns[DEVICE] = ns[TOTAL] - ns[QUEUED];
	if (!s->issued_ns)
		dev = disk_number(rq);
	/* the callers of a flush are charged, each for its own */
	if (op != OP_FLUSH || !setup.io_start) {
		charge(s, epoch, empty ? OP_FLUSH : op, bytes, done, ns);
		if (done && s->flags & START_SELECTED)
			note_target(epoch, ns[TOTAL]);
	}
	if (done)
		forget(s, rq);
	else
		s->bytes = left - bytes;
	if (!empty)
		charge_disk(rq, op, dev, bytes, done, error, ns, epoch);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(complete, struct request *rq, int error, unsigned int bytes)
{
	struct start *s = find(rq);

	if (setup.sampled)
		count_completed();
	return s ? completed(s, rq, error, bytes) : completed_unknown(rq, error, bytes);
}

/* Attached after `complete`, once the kernel has skipped that one. Where it was not run, since an interrupt found it at
 * work on this CPU, the start of the request is still there. */
SEC("tp_btf/block_rq_complete")
int BPF_PROG(complete_again, struct request *rq, int error, unsigned int bytes)
{
	struct start *s = start_of(rq);

	return s && bytes >= rq->__data_len ? completed(s, rq, error, bytes) : 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
