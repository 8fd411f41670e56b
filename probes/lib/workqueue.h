/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Work of workqueues. */
#ifndef PROBETOP_WORKQUEUE_H
#define PROBETOP_WORKQUEUE_H

#include "probetop.h"

struct work_struct {
	void *func;
} CORE;

#endif
