// SPDX-License-Identifier: MIT OR GPL-2.0
/* What each thread waits for, read once an interval while somebody looks: no program on any event, but for kernels
 * before 6.16, which do not note the lock that a thread waits for. There contention_begin does, while it is asked for.
 *
 * A thread that has not run since the reading before waits for what it waited for then: of it only the number is said.
 * What was said of it is in user space, which can ask for everything (`listing.full`). */
#include "waits.h"

struct task_struct___waits {
	int pid;
	int tgid;
	unsigned int flags;
	unsigned int __state;
	int on_cpu;
	unsigned int cpu; /* before 5.16 on x86 */
	unsigned int ptrace;
	unsigned long nvcsw;
	unsigned long nivcsw;
	__u64 start_boottime;
	unsigned long blocker; /* from 6.16 on */
	struct task_struct___waits *real_parent;
	struct task_struct___waits *parent;
	struct task_struct___waits *group_leader;
	struct pid *thread_pid;
	struct files_struct *files;
	char comm[TASK_COMM_LEN];
} CORE;
struct thread_info___cpu {
	__u32 cpu;
} CORE;
struct task_struct___info {
	struct thread_info___cpu thread_info;
} CORE;
struct rq___task {
	__u64 clock;
	__u64 clock_task;
} CORE;
struct sched_entity___times {
	__u64 exec_start;
	__u64 sum_exec_runtime;
} CORE;
struct sched_info {
	__u64 last_queued;
} CORE;
struct task_struct___times {
	struct sched_entity___times se;
	struct sched_info sched_info;
} CORE;

struct pt_regs___args {
#if defined(__TARGET_ARCH_x86)
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long r10;
#else
	unsigned long regs[31];
	unsigned long orig_x0;
#endif
} CORE;

#define FRAMES 16
#define SHORT 0x80000000u /* on the number of a thread that did not run: only the first two words of it follow */
#define ARGUMENTS 4

/* Mirrored by nothing: user space reads its layout from the object. */
struct wait {
	__u32 tid;
	__u32 tgid;
	__u32 state;
	__u32 call;
	__u64 switches;
	__u64 ran_ns; /* on CPUs, since it began */
	__u64 left;   /* when it last ran, on the scheduler's clock */
	__u64 clock;  /* that of its CPU, which may be old */
	__u64 born;
	__u64 args[ARGUMENTS]; /* zeros from here on, where there is nothing to say */
	__u64 lock; /* of the kernel */
	__u32 lock_kind;
	__u32 lock_owner; /* thread */
	__u32 ns_tid;     /* as it and its kin call it */
	__u32 parent;
	__u32 tracer;
	__u32 cpu;
	__u32 flags;
	__u32 depth;  /* of the kernel's stack; 0: not taken */
	struct file_facts file;
	char comm[TASK_COMM_LEN];
	__u64 frames[FRAMES];
};

#define WORKER 1         /* of the kernel */
#define ONE_OF_SEVERAL 2 /* the lock has several owners, of which this is one, or was */
#define SELECTED 4

enum lock_kind { LOCK_NONE, LOCK_MUTEX, LOCK_SEMAPHORE, LOCK_READ, LOCK_WRITE, LOCK_PERCPU, LOCK_RT };

volatile struct {
	__u64 since;  /* the scheduler's clock at the reading before; 0: say all of each */
	__u64 polled; /* there is something in that table */
	struct selection selection;
} listing SEC(".data.listing");

/* Calls whose first argument is a descriptor, a bit each. */
#define CALL_WORDS 10
volatile struct {
	__u64 bits[CALL_WORDS];
} on_files SEC(".data.on_files");

/* Locks that threads began to wait for, by thread. */
struct contended {
	__u64 lock;
	__u32 flags;
	__u32 unused;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct contended);
} contended SEC(".maps");

/* Threads that wait for one descriptor in poll() or select(), which user space has found in their memory, by thread. */
struct polled {
	__u64 switches; /* it has not run since */
	__u32 fd;
	__u32 unused;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct polled);
} polled SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wait);
} record SEC(".maps");

#define LCB_F_SPIN 1
#define LCB_F_READ 2
#define LCB_F_WRITE 4
#define LCB_F_RT 8
#define LCB_F_PERCPU 16

SEC("tp_btf/contention_begin")
int BPF_PROG(lock_begins, void *lock, unsigned int flags)
{
	struct contended c = { .lock = (__u64)lock, .flags = flags };
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	if (!(flags & LCB_F_SPIN))
		bpf_map_update_elem(&contended, &tid, &c, BPF_ANY);
	return 0;
}

SEC("tp_btf/contention_end")
int BPF_PROG(lock_ends, void *lock)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&contended, &tid);
	return 0;
}

