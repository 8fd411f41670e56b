/* Known work for the emulated machine, and what its kernel itself says of it.
 *   work direct FILE read|write N BYTES   N operations past the cache
 *   work touch FILE N                     touches N pages of a mapping of it, each for the first time
 *   work tcp 4|6 OUT IN MS                a session over loopback: the client sends OUT bytes, waits, gets IN bytes
 *                                         back; prints port, server's and client's process id
 *   work refused                          connects to a port where nobody listens
 *   work bursts N MS                      N times busy for MS milliseconds, and asleep for as long
 *   work life COMMAND...                  runs it; prints process id, switches, ns on CPU, ns waited for a CPU, runs
 *   work throttled GROUP COMMAND...       runs it in the control group with this folder; prints, before the same, how long
 *                                         that had no quota, us
 *   work on CPU COMMAND...               runs it on this CPU only
 *   work in GROUP COMMAND...             runs it in the control group with this folder
 *   work over FILE TARGET COMMAND...      runs it where FILE is in the place of TARGET
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void check(int bad, const char *what)
{
	if (!bad)
		return;
	perror(what);
	exit(1);
}

static int direct(const char *path, const char *way, long n, long bytes)
{
	int fd = open(path, O_RDWR | O_DIRECT);
	void *buffer;

	check(fd < 0, path);
	check(posix_memalign(&buffer, 4096, bytes), "memory");
	memset(buffer, 0, bytes);
	for (long i = 0; i < n; i++)
		check((*way == 'r' ? pread : (ssize_t (*)(int, void *, size_t, off_t))pwrite)(fd, buffer, bytes, i * bytes) != bytes, way);
	return 0;
}

static int touch(const char *path, long n)
{
	int fd = open(path, O_RDONLY);
	volatile char *mapped;

	check(fd < 0, path);
	mapped = mmap(NULL, n * 4096, PROT_READ, MAP_SHARED, fd, 0);
	check(mapped == MAP_FAILED || madvise((void *)mapped, n * 4096, MADV_RANDOM), "map");
	for (long i = 0; i < n; i++)
		mapped[i * 4096];
	return 0;
}

static void send_bytes(int fd, long bytes)
{
	static char buffer[65536];

	while (bytes > 0) {
		ssize_t sent = write(fd, buffer, bytes < (long)sizeof(buffer) ? bytes : (long)sizeof(buffer));

		check(sent <= 0, "write");
		bytes -= sent;
	}
}

static void drain(int fd)
{
	static char buffer[65536];

	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
}

static int tcp(int version, long out, long in, long ms)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr *address = version == 4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
	socklen_t length = version == 4 ? sizeof(v4) : sizeof(v6);
	int listener = socket(address->sa_family, SOCK_STREAM, 0), fd;
	pid_t client;

	check(bind(listener, address, length) || listen(listener, 1), "listen");
	check(getsockname(listener, address, &length), "name");
	client = fork();
	if (client == 0) {
		close(listener);
		fd = socket(address->sa_family, SOCK_STREAM, 0);
		check(connect(fd, address, length), "connect");
		send_bytes(fd, out);
		usleep(ms * 1000);
		shutdown(fd, SHUT_WR);
		drain(fd);
		exit(0);
	}
	fd = accept(listener, NULL, NULL);
	close(listener);
	drain(fd);
	send_bytes(fd, in);
	close(fd);
	wait(NULL);
	printf("%d %d %d\n", ntohs(version == 4 ? v4.sin_port : v6.sin6_port), getpid(), client);
	return 0;
}

static int refused(void)
{
	struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&nobody, sizeof(nobody)) == 0;
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int bursts(long n, long ms)
{
	for (long i = 0; i < n; i++) {
		for (long long end = now_ns() + ms * 1000000; now_ns() < end;)
			;
		usleep(ms * 1000);
	}
	return 0;
}

/* The number behind a word in a file, or the first one. */
static long long number_in(const char *path, const char *word)
{
	char text[4096] = "", *at;
	int fd;

	fd = open(path, O_RDONLY);
	check(fd < 0 || read(fd, text, sizeof(text) - 1) < 0, path);
	close(fd);
	at = strstr(text, word);
	return at ? atoll(at + strlen(word)) : -1;
}

/* The same, of a process. */
static long long number(pid_t pid, const char *file, const char *word)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	return number_in(path, word);
}

static void enter_group(const char *group)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	fd = open(path, O_WRONLY);
	check(fd < 0 || write(fd, "0", 1) != 1, path);
	close(fd);
}

static int life(const char *group, char **command)
{
	pid_t pid = fork();
	long long oncpu = 0, waited = 0, runs = 0;
	char path[256];
	siginfo_t info;
	FILE *stat;

	if (pid == 0) {
		if (group)
			enter_group(group);
		execvp(command[0], command);
		_exit(127);
	}
	/* not reaped yet: the kernel still knows all about it, and its last switch is over after a while */
	check(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), "wait");
	if (group) {
		/* At once: the queue of a thread that ends while the quota is used up is empty, but 6.12 takes it for throttled
		 * until the next period, and adds that when it begins. */
		snprintf(path, sizeof(path), "%s/cpu.stat", group);
		printf("%lld\n", number_in(path, "throttled_usec "));
	}
	usleep(20000);
	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	stat = fopen(path, "r");
	check(!stat || fscanf(stat, "%lld %lld %lld", &oncpu, &waited, &runs) != 3, path);
	printf("%d %lld %lld %lld %lld\n", pid,
	       number(pid, "status", "\nvoluntary_ctxt_switches:") + number(pid, "status", "nonvoluntary_ctxt_switches:"),
	       oncpu, waited, runs);
	return wait(NULL) != pid;
}

static int on(int cpu, char **command)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check(sched_setaffinity(0, sizeof(set), &set), "affinity");
	execvp(command[0], command);
	return 127;
}

static int in(const char *group, char **command)
{
	enter_group(group);
	execvp(command[0], command);
	return 127;
}

static int over(const char *file, const char *target, char **command)
{
	check(unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "unshare");
	check(mount(file, target, NULL, MS_BIND, NULL), target);
	execvp(command[0], command);
	return 127;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "direct") && argc == 6)
		return direct(argv[2], argv[3], atol(argv[4]), atol(argv[5]));
	if (!strcmp(what, "touch") && argc == 4)
		return touch(argv[2], atol(argv[3]));
	if (!strcmp(what, "tcp") && argc == 6)
		return tcp(atoi(argv[2]), atol(argv[3]), atol(argv[4]), atol(argv[5]));
	if (!strcmp(what, "refused"))
		return refused();
	if (!strcmp(what, "bursts") && argc == 4)
		return bursts(atol(argv[2]), atol(argv[3]));
	if (!strcmp(what, "life") && argc > 2)
		return life(NULL, argv + 2);
	if (!strcmp(what, "throttled") && argc > 3)
		return life(argv[2], argv + 3);
	if (!strcmp(what, "on") && argc > 3)
		return on(atoi(argv[2]), argv + 3);
	if (!strcmp(what, "in") && argc > 3)
		return in(argv[2], argv + 3);
	if (!strcmp(what, "over") && argc > 4)
		return over(argv[2], argv[3], argv + 4);
	fprintf(stderr, "unknown work: %s\n", what);
	return 2;
}
