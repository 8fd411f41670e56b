/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Which interval it is, for programs that are told nothing else of it (src/engine/native/epochs.ts). */
#ifndef PROBETOP_EPOCH_H
#define PROBETOP_EPOCH_H

#include "probetop.h"

volatile struct {
	__u64 start_ns[2]; /* of this epoch and the one before, by parity */
	__u32 epoch;
	__u32 unused;
} config SEC(".data.config");

#endif