static __always_inline void find_lock(struct wait *w, struct task_struct___waits *task)
{
	struct contended *c;
	unsigned long blocker;
	__u32 tid = w->tid;

	if (bpf_core_field_exists(task->blocker)) {
		blocker = task->blocker;
		if (!blocker)
			return;
		w->lock = blocker & ~3UL;
		w->lock_kind = LOCK_MUTEX + (blocker & 3);
		return;
	}
	c = bpf_map_lookup_elem(&contended, &tid);
	if (!c)
		return;
	w->lock = c->lock;
	w->lock_kind = c->flags & LCB_F_PERCPU ? LOCK_PERCPU : c->flags & LCB_F_RT ? LOCK_RT :
		       c->flags & LCB_F_READ ? LOCK_READ : c->flags & LCB_F_WRITE ? LOCK_WRITE : LOCK_MUTEX;
}

/* The three bits of a mutex say who is next, those of a rwsem that its owner is one of several readers (bit 0). */
static __always_inline void find_owner(struct wait *w)
{
	void *lock = (void *)w->lock;
	unsigned long owner = 0;
	struct task_struct___waits *task;

	if (w->lock_kind == LOCK_MUTEX)
		owner = BPF_CORE_READ((struct mutex *)lock, owner.counter) & ~7UL;
	else if (w->lock_kind == LOCK_READ || w->lock_kind == LOCK_WRITE)
		owner = BPF_CORE_READ((struct rw_semaphore *)lock, owner.counter) & ~6UL;
	else if (w->lock_kind == LOCK_SEMAPHORE && bpf_core_field_exists(struct semaphore, last_holder))
		owner = BPF_CORE_READ((struct semaphore *)lock, last_holder);
	if (owner & 1) {
		w->flags |= ONE_OF_SEVERAL;
		owner &= ~1UL;
	}
	task = (void *)owner;
	if (task)
		w->lock_owner = BPF_CORE_READ(task, pid);
}

static __always_inline void find_file(struct wait *w, struct task_struct___waits *task, __u32 fd)
{
	struct file *file = NULL, **table;
	struct fdtable *fdt;

	fdt = BPF_CORE_READ(task, files, fdt);
	if (!fdt || fd >= BPF_CORE_READ(fdt, max_fds))
		return;
	table = BPF_CORE_READ(fdt, fd);
	bpf_probe_read_kernel(&file, sizeof(file), table + fd);
	if (file)
		file_facts(&w->file, file);
}

static __always_inline void find_arguments(struct wait *w, struct task_struct *task)
{
	struct pt_regs___args *regs = (void *)bpf_task_pt_regs(task);

	if (!regs)
		return;
#if defined(__TARGET_ARCH_x86)
	w->args[0] = regs->di;
	w->args[1] = regs->si;
	w->args[2] = regs->dx;
	w->args[3] = regs->r10;
#else
	w->args[0] = regs->orig_x0;
	w->args[1] = regs->regs[1];
	w->args[2] = regs->regs[2];
	w->args[3] = regs->regs[3];
#endif
}

static __always_inline __u32 cpu_of(struct task_struct *task)
{
	struct task_struct___info *info = (void *)task;

	if (bpf_core_field_exists(info->thread_info.cpu))
		return info->thread_info.cpu;
	if (bpf_core_field_exists(struct task_struct___waits, cpu))
		return ((struct task_struct___waits *)task)->cpu;
	return 0;
}

/* When it last ran. What the scheduler notes of a thread is without what was taken from its CPU by interrupts and the
 * hypervisor, where the kernel accounts for that. */
static __always_inline void find_times(struct wait *w, struct task_struct *task)
{
	struct task_struct___times *times = (void *)task;
	struct rq___task *rq;

	w->left = times->se.exec_start;
	w->ran_ns = times->se.sum_exec_runtime;
	if (!bpf_core_field_exists(task->se.cfs_rq) || !bpf_core_field_exists(struct cfs_rq, rq))
		return;
	rq = (struct rq___task *)BPF_CORE_READ(task, se.cfs_rq, rq);
	w->clock = BPF_CORE_READ(rq, clock);
	w->left += w->clock - BPF_CORE_READ(rq, clock_task);
}

