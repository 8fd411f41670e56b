/* SPDX-License-Identifier: MIT OR GPL-2.0
 * By which types of its own it is known what the kernel lets programs do. */
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

#endif
