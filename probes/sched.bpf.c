// SPDX-License-Identifier: MIT OR GPL-2.0
/* Where every thread's time goes: on a CPU, waiting for one, without quota, or asleep in one of several ways, from
 * the scheduler's tracepoints. One object serves the run queue and the off-CPU panel, so each hook runs one program.
 *
 * Each thread has a place for its last stays and the sums of two intervals (slots.h); hot hooks touch no hash map and
 * do not allocate (the place is made in task_newtask and, for threads older than us, by the iterators). Leaving a CPU and
 * being woken only note when; what is added to sums and histograms is added when the thread is switched in again, all
 * at once. User space ends an interval by raising config.epoch; sums of epoch n are in sums[n & 1], are reset by their
 * thread when it first gets to n + 2, and are written out by the iterator read_tasks, which adds the parts of the last
 * stays that lie in the interval. A stay that crosses the boundary is split there, so that the times of a thread add up
 * to the interval. A thread that ends hands its sums to `ended`. */
#include "sched_sums.h"
#include "sched_wake_ups.h"

/* The same from now on, with what is noted of its group's quota. */
static __always_inline void start_waiting(struct task_struct *task, struct thread *t)
{
	__u64 now = bpf_ktime_get_ns();

	t->seq++;
	start_first(t, now);
	start_wait(task, t, now);
	t->seq++;
}

/* A thread that is moved to another CPU as it waits is noted as waiting from then on, and how long it waited is added up. One
 * that goes to sleep may stay in its queue for a while: moved then, it is noted as waiting, too. */
SEC("tp_btf/sched_migrate_task")
int BPF_PROG(moved, struct task_struct *task)
{
	struct thread *t;
	__u32 waited;

	if (!by_queue())
		return 0;
	t = find(task);
	if (!t || !is_untold(&t->last) || t->last.woken == WOKEN_UNKNOWN)
		return 0;
	if (is_leaving_queue(task)) {
		t->last.woken = WOKEN_UNKNOWN;
		return 0;
	}
	waited = waited_more(task, t);
	if (waited) /* else it is just being woken */
		wait_since(t, bpf_ktime_get_ns() - ((__u64)waited << DELAY_SHIFT));
	return 0;
}

