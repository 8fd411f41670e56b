/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Sets of system calls, which user space knows by name (src/engine/native/call-bits.ts): a bit each, by number. */
#ifndef PROBETOP_CALL_SET_H
#define PROBETOP_CALL_SET_H

#include "blocking.h"

#define CALL_WORDS 10
struct call_set {
	__u64 bits[CALL_WORDS];
};

/* Of a call that a thread blocked in; those of 32-bit callers, which are numbered otherwise, are in none. */
static __always_inline bool is_in(const volatile struct call_set *set, __u32 call)
{
	__u32 nr = call & CALL_NUMBER;

	return !(call & (CALL_NONE | CALL_KERNEL | CALL_COMPAT)) && nr < CALL_WORDS * 64 && set->bits[nr / 64] >> (nr % 64) & 1;
}

#endif
