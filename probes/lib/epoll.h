/* SPDX-License-Identifier: MIT OR GPL-2.0
 * The kernel's sets of descriptors that epoll waits for. */
#ifndef PROBETOP_EPOLL_H
#define PROBETOP_EPOLL_H

#include "file.h"
#include "list.h"

struct epoll_filefd {
	struct file *file;
	int fd;
} CORE;
struct epitem {
	struct rb_node rbn;
	struct epoll_filefd ffd;
} CORE;
struct eventpoll {
	struct rb_root_cached rbr;
	struct file *file;
} CORE;

#endif
