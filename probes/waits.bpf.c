// SPDX-License-Identifier: MIT OR GPL-2.0
/* What each thread waits for, read once an interval while somebody looks: no program on any event, but for kernels
 * before 6.16, which do not note the lock that a thread waits for. There contention_begin does, while it is asked for.
 *
 * A thread that has not run since the reading before waits for what it waited for then: of it only the number is said.
 * What was said of it is in user space, which can ask for everything (`listing.full`). */
#include "call_set.h"
#include "io_limit.h"
#include "waits_files.h"
#include "waits_frames.h"
#include "waits_holders.h"
#include "waits_locks.h"
#include "waits_sets.h"
#include "waits_wakers.h"

#define POLLED_WORDS 64
volatile struct {
	__u64 since;  /* the scheduler's clock as the reading before began; 0: say all of each */
	__u64 polled; /* there is something in that table */
	__u64 framed; /* the same of that one */
	__u64 sets;   /* so many sets of epoll may be read, of threads that are not selected as well */
	struct selection selection;
	__u64 may_poll[POLLED_WORDS]; /* a bit each: some in that table have a number that ends so */
	__u64 began; /* that clock, as this reading does: whoever runs after it was read does so later; 0: it has not yet */
} listing SEC(".data.listing");

/* Calls whose first argument is a descriptor, a bit each. */
volatile struct call_set on_files SEC(".data.on_files");
/* Calls whose first argument is an address in a mapping. */
volatile struct call_set on_addresses SEC(".data.on_addresses");
/* Calls whose first argument is an epoll. */
volatile struct call_set on_sets SEC(".data.on_sets");

/* Calls that say by themselves what is waited for: of the others the kernel's stack is wanted, asleep or not. */
volatile struct call_set explained SEC(".data.explained");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wait);
} record SEC(".maps");

/* What is in the set that it waits for. */
static __always_inline void write_set(struct seq_file *seq, struct wait *w, struct task_struct *task, struct polled *p)
{
	__u32 zero = 0, said = 0;
	struct files_struct *files = BPF_CORE_READ(task, files);
	struct file *file;
	struct visit *v;
	long failed = 0;

	if (w->flags & WORKER || w->call & (CALL_NONE | CALL_KERNEL | CALL_COMPAT))
		return;
	if (p) {
		if (p->address != w->args[0] + w->args[1])
			return;
		v = bpf_map_lookup_elem(&visits, &zero);
		if (!v)
			return;
		for (__u32 i = 0; i < MOST_POLLED && i < p->count; i++) {
			file = file_of(files, p->fds[i]);
			if (!file)
				continue;
			failed |= write_item(seq, v, w->tid, p->fds[i], file);
			said = and_said(said, &v->item.file);
		}
		/* where there was no room it is all said again */
		p->said = failed ? 0 : said;
		return;
	}
	if (!is_in(&on_sets, w->call) || !listing.sets)
		return;
	file = file_of(files, w->args[0]);
	if (!file)
		return;
	listing.sets--;
	write_epoll(seq, file, w->tid);
}

static __always_inline void find_arguments(struct wait *w, struct task_struct *task)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);

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
	w->sp = regs->sp;
}

static __always_inline __u32 cpu_of(struct task_struct *task)
{
	if (bpf_core_field_exists(task->thread_info.cpu))
		return task->thread_info.cpu;
	if (bpf_core_field_exists(task->cpu))
		return task->cpu;
	return 0;
}

static __always_inline struct rq *rq_of(struct task_struct *task)
{
	struct cfs_rq *cfs_rq;

	if (!bpf_core_field_exists(task->se.cfs_rq) || !bpf_core_field_exists(struct cfs_rq, rq))
		return NULL;
	/* read without a call each: this is done for every thread */
	cfs_rq = task->se.cfs_rq;
	return cfs_rq ? cfs_rq->rq : NULL;
}

/* When it last ran. What the scheduler notes of a thread is without what was taken from its CPU by interrupts and the
 * hypervisor, where the kernel accounts for that. Both clocks may go on meanwhile: read in this order it is rather later
 * than it was. */
static __always_inline void find_times(struct wait *w, struct task_struct *task)
{
	struct rq *rq = rq_of(task);
	__u64 clock_task;

	w->left = task->se.exec_start;
	w->ran_ns = task->se.sum_exec_runtime;
	if (!rq)
		return;
	clock_task = rq->clock_task;
	barrier();
	w->clock = rq->clock;
	if (w->left)
		w->left += w->clock - clock_task;
}

/* From Linux 6.12 on a thread may be moved to another CPU after it went to sleep, and when it last ran is forgotten. When
 * it began to run then is known, on the clock that goes on. */
static __always_inline void find_forgotten(struct wait *w, struct task_struct *task)
{
	if (!w->left && bpf_core_field_exists(task->sched_info.last_arrival))
		w->left = task->sched_info.last_arrival;
	if (!w->left)
		w->left = w->clock;
}

