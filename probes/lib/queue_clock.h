/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The clock of the CPUs' run queues, by which the kernel notes since when a thread waits there (`last_queued`), against ours.
 *
 * It says when the queue was last brought up to date, and does not follow NTP as ours does. A queue is brought up to date
 * just before a thread that goes to sleep is switched out: ours is ahead by what is seen then, less what the kernel did in
 * between. So the least of it is kept, and how it drifts. All CPUs have one counter, or their queues are not told by this. */
#ifndef PROBETOP_QUEUE_CLOCK_H
#define PROBETOP_QUEUE_CLOCK_H

#include "blocking.h"
#include "quota.h"

#define DRIFT_BITS 30
#define DRIFT_AFTER_NS 1000000000ULL
#define DRIFT_MOST_NS (1ULL << 42) /* of a longer time nothing is said: products stay within 64 bits */
/* By how much of the time since it was last seen it may have changed otherwise than thought: in 2^-n. */
#define UNSURE_BITS 16
#define UNKNOWN_BITS 12
/* It drifts otherwise than before: NTP has changed its mind. */
#define LOST_AFTER_NS 250000000ULL
#define LOST_BY_NS 20000

struct {
	__u64 ahead_ns; /* ours, of theirs */
	__u64 seen;     /* when; 0: never */
	__s64 drift;    /* of ahead_ns, in 2^-DRIFT_BITS; 0: unknown */
	__u64 first_ahead_ns; /* what drift is found by */
	__u64 first_seen;
} queue_clock __attribute__((aligned(64)));

static __always_inline __u64 ahead_ns(__u64 now)
{
	__s64 since = now - queue_clock.seen;

	if (since <= 0 || since >= DRIFT_MOST_NS)
		return queue_clock.ahead_ns;
	return queue_clock.ahead_ns + ((since * queue_clock.drift) >> DRIFT_BITS);
}

static __always_inline void find_drift(__u64 now, __u64 ahead)
{
	__u64 elapsed = now - queue_clock.first_seen, moved = ahead - queue_clock.first_ahead_ns;
	bool is_less = (__s64)moved < 0;

	if (queue_clock.first_seen && elapsed < DRIFT_AFTER_NS)
		return;
	if (is_less)
		moved = -moved;
	if (queue_clock.first_seen && elapsed < DRIFT_MOST_NS && moved < elapsed >> 10) {
		moved = (moved << DRIFT_BITS) / elapsed;
		queue_clock.drift = is_less ? -moved : moved;
	}
	queue_clock.first_ahead_ns = ahead;
	queue_clock.first_seen = now;
}

/* While a thread that goes to sleep is switched out: `clock` is that of its CPU's queue. */
static __always_inline void note_clock(__u64 now, __u64 clock)
{
	__u64 ahead = now - clock, since = now - queue_clock.seen, most;

	if (queue_clock.seen) {
		most = ahead_ns(now) + (since >> (queue_clock.drift ? UNSURE_BITS : UNKNOWN_BITS));
		if (ahead > most && (since < LOST_AFTER_NS || ahead < most + LOST_BY_NS))
			return;
	}
	queue_clock.ahead_ns = ahead;
	queue_clock.seen = now;
	find_drift(now, ahead);
}

/* Since when a thread waits in its queue, on our clock; 0: it does not, or that is not known. `queued`: as the kernel has it. */
static __always_inline __u64 queued_since(__u64 queued, __u64 now)
{
	return queued && queue_clock.seen ? queued + ahead_ns(now) : 0;
}

#endif
