// SPDX-License-Identifier: MIT OR GPL-2.0
/* Which files the requests to disks are of, while somebody looks.
 *
 * The first page of a request belongs to a file, where it comes from the page cache: of whoever issues it, which for
 * buffered writes is a worker of the kernel, not who wrote. Direct I/O has pages of the program instead; there the file
 * is that of the descriptor of the call that its thread is in. Names are read from the inode's directory entries, up to
 * the root of its file system, once for each file and interval. */
#include "waits.h"

struct address_space {
	struct inode *host;
} CORE;
struct page {
	struct address_space *mapping;
	unsigned long compound_head;
} CORE;
struct bio_vec {
	struct page *bv_page;
} CORE;
struct bio {
	struct bio_vec *bi_io_vec;
} CORE;
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
	struct bio *bio;
} CORE;
enum req_flag_bits {
	__REQ_SWAP = 255, /* relocated */
};

struct hlist_node___entry {
	struct hlist_node___entry *next;
};
struct hlist_head___entries {
	struct hlist_node___entry *first;
};
struct qstr {
	const unsigned char *name;
} CORE;
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	union {
		struct hlist_node___entry d_alias;
	} d_u;
} CORE;
struct inode___named {
	unsigned short i_mode;
	unsigned int i_nlink;
	struct hlist_head___entries i_dentry;
} CORE;

#define PARTS 10
#define PART_BYTES 40
#define MINOR_BITS 20
#define S_IFBLK 0060000
#define PAGE_FLAGS 3UL
#define PAGE_ANON 1UL
#define OP_MASK 0xff

enum { FILE_NAMED = 1, FILE_META, FILE_SWAP, FILE_DIRECT, FILE_UNKNOWN };

/* Mirrored by nothing: user space reads its layout from the object. */
struct key {
	__u64 ino;
	__u32 fs;   /* device of the file system */
	__u32 disk; /* to which the request goes */
	__u32 tgid;
	__u32 op;
	__u32 kind;
	__u32 unused;
};
struct io {
	__u64 ops;
	__u64 bytes;
	__u64 ns; /* in the device, of requests that were completed */
	__u64 max_ns;
	char comm[TASK_COMM_LEN];
	__u32 deleted;
	__u32 depth;
	char parts[PARTS][PART_BYTES]; /* innermost first */
};

volatile struct {
	__u64 start_ns[2];
	__u32 epoch;
	__u32 unused;
} config SEC(".data.config");

struct files_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, struct key);
	__type(value, struct io);
};
struct files_table files_even SEC(".maps");
struct files_table files_odd SEC(".maps");

struct started {
	struct key key;
	__u64 at_ns;
};
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct started);
} requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct io);
} fresh SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost SEC(".maps");

#define CALL_WORDS 10
volatile struct {
	__u64 bits[CALL_WORDS];
} on_files SEC(".data.on_files");

static __always_inline void count_lost(void)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&lost, &zero);

	if (count)
		++*count;
}

struct task_struct___files {
	struct files_struct *files;
} CORE;
struct pt_regs___first {
#if defined(__TARGET_ARCH_x86)
	unsigned long di;
#else
	unsigned long orig_x0;
#endif
} CORE;

static __always_inline __u64 first_argument(void *registers)
{
	struct pt_regs___first *regs = registers;

#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(regs, di);
#else
	return BPF_CORE_READ(regs, orig_x0);
#endif
}

/* The file of the call that this thread is in. */
static __always_inline struct inode *inode_of_call(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = NULL, **table;
	struct fdtable *fdt;
	struct task_struct___files *holder = (void *)task;
	__u32 call, nr;
	__u64 fd;

	call = blocking_call(task);
	nr = call & CALL_NUMBER;
	if (call & (CALL_KERNEL | CALL_NONE | CALL_COMPAT) || nr >= CALL_WORDS * 64 ||
	    !(on_files.bits[nr / 64] >> (nr % 64) & 1))
		return NULL;
	fd = first_argument((void *)bpf_task_pt_regs(task));
	fdt = BPF_CORE_READ(holder, files, fdt);
	if (!fdt || fd >= BPF_CORE_READ(fdt, max_fds))
		return NULL;
	table = BPF_CORE_READ(fdt, fd);
	bpf_probe_read_kernel(&file, sizeof(file), table + fd);
	return file ? BPF_CORE_READ(file, f_inode) : NULL;
}

