// SPDX-License-Identifier: MIT OR GPL-2.0
/* Block requests from queueing to completion: latency per disk and operation, with the time queued and the time in
 * the device told apart, and operations, bytes and latency per process.
 *
 * A request is known by its address. Its owner is the process that is running when it is first seen: at
 * block_io_start (6.5 and later: the request is made, in the context of who submits), else at insertion into the
 * scheduler or, where there is none, at issue. Write-back and loop devices are so charged to their kernel threads.
 *
 * An empty flush (fsync) is two requests: the caller's own, without data, and the flush the device gets, which may
 * serve several callers. The disk is charged the latter, the process the former, so both see what they waited for.
 *
 * The kernel leaves programs out now and then: one that an interrupt finds at work on the same CPU, for which there is
 * complete_again, and all of them while somebody changes what is attached to the hook. A completion so missed shows
 * when the address is used again: its operation and bytes are counted then, as lost, without a latency. One for
 * which there was no room when it began is lost too: counted on completion, for none of the processes.
 *
 * Histograms and counters of disks only grow, user space subtracts. Sums of processes are in two tables by parity of
 * the epoch, the finished one is emptied by user space. */
#include "selection.h"
#include <bpf/bpf_tracing.h>

struct gendisk {
	int major;
	int first_minor;
} CORE;

struct request_queue {
	struct gendisk *disk;
} CORE;

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
	unsigned int __data_len;
	__u64 start_time_ns;
} CORE;

/* Before request_queue had a disk. */
struct request___old {
	struct gendisk *rq_disk;
} CORE;

#define REQ_OP_MASK 0xff
enum { REQ_OP_READ = 0, REQ_OP_WRITE = 1, REQ_OP_FLUSH = 2, REQ_OP_DISCARD = 3 };
enum { OP_READ, OP_WRITE, OP_FLUSH, OP_DISCARD, OP_OTHER };
enum { TOTAL, QUEUED, DEVICE, KINDS };

struct start {
	__u64 queued_ns;
	__u64 issued_ns; /* 0: not yet; the rest from issue on */
	__u64 made_ns;   /* the kernel's own mark, tells requests at one address apart; 0: not set yet */
	__u32 tgid;
	__u32 dev;
	__u32 op;
	__u32 bytes; /* still to come */
	__u32 selected; /* whose it was when it was made */
	__u32 unused;
	char comm[TASK_COMM_LEN];
};

struct disk_key {
	__u32 dev; /* major << 20 | minor; 0: all disks for which there was no room, made by user space beforehand */
	__u32 op;
};

struct disk {
	__u64 ops;
	__u64 bytes;
	__u64 errors;
	struct hist hists[KINDS];
};

/* Largest latencies of the last two epochs. */
struct peaks {
	__u64 max_ns[2][KINDS];
	__u32 epoch[2];
};

struct proc {
	__u64 reads;
	__u64 writes;
	__u64 other_ops;
	__u64 read_bytes;
	__u64 write_bytes;
	__u64 latency_ns;
	__u64 latency_max_ns;
	__u64 queued_ns;
	__u64 last_ns; /* of the newest request charged here, whose command name is kept: exec() changes it */
	char comm[TASK_COMM_LEN];
};

struct target {
	struct hist hist;
	__u64 max_ns[2];
	__u32 epoch[2];
};

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 unused;
	struct selection selection;
} config SEC(".data.config");

struct totals {
	__u64 lost;        /* operations without a latency */
	__u64 other_ops;   /* operations without a process, as there was no room for it or for their start */
	__u64 other_bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct start);
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct disk_key);
	__type(value, struct disk);
} disks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 256);
	__type(key, struct disk_key);
	__type(value, struct peaks);
} peaks SEC(".maps");

struct proc_table {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct proc);
};
struct proc_table procs_even SEC(".maps");
struct proc_table procs_odd SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct target);
} target SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

/* A new entry is copied from here: too large for the stack. */
static const struct disk no_disk;

volatile struct {
	__u64 attached_ns;
	__u32 io_start; /* set by the first block_io_start, which older kernels do not have */
} seen SEC(".data.seen");

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	struct totals *t = bpf_map_lookup_elem(&totals, &zero);

	if (t)
		t->lost++;
}

static __always_inline int op_of(struct request *rq)
{
	switch (rq->cmd_flags & REQ_OP_MASK) {
	case REQ_OP_READ:
		return OP_READ;
	case REQ_OP_WRITE:
		return OP_WRITE;
	case REQ_OP_FLUSH:
		return OP_FLUSH;
	case REQ_OP_DISCARD:
		return OP_DISCARD;
	}
	return OP_OTHER;
}

/* 0 for requests to no disk, such as commands to a controller. */
static __always_inline __u32 dev_of(struct request *rq)
{
	struct gendisk *disk;

	if (bpf_core_field_exists(struct request_queue, disk))
		disk = BPF_CORE_READ(rq, q, disk);
	else
		disk = BPF_CORE_READ((struct request___old *)rq, rq_disk);
	if (!disk)
		return 0;
	return BPF_CORE_READ(disk, major) << 20 | BPF_CORE_READ(disk, first_minor);
}

