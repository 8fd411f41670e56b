/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The file that an uninterruptible thread waits for where no descriptor tells: in a page fault, msync(), sync().
 *
 * The kernel keeps it nowhere but on the stack of the thread: who waits for a page of the page cache has an entry in a
 * queue there, with the page beside it; a fault has a record with the mapping. The stack of a thread that sleeps is
 * looked through for them, word by word. What was left there by earlier calls is told apart: an entry in a queue is
 * linked with its neighbour, a file has the pages that say so, a fault's address lies in its mapping.
 * Of msync() the address is an argument, and the kernel finds its mapping. Who waits for a file system in user space (FUSE)
 * has its entry in the queue of one request to that. */
#ifndef PROBETOP_WAITS_FILES_H
#define PROBETOP_WAITS_FILES_H

#include "bpf.h"
#include "file_names.h"
#include "memory.h"
#include "waits_fuse.h"
#include "waits_record.h"

/* Where a file is known from. */
enum waited_by { BY_NOTHING, BY_PAGE, BY_FAULT, BY_ADDRESS, BY_REQUEST };

struct waited_file {
	__u32 tid;
	enum waited_by how;
	__u64 ino;
	__u32 fs; /* device of the file system */
	__u32 is_meta;
	__u32 deleted;
	__u32 depth;
	char parts[PARTS][PART_BYTES]; /* innermost first */
};

#define CHUNK_WORDS 16 /* a thread's registers, at the end, are more */
#define WORDS 512

struct kept_stack {
	__u64 task;
	__u64 mm;
	__u64 sp;
	__u64 count; /* of words that were read */
	__u64 words[WORDS];
	struct waited_file file;
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct kept_stack);
} kept_stack SEC(".maps");

static __always_inline struct kept_stack *kept(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&kept_stack, &zero);
}

static __always_inline int note_file(struct kept_stack *s, struct inode *inode, __u32 how)
{
	__u32 type;

	if (!inode || BPF_CORE_READ(inode, i_data.host) != inode)
		return 0;
	type = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	s->file.is_meta = type == S_IFBLK;
	s->file.fs = type == S_IFBLK ? BPF_CORE_READ(inode, i_rdev) : BPF_CORE_READ(inode, i_sb, s_dev);
	s->file.ino = BPF_CORE_READ(inode, i_ino);
	s->file.how = how;
	if (!s->file.is_meta)
		name_file(s->file.parts, &s->file.depth, &s->file.deleted, inode);
	return 1;
}

/* `at`: where on the stack a word is this very thread; `page` is what would be in the entry's record then. Both are global,
 * as the verifier looks at such functions once, not again for each word. */
__noinline int find_page(__u64 at, __u64 page)
{
	__u64 entry = at - bpf_core_field_offset(struct wait_queue_entry, private) +
		      bpf_core_field_offset(struct wait_queue_entry, entry);
	struct list_head *linked = (void *)entry;
	struct address_space *mapping;
	struct kept_stack *s = kept();
	struct inode *inode;

	if (!s || (__u64)BPF_CORE_READ(linked, next, prev) != entry)
		return 0;
	mapping = bpf_core_field_exists(struct folio, mapping) ? BPF_CORE_READ((struct folio *)page, mapping) :
								 BPF_CORE_READ((struct page *)page, mapping);
	inode = inode_of_pages(mapping);
	/* of a fault and msync() the file says more than blocks of the file system that it needs */
	return note_file(s, inode, BY_PAGE) && !s->file.is_meta;
}

/* `at`: as before. The device of the file system is all that is said of it. */
__noinline int find_request(__u64 at)
{
	__u64 entry = at - bpf_core_field_offset(struct wait_queue_entry, private) +
		      bpf_core_field_offset(struct wait_queue_entry, entry);
	struct kept_stack *s = kept();
	__u32 dev = fuse_of_request(entry);

	if (!s || !dev)
		return 0;
	s->file.fs = dev;
	s->file.how = BY_REQUEST;
	return 1;
}

