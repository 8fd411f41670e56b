/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The kernel's lists, trees and queues of waiters, as far as programs follow them. */
#ifndef PROBETOP_LIST_H
#define PROBETOP_LIST_H

#include "probetop.h"

struct list_head {
	struct list_head *next;
	struct list_head *prev;
} CORE;
struct hlist_node {
	struct hlist_node *next;
} CORE;
struct hlist_head {
	struct hlist_node *first;
} CORE;

struct rb_node {
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} CORE;
struct rb_root {
	struct rb_node *rb_node;
} CORE;
struct rb_root_cached {
	struct rb_root rb_root;
} CORE;

struct wait_queue_head {
	struct list_head head;
} CORE;
struct wait_queue_entry {
	void *private; /* the thread */
	struct list_head entry;
} CORE;

#endif