/* A thread on its way to sleep can be woken before it leaves the CPU: it never left, nothing to note. */
SEC("tp_btf/sched_wakeup")
int BPF_PROG(wakeup, struct task_struct *task)
{
	struct thread *t = find(task);
	__u32 state;

	if (!t) {
		count_lost();
		return 0;
	}
	state = t->last.state;
	if (is_asleep(state)) {
		if (t->last.woken <= WOKEN_UNKNOWN)
			start_wait(task, t, bpf_ktime_get_ns());
	} else if (state == STATE_NEW) {
		start_waiting(task, t);
	}
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(wakeup_new, struct task_struct *task)
{
	struct thread *t = find(task);

	if (t)
		start_waiting(task, t);
	else
		count_lost();
	return 0;
}

/* In fork(), where memory may be had: so that the scheduler's hooks need none. */
SEC("tp_btf/task_newtask")
int BPF_PROG(newtask, struct task_struct *task)
{
	struct thread *t = make(task, true);

	if (!t)
		return 0;
	t->selected = selected(&config.selection, task);
	t->last.left = bpf_ktime_get_ns();
	return 0;
}

/* Adds what the thread did since it was last switched in. */
static __always_inline void add_stays(struct task_struct *task, struct thread *t, struct cpu_sums *cpu, __u64 now)
{
	__u32 epoch = config.epoch, half = epoch & 1, state = t->last.state;
	__u64 left = t->last.left, woken = t->last.woken, slept, waited, throttled;
	struct sums *sums = sums_of(t, epoch);
	bool target = t->selected;

	if (!woken) { /* its wake-up was missed */
		add_split(t, epoch, now);
		return;
	}
	slept = woken > left ? woken - left : 0;
	waited = now > woken ? now - woken : 0;
	throttled = t->last.throttled < waited ? t->last.throttled : waited;
	waited -= throttled;
	if (t->last.ran < config.start_ns[half]) {
		add_split(t, epoch, now);
	} else {
		sums->oncpu_ns += left - t->last.ran;
		if (t->last.ran < left)
			sums->switches++;
		sums->throttled_ns += throttled;
		sums->wait_ns += waited;
		if (is_asleep(state))
			add_asleep(sums, state - STATE_SLEEP, t->last.call, slept);
		else if (state == STATE_PREEMPTED)
			sums->preempted_ns += waited;
	}
	sums->waits++;
	if (waited > sums->wait_max_ns)
		sums->wait_max_ns = waited;

	if (cpu->max_epoch[half] != epoch) {
		__builtin_memset(cpu->max_ns[half], 0, sizeof(cpu->max_ns[half]));
		cpu->max_epoch[half] = epoch;
	}
	record_latency(cpu, half, RUNQ, waited, target);
	if (state == STATE_PREEMPTED)
		record_latency(cpu, half, PREEMPTED, waited, target);
	else if (state == STATE_SLEEP)
		record_latency(cpu, half, SLEEP, slept, target);
	else if (state == STATE_DISK)
		record_latency(cpu, half, DISK, slept, target);
	if (throttled)
		record_latency(cpu, half, THROTTLED, throttled, target);
}

/* What no hook has told: when a thread could run again, or for the first time. */
static __always_inline void find_wakeup(struct task_struct *task, struct thread *t, struct cpu_sums *cpu, __u64 now)
{
	__u64 queued = by_queue() ? task->sched_info.last_queued : 0, since = noted_wakeup(&t->last, queued, now);

	if (is_odd(&t->last, queued, now))
		cpu->odd++;
	t->last.woken = since;
	if (t->last.state == STATE_NEW && since)
		start_first(t, since);
}

static __always_inline void come_in(struct task_struct *task, struct thread *t, struct cpu_sums *cpu, __u64 now)
{
	if (t->last.state != STATE_NEW) {
		if (is_unsettled(task, &t->last))
			settle(task, &t->last, t->cpu, now, 0);
		add_stays(task, t, cpu, now);
	}
	t->last.throttled = 0;
	t->last.state = STATE_RUNNING;
	t->last.ran = now;
	t->last.left = 0;
}

static __always_inline void enter(struct task_struct *task, struct cpu_sums *cpu, __u64 now)
{
	struct thread *t = find(task);

	if (!t) {
		cpu->lost++;
		return;
	}
	if (t->last.state == STATE_RUNNING)
		return; /* its way off the CPU was missed */
	t->seq++;
	if (is_untold(&t->last))
		find_wakeup(task, t, cpu, now);
	come_in(task, t, cpu, now);
	t->seq++;
}

/* No program was told that the thread that runs came onto its CPU; the kernel has noted when. Not inlined, being rare; global, so that
 * the verifier looks at it once. */
__noinline int enter_untold(struct thread *t, struct cpu_sums *cpu, __u64 now)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 at;

	if (!t || !cpu)
		return 0;
	at = arrival_of(task, &t->last, now);
	if (is_untold(&t->last)) {
		if (by_queue() && t->last.woken != WOKEN_UNKNOWN)
			find_waited(task, t, at);
		else
			t->last.woken = 0;
	}
	come_in(task, t, cpu, at);
	return 0;
}

static __always_inline void leave(struct task_struct *task, struct cpu_sums *cpu, __u64 now, bool preempt, __u32 state)
{
	struct thread *t = find(task);

	if (!t) {
		cpu->lost++;
		return;
	}
	t->seq++;
	if (t->last.state != STATE_RUNNING)
		enter_untold(t, cpu, now);
	t->last.left = now;
	t->last.woken = 0;
	t->last.throttled = 0;
	if (preempt || !state) {
		t->last.state = able_in(task, STATE_PREEMPTED);
		start_wait(task, t, now);
	} else if (state & TASK_DEAD) {
		t->last.state = STATE_DEAD;
		hand_over(t, cpu);
	} else {
		t->last.state = asleep_in(task, state);
		if (by_queue())
			t->delay = delay_of(task);
		t->last.call = blocking_call(task);
	}
	t->seq++;
	if (t->last.state == STATE_DEAD)
		t->task = SLOT_FREE;
}

/* So often the kernel's clock is held against ours. */
#define CLOCK_EVERY_NS 1000000

static __always_inline int switched(void *ctx, bool preempt, struct task_struct *prev, struct task_struct *next, __u32 state)
{
	struct cpu_sums *cpu = this_cpu();
	__u64 now = bpf_ktime_get_ns();

	if (!cpu)
		return 0;
	if (by_queue() && !preempt && state && prev->pid && now - queue_clock.seen > CLOCK_EVERY_NS)
		note_clock(now, BPF_CORE_READ(prev, se.cfs_rq, rq, clock));
	if (prev->pid) {
		leave(prev, cpu, now, preempt, state);
	} else if (cpu->idle_since) {
		cpu->idle_ns += now - cpu->idle_since;
		cpu->idle_since = 0;
	}
	if (next->pid)
		enter(next, cpu, now);
	else
		cpu->idle_since = now;
	return 0;
}

#include "switch.h"

#include "sched_tasks.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
