/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Disks, and what the kernel asks of them, as far as programs read it. */
#ifndef PROBETOP_REQUEST_H
#define PROBETOP_REQUEST_H

#include "probetop.h"

struct page;
struct bio_vec {
	struct page *bv_page;
} CORE;
struct block_device {
	__u32 bd_dev;
} CORE;
struct bio {
	struct block_device *bi_bdev;
	struct bio_vec *bi_io_vec;
	void *bi_private; /* of whoever made it */
	__u32 bi_opf;
} CORE;
enum req_flag_bits { /* relocated, all of them */
	__REQ_SWAP = 255,
	__REQ_PREFLUSH = 254,
	__REQ_FUA = 253,
};

struct gendisk {
	int major;
	int first_minor;
} CORE;

struct request_queue {
	struct gendisk *disk;
} CORE;

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int __data_len;
	__u64 start_time_ns;
	__u64 io_start_time_ns;
	struct bio *bio;
} CORE;

/* Before 5.16 a request had the disk itself. */
struct request___old {
	struct gendisk *rq_disk;
} CORE;

enum device_number { MINOR_BITS = 20 };
const enum device_number *device_number_layout __attribute__((unused));
#define REQ_OP_MASK 0xff

/* Number of its disk; 0 for requests to no disk, such as commands to a controller. By calls, not by pointers: see task.h. */
static __always_inline __u32 disk_number(struct request *rq)
{
	struct gendisk *disk;

	if (bpf_core_field_exists(struct request_queue, disk))
		disk = BPF_CORE_READ(rq, q, disk);
	else
		disk = BPF_CORE_READ((struct request___old *)rq, rq_disk);
	return disk ? BPF_CORE_READ(disk, major) << MINOR_BITS | BPF_CORE_READ(disk, first_minor) : 0;
}

#endif