SEC("iter/task")
int read_waits(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_struct___waits *t = (void *)task;
	struct seq_file *seq = ctx->meta->seq;
	__u32 zero = 0, state, kernel_state, nr;
	struct polled *p;
	struct wait *w;
	struct pid *pid;
	long bytes;

	if (!task || !task->pid)
		return 0;
	kernel_state = task->__state;
	if (kernel_state & TASK_DEAD || task->flags & PF_EXITING)
		return 0;
	w = bpf_map_lookup_elem(&record, &zero);
	if (!w)
		return 0;
	if (bpf_core_field_exists(task->on_cpu) && task->on_cpu)
		state = STATE_RUNNING;
	else
		state = kernel_state ? asleep_in(task, kernel_state) : is_throttled(task) ? STATE_THROTTLED : STATE_WAITING;
	if (is_worker(task) && state == STATE_SLEEP)
		return 0; /* a thread of the kernel that has nothing to do */
	w->tid = task->pid;
	w->tgid = task->tgid;
	p = listing.polled ? bpf_map_lookup_elem(&polled, &w->tid) : NULL;
	find_times(w, task);
	if (state == STATE_SLEEP && w->left < listing.since && !p) {
		w->tid |= SHORT;
		bpf_seq_write(seq, w, 2 * sizeof(__u32));
		return 0;
	}
	__builtin_memset((void *)w + offsetof(struct wait, args), 0, offsetof(struct wait, frames) - offsetof(struct wait, args));
	if (state == STATE_WAITING && bpf_core_field_exists(((struct task_struct___times *)task)->sched_info))
		w->left = ((struct task_struct___times *)task)->sched_info.last_queued;
	w->state = state;
	w->call = blocking_call(task);
	w->switches = t->nvcsw + t->nivcsw;
	w->born = task->start_boottime;
	w->cpu = cpu_of(task);
	w->flags = (is_worker(task) ? WORKER : 0) | (selected(&listing.selection, task) ? SELECTED : 0);
	w->parent = BPF_CORE_READ(t, real_parent, tgid);
	if (t->ptrace)
		w->tracer = BPF_CORE_READ(t, parent, tgid);
	pid = t->thread_pid;
	w->ns_tid = w->tid;
	if (pid && pid->level)
		bpf_probe_read_kernel(&w->ns_tid, sizeof(w->ns_tid),
				      (void *)__builtin_preserve_access_index(&pid->numbers) + pid->level * sizeof(struct upid));
	bpf_probe_read_kernel_str(w->comm, sizeof(w->comm), task->comm);
	if (is_asleep(state)) {
		find_lock(w, t);
		if (w->lock)
			find_owner(w);
	}
	if (!(w->flags & WORKER) && !(w->call & (CALL_NONE | CALL_KERNEL))) {
		find_arguments(w, task);
		nr = w->call & CALL_NUMBER;
		if (nr < CALL_WORDS * 64 && !(w->call & CALL_COMPAT) && on_files.bits[nr / 64] >> (nr % 64) & 1)
			find_file(w, t, (__u32)w->args[0]);
		else if (p && p->switches == w->switches)
			find_file(w, t, p->fd);
	}
	if (state == STATE_DISK) {
		bytes = bpf_get_task_stack(task, w->frames, sizeof(w->frames), 0);
		w->depth = bytes > 0 ? bytes / sizeof(__u64) : 0;
	}
	bpf_seq_write(seq, w, sizeof(*w));
	return 0;
}

/* Who else has what threads wait for: asked only for what user space has put into `wanted`. */
enum { WANTED_PIPE = 1, WANTED_SOCKET, WANTED_TCP, WANTED_OTHER };
struct wanted {
	__u32 kind;
	__u32 unused;
	__u64 peer;
	struct tcp_ends tcp;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, struct wanted);
	__type(value, __u32);
} wanted SEC(".maps");

struct holder {
	__u32 number; /* of what is wanted */
	__u32 tgid;
	__u32 fd;
	__u32 mode;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd __attribute__((aligned(8)));
	struct file *file __attribute__((aligned(8)));
} CORE;

SEC("iter/task_file")
int find_holders(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct wanted key = {};
	struct file_facts f = {};
	struct holder h = {};
	struct socket *socket;
	__u32 type, *number;

	if (!task || !file)
		return 0;
	type = BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT;
	if (type == S_IFIFO) {
		key.kind = WANTED_PIPE;
		key.peer = (__u64)BPF_CORE_READ(file, private_data);
	} else if (type == S_IFSOCK) {
		file_facts(&f, file);
		if (f.kind == FILE_TCP) {
			key.kind = WANTED_TCP;
			key.tcp.family = f.tcp.family;
			key.tcp.local_port = f.tcp.local_port;
			key.tcp.remote_port = f.tcp.remote_port;
			__builtin_memcpy(key.tcp.local, f.tcp.local, sizeof(key.tcp.local));
			__builtin_memcpy(key.tcp.remote, f.tcp.remote, sizeof(key.tcp.remote));
		} else if (f.kind == FILE_UNIX) {
			key.kind = WANTED_SOCKET;
			socket = BPF_CORE_READ(file, private_data);
			key.peer = (__u64)BPF_CORE_READ(socket, sk);
		} else {
			return 0;
		}
	} else if (type == S_IFREG || !type) {
		/* event counters and their like: shared by what is behind the file */
		key.kind = WANTED_OTHER;
		key.peer = (__u64)BPF_CORE_READ(file, private_data);
		if (!key.peer)
			return 0;
	} else {
		return 0;
	}
	number = bpf_map_lookup_elem(&wanted, &key);
	if (!number)
		return 0;
	h.number = *number;
	h.tgid = task->tgid;
	h.fd = ctx->fd;
	h.mode = BPF_CORE_READ(file, f_mode);
	bpf_seq_write(ctx->meta->seq, &h, sizeof(h));
	return 0;
}

/* So that their layout is known to user space. */
const struct holder *holder_layout __attribute__((unused));
const struct wanted *wanted_layout __attribute__((unused));

char LICENSE[] SEC("license") = "Dual MIT/GPL";