static __always_inline void note_issue(struct start *s, struct request *rq, __u64 now)
{
	s->dev = dev_of(rq);
	s->op = op_of(rq);
	s->bytes = rq->__data_len;
	s->made_ns = rq->start_time_ns;
	s->issued_ns = now;
}

static __always_inline void add(struct hist *hist, __u64 ns)
{
	__u32 slot = hist_slot(ns);

	if (slot >= HIST_SLOTS)
		return;
	__sync_fetch_and_add(&hist->slots[slot], 1);
	__sync_fetch_and_add(&hist->sum_ns, ns);
}

static __always_inline struct disk *find_disk(struct disk_key *key)
{
	struct disk *disk = find_or_make(&disks, key, &no_disk);

	if (disk)
		return disk;
	key->dev = 0;
	return bpf_map_lookup_elem(&disks, key);
}

static __always_inline void note_peaks(struct disk_key *key, const __u64 *ns)
{
	__u32 epoch = config.epoch, half = epoch & 1;
	struct peaks none = {}, *p = find_or_make(&peaks, key, &none);

	if (!p)
		return;
	if (p->epoch[half] != epoch) {
		__builtin_memset(p->max_ns[half], 0, sizeof(p->max_ns[half]));
		p->epoch[half] = epoch;
	}
#pragma unroll
	for (int i = 0; i < KINDS; i++)
		if (ns[i] > p->max_ns[half][i])
			p->max_ns[half][i] = ns[i];
}

static __always_inline void note_target(__u64 ns)
{
	__u32 epoch = config.epoch, half = epoch & 1, slot = hist_slot(ns), zero = 0;
	struct target *t = bpf_map_lookup_elem(&target, &zero);

	if (!t || slot >= HIST_SLOTS)
		return;
	if (t->epoch[half] != epoch) {
		t->max_ns[half] = 0;
		t->epoch[half] = epoch;
	}
	t->hist.slots[slot]++;
	t->hist.sum_ns += ns;
	if (ns > t->max_ns[half])
		t->max_ns[half] = ns;
}

static __always_inline struct proc *find_proc(void *table, struct start *s)
{
	struct proc none = {}, *proc = find_or_make(table, &s->tgid, &none);

	if (proc && s->queued_ns > proc->last_ns) {
		proc->last_ns = s->queued_ns;
		__builtin_memcpy(proc->comm, s->comm, sizeof(s->comm));
	}
	return proc;
}

static __always_inline void charge_others(__u32 op, __u32 bytes, bool done)
{
	__u32 zero = 0;
	struct totals *t = bpf_map_lookup_elem(&totals, &zero);

	if (!t)
		return;
	t->other_ops += done;
	if (op == OP_READ || op == OP_WRITE)
		t->other_bytes += bytes;
}

static __always_inline void charge(struct start *s, __u32 op, __u32 bytes, bool done, const __u64 *ns)
{
	struct proc *proc = config.epoch & 1 ? find_proc(&procs_odd, s) : find_proc(&procs_even, s);

	if (!proc) {
		charge_others(op, bytes, done);
		return;
	}
	if (op == OP_READ)
		proc->read_bytes += bytes;
	else if (op == OP_WRITE)
		proc->write_bytes += bytes;
	if (!done)
		return;
	if (op == OP_READ)
		proc->reads++;
	else if (op == OP_WRITE)
		proc->writes++;
	else
		proc->other_ops++;
	proc->latency_ns += ns[TOTAL];
	proc->queued_ns += ns[QUEUED];
	if (ns[TOTAL] > proc->latency_max_ns)
		proc->latency_max_ns = ns[TOTAL];
}

/* False where there is no room. */
static __always_inline bool start(struct request *rq, __u64 now, bool issued)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct start s = { .queued_ns = now };
	__u64 key = (__u64)rq;

	s.tgid = task->tgid;
	s.selected = selected(&config.selection, task);
	task = task->group_leader;
	bpf_probe_read_kernel(s.comm, sizeof(s.comm), task->comm);
	if (issued)
		note_issue(&s, rq, now);
	return !bpf_map_update_elem(&starts, &key, &s, BPF_ANY);
}

/* The caller's side of an empty flush has no data, and is never issued. The second end of a write with a flush looks
 * the same. */
static __always_inline bool is_empty(struct request *rq)
{
	int op = op_of(rq);

	return !rq->__data_len && (op == OP_READ || op == OP_WRITE);
}

