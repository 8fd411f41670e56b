/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What the programs of block I/O read of the kernel's requests, the operations they tell apart, and what user space
 * tells them: the interval, who is selected, and how the machine is. */
#ifndef PROBETOP_BLOCK_H
#define PROBETOP_BLOCK_H

#include "request.h"
#include "selection.h"

enum { REQ_OP_READ = 0, REQ_OP_WRITE = 1, REQ_OP_FLUSH = 2, REQ_OP_DISCARD = 3 };
enum op { OP_READ, OP_WRITE, OP_FLUSH, OP_DISCARD, OP_OTHER, OPS };
const enum op *op_layout __attribute__((unused));
enum kind { TOTAL, QUEUED, DEVICE, KINDS };
const enum kind *kind_layout __attribute__((unused));

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 unused;
	struct selection selection;
} config SEC(".data.config");

volatile struct {
	__u64 attached_ns;
	__u32 io_start;   /* block_io_start is attached: older kernels do not have it */
	__u32 shard_bits; /* each disk's sums are kept 2^n times, so that not all CPUs write to the same place */
	__u64 began_ns;   /* what is known of requests from before is not of all that happened: 0: of all */
	__u32 sampled;    /* in windows, of which the last began then */
	__u32 unused;
} setup SEC(".data.setup");

static __always_inline __u32 op_of(struct request *rq)
{
	__u32 op = rq->cmd_flags & REQ_OP_MASK;

	return op <= REQ_OP_DISCARD ? op : OP_OTHER; /* the first four are numbered alike */
}

/* As disk_number(), without a call, for those hooks that always ask. */
static __always_inline __u32 dev_of(struct request *rq)
{
	struct gendisk *disk;

	if (bpf_core_field_exists(struct request_queue, disk))
		disk = rq->q->disk;
	else
		disk = ((struct request___old *)rq)->rq_disk;
	return disk ? disk->major << MINOR_BITS | disk->first_minor : 0;
}

/* The caller's side of an empty flush has no data, and is never issued. The second end of a write with a flush looks
 * the same. */
static __always_inline bool is_empty(struct request *rq, __u32 op)
{
	return !rq->__data_len && (op == OP_READ || op == OP_WRITE);
}

#endif
