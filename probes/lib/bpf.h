/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Types that the kernel has for programs, and by which it is known what it lets them do. */
#ifndef PROBETOP_BPF_H
#define PROBETOP_BPF_H

#include "probetop.h"

enum bpf_func_id {
	BPF_FUNC_find_vma = 1, /* relocated; from 5.17 on */
};

/* Where storage comes from the kernel's pool for programs it may be had anywhere; older kernels allocate, which is not
 * safe under the scheduler's locks. */
struct bpf_local_storage_map {
	struct { int unused; } selem_ma; /* clang 19 crashes on an empty one */
} CORE;

struct bpf_iter_meta;
struct bpf_map;
struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
} CORE;

/* A loop over tasks within a program, from 6.7 on. */
struct bpf_iter_task {
	__u64 opaque[3];
};

#endif