/* The request at this address before the present one, whose completion we were not told of. Not inlined, being rare. */
static __noinline int end_missed(struct start *s)
{
	__u64 ns[KINDS] = {};
	struct disk_key key = {};
	struct disk *disk;

	if (!s || !s->issued_ns || !s->dev)
		return 0;
	count_lost();
	if (s->op != OP_FLUSH || !seen.io_start)
		charge(s, s->op, s->bytes, true, ns);
	key.dev = s->dev;
	key.op = s->op;
	disk = find_disk(&key);
	if (disk) {
		__sync_fetch_and_add(&disk->ops, 1);
		__sync_fetch_and_add(&disk->bytes, s->bytes);
	}
	return 0;
}

/* What is known of this request; what is left of an earlier one at the same address is dealt with. */
static __always_inline struct start *find_start(struct request *rq)
{
	__u64 key = (__u64)rq;
	struct start *s = bpf_map_lookup_elem(&starts, &key);

	if (!s || !s->made_ns || s->made_ns == rq->start_time_ns)
		return s;
	end_missed(s);
	bpf_map_delete_elem(&starts, &key); /* or the next one to look would count it again */
	return NULL;
}

SEC("tp_btf/block_io_start")
int BPF_PROG(io_start, struct request *rq)
{
	__u64 key = (__u64)rq;

	if (!seen.io_start)
		seen.io_start = 1;
	end_missed(bpf_map_lookup_elem(&starts, &key));
	if (!start(rq, bpf_ktime_get_ns(), false) && is_empty(rq)) {
		count_lost(); /* its end cannot be recognized */
		charge_others(OP_FLUSH, 0, true);
	}
	return 0;
}

/* A request put back by its driver is inserted and issued once more. */
SEC("tp_btf/block_rq_insert")
int BPF_PROG(insert, struct request *rq)
{
	if (!find_start(rq))
		start(rq, bpf_ktime_get_ns(), false);
	return 0;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issue, struct request *rq)
{
	__u64 now = bpf_ktime_get_ns();
	struct start *s = find_start(rq);
	bool flush = op_of(rq) == OP_FLUSH; /* its request is made once for all, and never queued */

	if (s && !flush)
		note_issue(s, rq, now);
	else if (flush || !seen.io_start) /* else it was there before us, or there was no room */
		start(rq, now, true);
	return 0;
}

/* Merged into another request: it never completes by itself. */
SEC("tp_btf/block_rq_merge")
int BPF_PROG(merge, struct request *rq)
{
	__u64 key = (__u64)rq;

	bpf_map_delete_elem(&starts, &key);
	return 0;
}

/* A request may complete in parts; the last reaches the end of what is left of it. */
static __always_inline int completed(struct request *rq, int error, __u32 bytes, bool again)
{
	__u64 now = bpf_ktime_get_ns(), rq_key = (__u64)rq, ns[KINDS] = {};
	__u32 left = rq->__data_len;
	struct start *s = find_start(rq), known;
	struct disk_key key = { .op = op_of(rq) };
	bool done = bytes >= left, empty = !bytes && is_empty(rq);
	struct disk *disk;

	if (!s && (empty || again))
		return 0;
	if (again && !done)
		return 0;
	if (s) {
		known = *s;
		if (done) {
			ns[TOTAL] = now - known.queued_ns;
			ns[QUEUED] = (known.issued_ns ? known.issued_ns : now) - known.queued_ns;
			ns[DEVICE] = ns[TOTAL] - ns[QUEUED];
			bpf_map_delete_elem(&starts, &rq_key);
		} else {
			s->bytes = left - bytes;
		}
	}
	if (key.op == OP_FLUSH && seen.io_start) {
		/* the callers are charged, each for its own */
	} else if (s) {
		charge(&known, empty ? OP_FLUSH : key.op, bytes, done, ns);
		if (done && known.selected)
			note_target(ns[TOTAL]);
	} else {
		charge_others(key.op, bytes, done);
	}
	if (empty)
		return 0;

	key.dev = s && known.dev ? known.dev : dev_of(rq);
	if (!key.dev)
		return 0;
	disk = find_disk(&key);
	if (!disk)
		return 0;
	__sync_fetch_and_add(&disk->bytes, bytes);
	if (!done)
		return 0;
	__sync_fetch_and_add(&disk->ops, 1);
	if (error)
		__sync_fetch_and_add(&disk->errors, 1);
	if (s) {
		add(&disk->hists[TOTAL], ns[TOTAL]);
		add(&disk->hists[QUEUED], ns[QUEUED]);
		add(&disk->hists[DEVICE], ns[DEVICE]);
		note_peaks(&key, ns);
	} else if (rq->start_time_ns > seen.attached_ns) {
		count_lost(); /* not merely older than us */
	}
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(complete, struct request *rq, int error, unsigned int bytes)
{
	return completed(rq, error, bytes, false);
}

/* Attached after `complete`. Where that was not run, since an interrupt found it at work on this CPU, the start of the
 * request is still there. */
SEC("tp_btf/block_rq_complete")
int BPF_PROG(complete_again, struct request *rq, int error, unsigned int bytes)
{
	return completed(rq, error, bytes, true);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
