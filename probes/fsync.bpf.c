// SPDX-License-Identifier: MIT OR GPL-2.0
/* Where the time of an fsync goes, while somebody looks: how long each thread was off its CPU within one, by the kernel's
 * stack, which user space tells the meaning of; and what the journal of its file system did in that time. Notes of a thread
 * are kept until its sync is over and then added to those of its file and process, so that an interval has whole ones. */
#include "fsync_journal.h"
#include "fsync_stays.h"

/* By file and process. */
struct sync {
	__u64 count;
	__u64 ns;
	__u64 max_ns;
	__u32 max_transaction; /* that the slowest waited for; 0: not known */
	__u32 unused;
	char comm[TASK_COMM_LEN];
	__u32 deleted;
	__u32 depth;
	char parts[PARTS][PART_BYTES];
	struct hist latency;
};
struct syncs {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct sync_key);
	__type(value, struct sync);
};
struct syncs syncs_even SEC(".maps");
struct syncs syncs_odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sync);
} fresh_sync SEC(".maps");

static __always_inline int begin(struct inode *inode, bool by_call, bool data_only)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 thread = task->pid;
	struct syncing *s;

	/* what has no call ends unseen */
	if (by_call && is_worker(task))
		return 0;
	s = bpf_map_lookup_elem(&syncing, &thread);
	if (!s) {
		if (bpf_map_update_elem(&syncing, &thread, &no_sync, BPF_NOEXIST)) {
			count_lost();
			return 0;
		}
		__sync_fetch_and_add(&syncs_now, 1);
		s = bpf_map_lookup_elem(&syncing, &thread);
		if (!s)
			return 0;
	}
	__builtin_memset(s, 0, sizeof(*s));
	s->key.ino = BPF_CORE_READ(inode, i_ino);
	s->key.fs = BPF_CORE_READ(inode, i_sb, s_dev);
	s->key.tgid = task->tgid;
	s->by_call = by_call;
	s->inode = (__u64)inode;
	s->data_only = data_only;
	bpf_probe_read_kernel(s->comm, sizeof(s->comm), task->group_leader->comm);
	s->began_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline struct sync *sync_of(struct syncing *s)
{
	void *table = config.epoch & 1 ? (void *)&syncs_odd : (void *)&syncs_even;
	struct sync *sync = bpf_map_lookup_elem(table, &s->key), *made;
	__u32 zero = 0;

	if (sync)
		return sync;
	made = bpf_map_lookup_elem(&fresh_sync, &zero);
	if (!made)
		return NULL;
	__builtin_memset(made, 0, __builtin_offsetof(struct sync, latency)); /* nobody counts in it */
	__builtin_memcpy(made->comm, s->comm, sizeof(made->comm));
	name_file(made->parts, &made->depth, &made->deleted, (void *)s->inode);
	bpf_map_update_elem(table, &s->key, made, BPF_NOEXIST);
	return bpf_map_lookup_elem(table, &s->key);
}

static __always_inline int end(bool of_ext4)
{
	__u32 thread = bpf_get_current_pid_tgid(), i;
	struct syncing *s = syncs_now ? bpf_map_lookup_elem(&syncing, &thread) : NULL;
	struct ext4_inode_info *of;
	struct sync *sync;
	__u64 ns;

	if (!s || s->by_call == of_ext4)
		return 0;
	ns = bpf_ktime_get_ns() - s->began_ns;
	sync = sync_of(s);
	if (sync) {
		__sync_fetch_and_add(&sync->count, 1);
		__sync_fetch_and_add(&sync->ns, ns);
		if (ns > sync->max_ns) {
			sync->max_ns = ns;
			if (of_ext4) {
				of = (void *)s->inode - bpf_core_field_offset(struct ext4_inode_info, vfs_inode);
				sync->max_transaction =
					s->data_only ? BPF_CORE_READ(of, i_datasync_tid) : BPF_CORE_READ(of, i_sync_tid);
			}
		}
		hist_count_shared(&sync->latency, ns);
		for (i = 0; i < STAYS; i++)
			if (s->stays[i].count)
				add_stay(s, &s->stays[i]);
	} else {
		count_lost();
	}
	if (!bpf_map_delete_elem(&syncing, &thread))
		__sync_fetch_and_add(&syncs_now, -1);
	return 0;
}

