// SPDX-License-Identifier: MIT OR GPL-2.0
/* Names that are looked up through getaddrinfo() of a C library: two programs at its function, which user space attaches to
 * each library that processes have (the cookie says which one it is of). */
#include "lost.h"
#include "registers.h"

#define NAME_BYTES 128

enum library { LIBRARY_NONE, LIBRARY_GLIBC, LIBRARY_MUSL };
const enum library *library_layout __attribute__((unused));

struct lookup_key {
	__u32 tgid;
	__s32 result;
	enum library library;
	__u32 slot; /* of how long it took: rows are few, and so have their histogram */
	char name[NAME_BYTES];
};

struct lookup {
	__u64 count;
	__u64 ns;
	__u64 max_ns;
	char comm[TASK_COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct lookup_key);
	__type(value, struct lookup);
} lookups SEC(".maps");

struct begun {
	__u64 at_ns;
	__u32 tgid;
	enum library library;
	char comm[TASK_COMM_LEN];
	char name[NAME_BYTES];
};

/* By thread. One that is killed within leaves what it began. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct begun);
} begun SEC(".maps");

static const struct lookup no_lookup;

SEC("uprobe")
int lookup_begins(struct pt_regs *regs)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct begun b = {};
	__u32 tid = id;

	b.at_ns = bpf_ktime_get_ns();
	b.tgid = id >> 32;
	b.library = bpf_get_attach_cookie(regs);
	bpf_get_current_comm(b.comm, sizeof(b.comm));
	bpf_probe_read_user_str(b.name, sizeof(b.name), (const char *)first_argument(regs));
	bpf_map_update_elem(&begun, &tid, &b, BPF_ANY);
	return 0;
}

/* Of two paths to one file (layers of container images) both programs run twice: the second return finds nothing. */
SEC("uretprobe")
int lookup_ends(struct pt_regs *regs)
{
	__u64 id = bpf_get_current_pid_tgid(), ns;
	struct lookup_key key = {};
	__u32 tid = id;
	struct begun *b;
	struct lookup *l;

	b = bpf_map_lookup_elem(&begun, &tid);
	if (!b)
		return 0;
	ns = bpf_ktime_get_ns() - b->at_ns;
	key.tgid = b->tgid;
	key.result = returned(regs);
	key.library = b->library;
	key.slot = hist_slot(ns);
	__builtin_memcpy(key.name, b->name, sizeof(key.name));
	l = find_or_make(&lookups, &key, &no_lookup);
	if (l) {
		__sync_fetch_and_add(&l->count, 1);
		__sync_fetch_and_add(&l->ns, ns);
		if (ns > l->max_ns)
			l->max_ns = ns;
		__builtin_memcpy(l->comm, b->comm, sizeof(l->comm));
	} else {
		count_lost();
	}
	bpf_map_delete_elem(&begun, &tid);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
