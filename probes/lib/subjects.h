/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What a call that failed was about: the path or the address that it was given, read from its registers when it ends, so
 * that calls which succeed cost nothing. Of one interval in one of two tables, of which the finished one is emptied by
 * user space. */
#ifndef PROBETOP_SUBJECTS_H
#define PROBETOP_SUBJECTS_H

#include "calls.h"
#include "registers.h"

#define SUBJECT_BYTES 184
#define LONGEST_ADDRESS 112

/* Beside an argument: it is an address. */
enum subject { SUBJECT_ADDRESS = 0x80 };
const enum subject *subject_layout __attribute__((unused));

/* Of each call by its number the argument with a path, counted from 1, or with an address, whose length is in the next
 * one; 0: nothing that is read. Written by user space, which knows the numbers. */
volatile struct {
	__u8 of[ABI_CALLS];
} subjects SEC(".data.subjects");

struct failure_key {
	__u32 index;
	__u16 errno_;
	__u16 bytes; /* of an address, or of a path with its end */
	char text[SUBJECT_BYTES]; /* zeros behind it */
};

struct failures {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct failure_key);
	__type(value, __u64);
};
struct failures even_failures SEC(".maps");
struct failures odd_failures SEC(".maps");

/* False where there was no room for it. Not inlined, for its stack. */
static __noinline bool note_failure(void *regs, __u32 index, __u32 number, __u32 odd)
{
	struct failure_key key = { .index = index, .errno_ = number };
	__u64 none = 0, *count, length;
	__u8 of;
	long read;

	if (index >= ABI_CALLS)
		return true;
	of = subjects.of[index];
	if (!of)
		return true;
	if (of & SUBJECT_ADDRESS) {
		of &= ~SUBJECT_ADDRESS;
		length = argument_of(regs, of + 1);
		if (length > LONGEST_ADDRESS)
			length = LONGEST_ADDRESS;
		if (!length || bpf_probe_read_user(key.text, length, (void *)argument_of(regs, of)))
			return true;
		key.bytes = length;
	} else {
		read = bpf_probe_read_user_str(key.text, sizeof(key.text), (void *)argument_of(regs, of));
		if (read <= 1)
			return true; /* not in memory, or no path: of a descriptor */
		key.bytes = read;
	}
	count = odd ? find_or_make(&odd_failures, &key, &none) : find_or_make(&even_failures, &key, &none);
	if (!count)
		return false;
	__sync_fetch_and_add(count, 1);
	return true;
}

#endif