static __always_inline struct inode *inode_of(struct request *rq, struct key *key)
{
	struct page *page = BPF_CORE_READ(rq, bio, bi_io_vec, bv_page);
	struct address_space *space;
	unsigned long head, mapping;

	key->kind = FILE_UNKNOWN;
	if (!page)
		return NULL;
	head = BPF_CORE_READ(page, compound_head);
	if (head & 1)
		page = (struct page *)(head - 1);
	mapping = (unsigned long)BPF_CORE_READ(page, mapping);
	if (mapping && !(mapping & PAGE_FLAGS)) {
		space = (void *)mapping;
		key->kind = FILE_NAMED;
		return BPF_CORE_READ(space, host);
	}
	if (bpf_core_enum_value_exists(enum req_flag_bits, __REQ_SWAP) &&
	    BPF_CORE_READ(rq, cmd_flags) >> bpf_core_enum_value(enum req_flag_bits, __REQ_SWAP) & 1) {
		key->kind = FILE_SWAP;
		return NULL;
	}
	key->kind = FILE_DIRECT;
	return inode_of_call();
}

/* Before 5.16 a request had the disk itself. */
struct request___old {
	struct gendisk *rq_disk;
} CORE;

static __always_inline struct gendisk *disk_of(struct request *rq)
{
	struct request___old *old = (void *)rq;

	if (bpf_core_field_exists(struct request_queue, disk))
		return BPF_CORE_READ(rq, q, disk);
	return BPF_CORE_READ(old, rq_disk);
}

static __always_inline void name_file(struct io *io, struct inode___named *inode)
{
	struct hlist_node___entry *entry = BPF_CORE_READ(inode, i_dentry.first);
	struct dentry *dentry, *parent;
	int i;

	io->deleted = BPF_CORE_READ(inode, i_nlink) == 0;
	if (!entry)
		return;
	dentry = (void *)entry - bpf_core_field_offset(struct dentry, d_u.d_alias);
	for (i = 0; i < PARTS; i++) {
		parent = BPF_CORE_READ(dentry, d_parent);
		if (!parent || parent == dentry)
			break;
		bpf_probe_read_kernel_str(io->parts[i], PART_BYTES, BPF_CORE_READ(dentry, d_name.name));
		io->depth = i + 1;
		dentry = parent;
	}
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issued, struct request *rq)
{
	struct started started = {};
	struct key *key = &started.key;
	struct gendisk *disk;
	struct inode *inode;
	struct io *io, *made;
	__u64 address = (__u64)rq;
	__u32 zero = 0;
	void *table;

	key->op = BPF_CORE_READ(rq, cmd_flags) & OP_MASK;
	if (key->op > 1 || !BPF_CORE_READ(rq, bio))
		return 0; /* neither read nor write */
	disk = disk_of(rq);
	if (disk)
		key->disk = BPF_CORE_READ(disk, major) << MINOR_BITS | BPF_CORE_READ(disk, first_minor);
	inode = inode_of(rq, key);
	if (inode) {
		key->ino = BPF_CORE_READ(inode, i_ino);
		key->fs = BPF_CORE_READ(inode, i_sb, s_dev);
		if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) == S_IFBLK) {
			key->fs = BPF_CORE_READ(inode, i_rdev);
			if (key->kind == FILE_NAMED)
				key->kind = FILE_META;
		}
	} else if (key->kind == FILE_DIRECT) {
		key->kind = FILE_UNKNOWN;
	}
	key->tgid = bpf_get_current_pid_tgid() >> 32;
	table = config.epoch & 1 ? (void *)&files_odd : (void *)&files_even;
	io = bpf_map_lookup_elem(table, key);
	if (!io) {
		made = bpf_map_lookup_elem(&fresh, &zero);
		if (!made)
			return 0;
		__builtin_memset(made, 0, sizeof(*made));
		bpf_get_current_comm(made->comm, sizeof(made->comm));
		if (inode && key->kind != FILE_META)
			name_file(made, (void *)inode);
		bpf_map_update_elem(table, key, made, BPF_NOEXIST);
		io = bpf_map_lookup_elem(table, key);
		if (!io) {
			count_lost();
			return 0;
		}
	}
	__sync_fetch_and_add(&io->ops, 1);
	__sync_fetch_and_add(&io->bytes, BPF_CORE_READ(rq, __data_len));
	started.at_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&requests, &address, &started, BPF_ANY))
		count_lost();
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(completed, struct request *rq)
{
	__u64 address = (__u64)rq, ns;
	struct started *started = bpf_map_lookup_elem(&requests, &address);
	struct io *io;

	if (!started)
		return 0;
	ns = bpf_ktime_get_ns() - started->at_ns;
	/* it was begun in this interval or in the one before */
	io = bpf_map_lookup_elem(config.epoch & 1 ? (void *)&files_odd : (void *)&files_even, &started->key);
	if (!io)
		io = bpf_map_lookup_elem(config.epoch & 1 ? (void *)&files_even : (void *)&files_odd, &started->key);
	if (io) {
		__sync_fetch_and_add(&io->ns, ns);
		if (ns > io->max_ns)
			io->max_ns = ns;
	}
	bpf_map_delete_elem(&requests, &address);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
