/* SPDX-License-Identifier: MIT OR GPL-2.0
 * System calls as the programs number them: those of both tables, and what some answers mean. */
#ifndef PROBETOP_CALLS_H
#define PROBETOP_CALLS_H

#include "task.h"

/* 64-bit numbers, then as many 32-bit ones, then one for everything else. */
enum call_index { ABI_CALLS = 512, INVALID_CALL = 2 * ABI_CALLS };
const enum call_index *call_index_layout __attribute__((unused));

/* Index of a call in tables of all calls. */
static __always_inline __u32 call_index(struct task_struct *task, long id)
{
	__u32 index = id;

	if (index >= ABI_CALLS)
		return INVALID_CALL;
	if (is_compat(task))
		index += ABI_CALLS;
	return index;
}

/* sigreturn and rt_sigreturn give back the registers from before a signal: what looks like their answer is not theirs. */
static __always_inline bool is_sigreturn(__u32 index)
{
#if defined(__TARGET_ARCH_x86)
	return index == 15 || index == ABI_CALLS + 119 || index == ABI_CALLS + 173;
#else
	return index == 139 || index == ABI_CALLS + 119 || index == ABI_CALLS + 173;
#endif
}

enum answer { SUCCEEDED, FAILED, RESTARTED };

/* Restarted was what a signal interrupted: the kernel makes the call again, or EINTR of it where a handler ran that
 * wants no restart. The program never sees ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND and ERESTART_RESTARTBLOCK. */
static __always_inline enum answer answer_of(__u32 index, long value)
{
	if (value >= 0 || value < -4095 || is_sigreturn(index))
		return SUCCEEDED;
	if (value == -512 || value == -513 || value == -514 || value == -516)
		return RESTARTED;
	return FAILED;
}

#endif
