// SPDX-License-Identifier: MIT OR GPL-2.0
/* Who waits for memory. Page faults cost nothing here: the kernel counts them in each thread, and an iterator reads them
 * once an interval; threads that end leave theirs as they go. Reclaim by those who need memory (direct reclaim, of the
 * machine or of a control group), compaction and the victims of the OOM killer have hooks, which are quiet while there
 * is enough. Sums of processes are in two tables by parity of the epoch. */
#include "epoch.h"
#include "task.h"
#include <bpf/bpf_tracing.h>

/* Since they began; of the first thread also those of the process's ended ones. */
struct faults {
	__u64 minor;
	__u64 major;
	__u64 ended_minor;
	__u64 ended_major;
	__u32 tgid;
	__u32 tid;
	char comm[TASK_COMM_LEN];
};

struct ended {
	__u64 at_ns;
	__u64 minor;
	__u64 major;
	__u32 tgid;
	__u32 tid;
	char comm[TASK_COMM_LEN]; /* of the process */
};

struct stalls {
	__u64 reclaims;
	__u64 reclaim_ns;
	__u64 reclaim_max_ns;
	__u64 compactions;
	__u64 compaction_ns;
	__u64 oom_kills;
	char comm[TASK_COMM_LEN];
};

struct totals {
	__u64 lost; /* ended threads and stalls for which there was no room */
	struct hist reclaim;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* ended_key() */
	__type(value, struct ended);
} ended SEC(".maps");

struct stall_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct stalls);
};
struct stall_table stalls_even SEC(".maps");
struct stall_table stalls_odd SEC(".maps");

/* Stalls under way, by thread; compaction happens within reclaim, too. */
struct stall_starts {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
};
struct stall_starts reclaim_starts SEC(".maps");
struct stall_starts compaction_starts SEC(".maps");

#include "totals.h"

/* So that its layout is known to user space. */
const struct faults *faults_layout __attribute__((unused));

SEC("iter/task")
int read_faults(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct faults row = {};

	if (!task || task->flags & PF_KTHREAD)
		return 0;
	row.tgid = task->tgid;
	row.tid = task->pid;
	row.minor = task->min_flt;
	row.major = task->maj_flt;
	if (row.tgid == row.tid) {
		row.ended_minor = task->signal->min_flt;
		row.ended_major = task->signal->maj_flt;
		bpf_probe_read_kernel_str(row.comm, sizeof(row.comm), task->comm);
	}
	bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(thread_ends, struct task_struct *task)
{
	struct ended row = {};
	__u64 key;

	if (task->flags & PF_KTHREAD)
		return 0;
	row.at_ns = bpf_ktime_get_ns();
	row.tgid = task->tgid;
	row.tid = task->pid;
	row.minor = task->min_flt;
	row.major = task->maj_flt;
	bpf_probe_read_kernel_str(row.comm, sizeof(row.comm), task->group_leader->comm);
	key = ended_key(task);
	if (bpf_map_update_elem(&ended, &key, &row, BPF_ANY))
		count_lost();
	return 0;
}

static __always_inline struct stalls *stalls_of(__u32 tgid)
{
	struct stalls fresh = {};
	void *table = config.epoch & 1 ? (void *)&stalls_odd : (void *)&stalls_even;
	struct stalls *s = bpf_map_lookup_elem(table, &tgid);

	if (s)
		return s;
	bpf_get_current_comm(fresh.comm, sizeof(fresh.comm));
	s = find_or_make(table, &tgid, &fresh);
	if (!s)
		count_lost();
	return s;
}

static __always_inline int begin_stall(void *starts)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	__u64 now = bpf_ktime_get_ns();

	if (bpf_map_update_elem(starts, &tid, &now, BPF_ANY))
		count_lost();
	return 0;
}

/* How long; 0 when the beginning was not seen. */
static __always_inline __u64 end_stall(void *starts)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	__u64 *begin = bpf_map_lookup_elem(starts, &tid);
	__u64 ns;

	if (!begin)
		return 0;
	ns = bpf_ktime_get_ns() - *begin;
	bpf_map_delete_elem(starts, &tid);
	return ns ? ns : 1;
}

static __always_inline int end_reclaim(void)
{
	__u64 ns = end_stall(&reclaim_starts);
	struct totals *t = totals_here();
	struct stalls *s;

	if (!ns)
		return 0;
	s = stalls_of(bpf_get_current_pid_tgid() >> 32);
	if (s) {
		__sync_fetch_and_add(&s->reclaims, 1);
		__sync_fetch_and_add(&s->reclaim_ns, ns);
		if (ns > s->reclaim_max_ns)
			s->reclaim_max_ns = ns;
	}
	if (t)
		hist_count(&t->reclaim, ns);
	return 0;
}

SEC("tp_btf/mm_vmscan_direct_reclaim_begin")
int BPF_PROG(reclaim_begins)
{
	return begin_stall(&reclaim_starts);
}

SEC("tp_btf/mm_vmscan_direct_reclaim_end")
int BPF_PROG(reclaim_ends)
{
	return end_reclaim();
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_begin")
int BPF_PROG(group_reclaim_begins)
{
	return begin_stall(&reclaim_starts);
}

SEC("tp_btf/mm_vmscan_memcg_reclaim_end")
int BPF_PROG(group_reclaim_ends)
{
	return end_reclaim();
}

SEC("tp_btf/mm_compaction_begin")
int BPF_PROG(compaction_begins)
{
	return begin_stall(&compaction_starts);
}

SEC("tp_btf/mm_compaction_end")
int BPF_PROG(compaction_ends)
{
	__u64 ns = end_stall(&compaction_starts);
	struct stalls *s = ns ? stalls_of(bpf_get_current_pid_tgid() >> 32) : NULL;

	if (s) {
		__sync_fetch_and_add(&s->compactions, 1);
		__sync_fetch_and_add(&s->compaction_ns, ns);
	}
	return 0;
}

static __always_inline int count_victim(__u32 tgid, const char *comm)
{
	struct stalls fresh = {};
	struct stalls *s;

	if (comm)
		bpf_probe_read_kernel_str(fresh.comm, sizeof(fresh.comm), comm);
	s = find_or_make(config.epoch & 1 ? (void *)&stalls_odd : (void *)&stalls_even, &tgid, &fresh);
	if (s)
		__sync_fetch_and_add(&s->oom_kills, 1);
	else
		count_lost();
	return 0;
}

/* Before 6.8 its number was all that was told. */
SEC("tp_btf/mark_victim")
int BPF_PROG(victim_number, int pid)
{
	return count_victim(pid, NULL);
}

SEC("tp_btf/mark_victim")
int BPF_PROG(victim_task, struct task_struct *task)
{
	return count_victim(task->tgid, task->comm);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
