// SPDX-License-Identifier: MIT OR GPL-2.0
/* Programs that do nothing, on the hooks of the probes: what any program there would cost. */
#include "probetop.h"

#define EMPTY(hook) SEC("tp_btf/" #hook) int hook(void *ctx) { return 0; }

EMPTY(sched_switch)
EMPTY(sched_wakeup)
EMPTY(sched_wakeup_new)
EMPTY(sched_migrate_task)
EMPTY(task_newtask)
EMPTY(sched_process_exit)
EMPTY(sys_enter)
EMPTY(block_io_start)
EMPTY(block_rq_insert)
EMPTY(block_rq_issue)
EMPTY(block_rq_merge)
EMPTY(block_rq_complete)
EMPTY(inet_sock_set_state)
SEC("raw_tp/tcp_send_reset") int tcp_send_reset(void *ctx) { return 0; }

char LICENSE[] SEC("license") = "Dual MIT/GPL";