SEC("tp_btf/ext4_sync_file_enter")
int BPF_PROG(ext4_begins, struct file *file, int data_only)
{
	return begin(BPF_CORE_READ(file, f_inode), false, data_only);
}

SEC("tp_btf/ext4_sync_file_exit")
int BPF_PROG(ext4_ends)
{
	return end(true);
}

SEC("tp_btf/xfs_file_fsync")
int BPF_PROG(xfs_begins, struct xfs_inode *inode)
{
	return begin((void *)inode + bpf_core_field_offset(struct xfs_inode, i_vnode), true, false);
}

SEC("tp_btf/btrfs_sync_file")
int BPF_PROG(btrfs_begins, struct file *file)
{
	return begin(BPF_CORE_READ(file, f_inode), true, false);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(call_ends)
{
	return syncs_now ? end(false) : 0;
}

SEC("tp_btf/jbd2_handle_stats")
int BPF_PROG(handle_ends, __u32 fs, __u32 transaction, __u32 type, __u32 line, int interval, int sync, int asked, int blocks)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct part_key key = { .fs = fs, .transaction = transaction, .tgid = bpf_get_current_pid_tgid() >> 32 };
	struct dirtied_key *file = bpf_map_lookup_elem(&writing, &thread);
	struct dirtied *writer = file ? bpf_map_lookup_elem(&dirtied, file) : NULL;
	struct part *part;

	if (writer)
		key.tgid = writer->tgid;
	part = part_of(&key, writer ? writer->comm : NULL);
	if (!part)
		return 0;
	__sync_fetch_and_add(&part->handles, 1);
	if (blocks > 0)
		__sync_fetch_and_add(&part->blocks, blocks);
	return 0;
}

/* What a worker of the kernel writes back is of whoever made it dirty. */
SEC("tp_btf/ext4_writepages")
int BPF_PROG(writeback_begins, struct inode *inode)
{
	__u32 thread = bpf_get_current_pid_tgid();
	struct dirtied_key key = {};

	if (!is_worker(bpf_get_current_task_btf()))
		return 0;
	key.ino = BPF_CORE_READ(inode, i_ino);
	key.fs = BPF_CORE_READ(inode, i_sb, s_dev);
	bpf_map_update_elem(&writing, &thread, &key, BPF_ANY);
	return 0;
}

SEC("tp_btf/ext4_writepages_result")
int BPF_PROG(writeback_ends)
{
	__u32 thread = bpf_get_current_pid_tgid();

	if (is_worker(bpf_get_current_task_btf()))
		bpf_map_delete_elem(&writing, &thread);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempted, struct task_struct *prev, struct task_struct *next)
{
	__u32 leaves = prev->pid, comes = next->pid, *dev;
	struct syncing *s;
	struct journal *j;
	__u64 now;

	if (!syncs_now && !commits_now)
		return 0;
	now = bpf_ktime_get_ns();
	if (commits_now) {
		dev = prev->flags & PF_KTHREAD ? bpf_map_lookup_elem(&committing, &leaves) : NULL;
		j = dev ? bpf_map_lookup_elem(&journals, dev) : NULL;
		if (j)
			journal_leaves(j, now);
		dev = next->flags & PF_KTHREAD ? bpf_map_lookup_elem(&committing, &comes) : NULL;
		j = dev ? bpf_map_lookup_elem(&journals, dev) : NULL;
		if (j)
			journal_returns(j, now);
	}
	if (!syncs_now)
		return 0;
	s = bpf_map_lookup_elem(&syncing, &leaves);
	if (s)
		note_leaving(ctx, s, preempted, now);
	s = bpf_map_lookup_elem(&syncing, &comes);
	if (s)
		note_return(s, now);
	return 0;
}

/* So that their layouts are known to user space. */
const struct part *part_layout __attribute__((unused));

char LICENSE[] SEC("license") = "Dual MIT/GPL";
