/* SPDX-License-Identifier: MIT OR GPL-2.0
 * Pages, who waits for one of a file, and mappings of processes. */
#ifndef PROBETOP_MEMORY_H
#define PROBETOP_MEMORY_H

#include "file.h"
#include "list.h"

struct page {
	struct address_space *mapping;
	unsigned long compound_head;
} CORE;
/* From 5.16 on; before, a page in the same place. */
struct folio {
	struct address_space *mapping;
} CORE;
struct wait_page_queue {
	struct wait_queue_entry wait;
} CORE;

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	struct file *vm_file;
} CORE;
struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;
} CORE;

#endif