__noinline int find_fault(__u64 mapping, __u64 address)
{
	struct vm_area_struct *vma = (void *)mapping;
	struct kept_stack *s = kept();

	if (!s || !s->mm || (__u64)BPF_CORE_READ(vma, vm_mm) != s->mm || BPF_CORE_READ(vma, vm_start) > address ||
	    BPF_CORE_READ(vma, vm_end) <= address)
		return 0;
	return note_file(s, BPF_CORE_READ(vma, vm_file, f_inode), BY_FAULT);
}

static long find_mapping(struct task_struct *task, struct vm_area_struct *vma, void *unused)
{
	struct kept_stack *s = kept();

	if (s)
		note_file(s, BPF_CORE_READ(vma, vm_file, f_inode), BY_ADDRESS);
	return 0;
}

#define KERNEL_BIT (1ULL << 63)
#define PAGE_OFFSET_BITS 0xfffULL

/* Of the entry's record, from its beginning, in words; and where the fault's address is. */
#define THREAD_AT ((bpf_core_field_offset(struct wait_page_queue, wait) + bpf_core_field_offset(struct wait_queue_entry, private)) / 8)
#define ADDRESS_AT (bpf_core_field_offset(struct vm_fault, address) / 8)

/* One of the words that were read, within bounds for the verifier, which does not follow what the compiler makes of it. */
static __always_inline __u64 word_at(struct kept_stack *s, __u64 index)
{
	asm volatile("" : "+r"(index));
	return index < WORDS ? s->words[index] : 0;
}

/* Of the word at that index: 1 once the file is known. Global for the same reason. */
__noinline int find_at(__u64 sp, __u64 index)
{
	struct kept_stack *s = kept();
	__u64 word, address;

	if (!s)
		return 0;
	word = word_at(s, index);
	if (word == s->task && (find_page(sp + index * 8, word_at(s, index - THREAD_AT)) || find_request(sp + index * 8)))
		return 1;
	address = word_at(s, index + ADDRESS_AT);
	if (word & KERNEL_BIT && address && !(address & (KERNEL_BIT | PAGE_OFFSET_BITS)) && (!s->file.how || s->file.is_meta))
		find_fault(word, address);
	return 0;
}

__noinline int find_on_stack(__u64 sp)
{
	struct kept_stack *s = kept();

	if (!s || !bpf_core_type_exists(struct wait_page_queue) || !bpf_core_type_exists(struct vm_fault))
		return 0;
	for (int i = 0; i < WORDS && i < s->count; i++)
		if (find_at(sp, i))
			return 1;
	return 0;
}

static __always_inline void write_waited_file(struct seq_file *seq, struct task_struct *task, struct wait *w, bool by_address)
{
	struct kept_stack *s = kept();

	if (!s)
		return;
	s->task = (__u64)task;
	s->mm = (__u64)BPF_CORE_READ(task, mm);
	if (bpf_core_field_exists(task->thread.sp))
		s->sp = BPF_CORE_READ(task, thread.sp);
	else
		s->sp = BPF_CORE_READ(task, thread.cpu_context.sp);
	__builtin_memset(&s->file, 0, sizeof(s->file));
	s->count = 0;
	for (int i = 0; i < WORDS; i += CHUNK_WORDS) {
		/* behind its end there is nothing */
		if (bpf_probe_read_kernel(s->words + i, CHUNK_WORDS * 8, (void *)s->sp + i * 8))
			break;
		s->count = i + CHUNK_WORDS;
	}
	find_on_stack(s->sp);
	if (by_address && (s->file.how != BY_PAGE || s->file.is_meta)) {
		if (s->file.how == BY_FAULT)
			s->file.how = BY_NOTHING;
		if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_find_vma))
			bpf_find_vma(task, w->args[0], find_mapping, NULL, 0);
	}
	if (!s->file.how)
		return;
	s->file.tid = w->tid | WAITED;
	bpf_seq_write(seq, &s->file, sizeof(s->file));
}

/* So that its layout is known to user space. */
const struct waited_file *waited_file_layout __attribute__((unused));

#endif
