// SPDX-License-Identifier: MIT OR GPL-2.0
/* stacks.bpf.c for kernels that refuse to go up user stacks by rules: by frame pointers alone. */
#define BY_FRAME_POINTERS

#include "stacks.bpf.c"
