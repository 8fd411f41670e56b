/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The kernel's requests to disks, as far as programs read them. */
#ifndef PROBETOP_REQUEST_H
#define PROBETOP_REQUEST_H

#include "probetop.h"

struct bio;

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
	struct bio *bio;
} CORE;

/* Before 5.16 a request had the disk itself. */
struct request___old {
	struct gendisk *rq_disk;
} CORE;

#endif