/* The clock of our own CPU is not ahead of the time. */
static __always_inline void note_beginning(void)
{
	struct rq *rq;

	if (listing.began)
		return;
	rq = rq_of(bpf_get_current_task_btf());
	if (rq)
		listing.began = rq->clock;
}

SEC("iter/task")
int read_waits(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct seq_file *seq = ctx->meta->seq;
	__u32 zero = 0, state, kernel_state;
	bool is_framed, is_known, by_address = false, is_served = false;
	struct polled *p;
	struct file *file;
	struct wait *w;
	struct pid *pid;
	bool is_selected;
	long bytes;

	if (!task || !task->pid)
		return 0;
	kernel_state = task->__state;
	if (kernel_state & TASK_DEAD || task->flags & PF_EXITING)
		return 0;
	w = bpf_map_lookup_elem(&record, &zero);
	if (!w)
		return 0;
	note_beginning();
	pid = task->thread_pid;
	is_selected = selected(&listing.selection, task);
	/* before all that is said: where it runs meanwhile, the next reading finds another number */
	w->switches = task->nvcsw + task->nivcsw;
	barrier();
	find_times(w, task);
	state = state_now(task, kernel_state, STATE_WAITING);
	if (is_worker(task) && state == STATE_SLEEP)
		return 0; /* a thread of the kernel that has nothing to do */
	w->tid = task->pid;
	w->tgid = task->tgid;
	p = listing.polled && listing.may_poll[w->tid / 64 % POLLED_WORDS] >> (w->tid % 64) & 1 ? bpf_map_lookup_elem(&polled, &w->tid) : NULL;
	is_framed = listing.framed && bpf_map_lookup_elem(&framed, &w->tid);
	if (state == STATE_SLEEP && w->left && w->left < listing.since && !is_framed && (!p || is_said((__u64)BPF_CORE_READ(task, files), w->tid))) {
		w->tid |= SHORT;
		bpf_seq_write(seq, w, 2 * sizeof(__u32));
		return 0;
	}
	__builtin_memset((void *)w + offsetof(struct wait, args), 0, offsetof(struct wait, frames) - offsetof(struct wait, args));
	/* it has not run since its stack was taken and looked through, which stays as it was */
	is_known = w->left && w->left < listing.since;
	find_forgotten(w, task);
	if (state == STATE_WAITING && bpf_core_field_exists(task->sched_info))
		w->left = task->sched_info.last_queued;
	w->state = state;
	w->call = blocking_call(task);
	w->born = task->start_boottime;
	w->cpu = cpu_of(task);
	w->flags = (is_worker(task) ? WORKER : 0) | (is_selected ? SELECTED : 0);
	w->parent = BPF_CORE_READ(task, real_parent, tgid);
	if (task->ptrace)
		w->tracer = BPF_CORE_READ(task, parent, tgid);
	w->ns_tid = w->tid;
	if (pid && pid->level)
		w->ns_tid = own_number(task);
	bpf_probe_read_kernel_str(w->comm, sizeof(w->comm), task->comm);
	if (is_asleep(state)) {
		find_lock(w, task);
		if (w->lock)
			find_owner(w);
	}
	if (!(w->flags & WORKER) && !(w->call & (CALL_NONE | CALL_KERNEL))) {
		find_arguments(w, task);
		by_address = is_in(&on_addresses, w->call);
		if (is_in(&on_files, w->call) && (file = file_of(BPF_CORE_READ(task, files), w->args[0]))) {
			file_facts(&w->file, file);
			is_served = is_fuse(BPF_CORE_READ(file, f_inode));
		}
	}
	if (state == STATE_DISK && !w->lock)
		w->flags |= (__u32)(io_limit(task) + 1) << LIMIT_SHIFT;
	else if (state == STATE_THROTTLED)
		w->flags |= (__u32)(quota_level(task) + 1) << LIMIT_SHIFT;
	if (!is_known && (state == STATE_DISK || (state == STATE_SLEEP && !is_in(&explained, w->call)))) {
		bytes = bpf_get_task_stack(task, w->frames, sizeof(w->frames), 0);
		w->depth = bytes > 0 ? bytes / sizeof(__u64) : 0;
		is_served |= !(w->flags & WORKER);
	}
	bpf_seq_write(seq, w, sizeof(*w));
	if (!is_known && (state == STATE_DISK || (state == STATE_SLEEP && is_served)) && !w->lock)
		write_waited_file(seq, task, w, by_address);
	if (state == STATE_SLEEP)
		write_set(seq, w, task, p);
	if ((is_framed || may_be_parked(w)) && state == STATE_SLEEP && !(w->call & (CALL_NONE | CALL_KERNEL | CALL_COMPAT)))
		write_registers(seq, task, w->tid);
	return 0;
}

/* So that its layout is known to user space. */
const struct item *item_layout __attribute__((unused));
const struct framed *framed_layout __attribute__((unused));

char LICENSE[] SEC("license") = "Dual MIT/GPL";
