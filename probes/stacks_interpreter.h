/* SPDX-License-Identifier: MIT OR GPL-2.0
 * What is known of an interpreter, of its threads, and of the functions that it runs. */
#ifndef PROBETOP_STACKS_INTERPRETER_H
#define PROBETOP_STACKS_INTERPRETER_H

#include "stacks_unwind.h"

#define MOST_THREADS 256
#define TEXT_BYTES 128
/* So long a thread that is none of the interpreter's is not looked for again. */
#define UNKNOWN_NS 10000000

struct interpreter {
	__u64 states; /* where the pointer to the first is */
	__u32 tgid;
	__u32 unused;
	__u16 next_state;
	__u16 threads;
	__u16 next_thread;
	__u16 native_id;
	__u16 frames;
	__u16 top; /* of what is there; NO_TOP: it is the first frame */
	__u16 code;
	__u16 previous;
	__u16 entry;
	__u16 shim; /* 0: a frame is the last where `entry` is not 0, else one that stands for nothing where it is this */
	__u16 file;
	__u16 name;
	__u16 line;
	__u16 narrow; /* where a text begins that is ASCII, and another */
	__u16 wide;
	__u16 pad;
};

#define NO_TOP 0xffff

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64); /* memory */
	__type(value, struct interpreter);
} interpreters SEC(".maps");

struct text {
	__u64 length;
	__u32 state;
	__u32 bytes;
	__u8 content[TEXT_BYTES];
};

struct code_names {
	__u32 tgid;
	__u32 line;
	struct text file; /* its end */
	struct text name;
};

/* What code objects are called: noted once, until user space takes it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, struct place);
	__type(value, struct code_names);
} codes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct code_names);
} new_code SEC(".maps");

/* Where the interpreter has what it knows of a thread. */
struct known_thread {
	__u64 mm;
	__u64 at;       /* 0: nowhere */
	__u64 until_ns; /* then */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct known_thread);
} known_threads SEC(".maps");

#endif
