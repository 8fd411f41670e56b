// SPDX-License-Identifier: MIT OR GPL-2.0
/* Who takes the CPUs beside processes: softirqs with the time from being raised until they run, interrupts of devices
 * and of the processors among themselves, and work of workqueues with the time it was queued. Counters only grow, user
 * space subtracts; maxima are of the last two epochs. Time of an interrupt that comes in a softirq is the interrupt's. */
#include "epoch.h"
#include "lost.h" /* runs for which there was no room */
#include "probetop.h"
#include <bpf/bpf_tracing.h>

#define SOFTIRQS 10

/* Interrupts that are no device's. */
enum vector { LOCAL_TIMER = 1 << 20, RESCHEDULE, CALL_FUNCTION, CALL_FUNCTION_SINGLE };
const enum vector *vector_layout __attribute__((unused));

struct softirq {
	__u64 count;
	__u64 ns;
	__u64 max_ns[2];
	__u64 max_wait_ns[2];
	__u32 epoch[2];
	__u64 raised_ns; /* not yet begun; 0: not raised */
	__u64 waits;     /* runs that latency has */
	struct hist latency;
};

struct irq {
	__u64 count;
	__u64 ns;
	__u64 max_ns[2];
	__u32 epoch[2];
};

/* What runs on a CPU now. */
struct here {
	__u64 softirq_ns; /* since when */
	__u64 irqs_then;  /* irqs_ns, then */
	__u64 irqs_ns;    /* time in interrupts, since ever */
	__u64 device_ns;  /* since when in an interrupt of a device */
	__u64 vector_ns;  /* in another */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SOFTIRQS);
	__type(key, __u32);
	__type(value, struct softirq);
} softirqs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, struct irq);
} irqs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct here);
} heres SEC(".maps");

static const struct irq no_irq;

static __always_inline struct here *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&heres, &zero);
}

static __always_inline struct softirq *softirq_of(__u32 vec)
{
	return bpf_map_lookup_elem(&softirqs, &vec);
}

SEC("tp_btf/softirq_raise")
int BPF_PROG(softirq_raise, unsigned int vec)
{
	struct softirq *s = softirq_of(vec);

	if (s && !s->raised_ns)
		s->raised_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(softirq_entry, unsigned int vec)
{
	struct softirq *s = softirq_of(vec);
	struct here *here = this_cpu();
	__u64 now = bpf_ktime_get_ns(), ns;
	__u32 half;

	if (!s || !here)
		return 0;
	here->softirq_ns = now;
	here->irqs_then = here->irqs_ns;
	if (!s->raised_ns)
		return 0;
	ns = now - s->raised_ns;
	s->raised_ns = 0;
	hist_count(&s->latency, ns);
	s->waits++;
	half = half_of(config.epoch, s->epoch, s->max_ns, s->max_wait_ns);
	if (ns > s->max_wait_ns[half])
		s->max_wait_ns[half] = ns;
	return 0;
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(softirq_exit, unsigned int vec)
{
	struct softirq *s = softirq_of(vec);
	struct here *here = this_cpu();
	__u64 ns;
	__u32 half;

	if (!s || !here || !here->softirq_ns)
		return 0;
	ns = bpf_ktime_get_ns() - here->softirq_ns - (here->irqs_ns - here->irqs_then);
	here->softirq_ns = 0;
	s->count++;
	s->ns += ns;
	half = half_of(config.epoch, s->epoch, s->max_ns, s->max_wait_ns);
	if (ns > s->max_ns[half])
		s->max_ns[half] = ns;
	return 0;
}

static __always_inline int end_irq(struct here *here, __u64 since, __u32 number)
{
	struct irq *i;
	__u64 ns;
	__u32 half;

	if (!since)
		return 0;
	ns = bpf_ktime_get_ns() - since;
	here->irqs_ns += ns;
	i = find_or_make(&irqs, &number, &no_irq);
	if (!i) {
		count_lost();
		return 0;
	}
	i->count++;
	i->ns += ns;
	half = half_of(config.epoch, i->epoch, i->max_ns, NULL);
	if (ns > i->max_ns[half])
		i->max_ns[half] = ns;
	return 0;
}

SEC("tp_btf/irq_handler_entry")
int BPF_PROG(device_begins)
{
	struct here *here = this_cpu();

	if (here)
		here->device_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/irq_handler_exit")
int BPF_PROG(device_ends, int irq)
{
	struct here *here = this_cpu();
	__u64 since;

	if (!here)
		return 0;
	since = here->device_ns;
	here->device_ns = 0;
	return end_irq(here, since, irq);
}

static __always_inline int begin_vector(void)
{
	struct here *here = this_cpu();

	if (here)
		here->vector_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int end_vector(__u32 number)
{
	struct here *here = this_cpu();
	__u64 since;

	if (!here)
		return 0;
	since = here->vector_ns;
	here->vector_ns = 0;
	return end_irq(here, since, number);
}

#define VECTOR(name, number)                       \
	SEC("tp_btf/" #name "_entry")              \
	int BPF_PROG(name##_entry)                 \
	{                                          \
		return begin_vector();             \
	}                                          \
	SEC("tp_btf/" #name "_exit")               \
	int BPF_PROG(name##_exit)                  \
	{                                          \
		return end_vector(number);         \
	}

VECTOR(local_timer, LOCAL_TIMER)
VECTOR(reschedule, RESCHEDULE)
VECTOR(call_function, CALL_FUNCTION)
VECTOR(call_function_single, CALL_FUNCTION_SINGLE)

#include "kernel_work.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
