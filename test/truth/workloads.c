/* Work whose truth is known without us: to the program that does it (clocks read around each call), and to the kernel's
 * own accounting (schedstat, rusage), read when the process has ended.
 *
 *   workloads CPU PROCESSES WORK COUNT [AMOUNT]     CPU -1: any
 *     spin MS                 busy for MS milliseconds of clock time
 *     nanosleep N US          N waits of US microseconds; so do futex and poll (whole milliseconds)
 *     direct N FILE           N reads of 1 MiB past the page cache, from a file it makes and removes
 *     getsid N               N system calls
 *     errors N                N failing calls of each: close EBADF, kill EINVAL, readlink ENOENT, number 500 ENOSYS
 *     numbers N               N calls of each of the numbers 480 to 511, which fail: ENOSYS
 *     threads N CALLS         N threads, few at a time, each calls getsid CALLS times
 *
 * Prints the process ids, waits until each process could read a byte of standard input (its end will do), and in the
 * end prints a line of JSON for each. wall, cpu, wait and off are of the work alone; life* of the process as a whole. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (1 << 20)
#define BLOCKS 32
#define STACK 65536
#define KEPT 10000
#define AT_ONCE 128

struct result {
	long long wall, cpu, wait;
	long count;
	long long took[KEPT];
};

struct schedstat {
	long long cpu, wait, slices;
};

static long long clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static struct schedstat schedstat_of(const char *who)
{
	struct schedstat stat = {};
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", who);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%lld %lld %lld", &stat.cpu, &stat.wait, &stat.slices) != 3)
		fail(path);
	fclose(file);
	return stat;
}

static void spin(long ms)
{
	long long end = clock_ns(CLOCK_MONOTONIC) + ms * 1000000LL;

	while (clock_ns(CLOCK_MONOTONIC) < end)
		;
}

static void wait_once(const char *how, long us)
{
	struct timespec t = { us / 1000000, us % 1000000 * 1000 };
	int word = 0;

	if (!strcmp(how, "nanosleep"))
		nanosleep(&t, NULL);
	else if (!strcmp(how, "futex"))
		syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &t, NULL, 0);
	else
		poll(NULL, 0, us / 1000);
}

static void read_once(int fd, char *buffer, long i)
{
	if (pread(fd, buffer, BLOCK, i % BLOCKS * BLOCK) != BLOCK)
		fail("read");
}

static void make_file(const char *path)
{
	char *buffer = calloc(1, BLOCK);
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (fd < 0)
		fail(path);
	for (long i = 0; i < BLOCKS; i++)
		if (write(fd, buffer, BLOCK) != BLOCK)
			fail(path);
	if (fsync(fd))
		fail(path);
	close(fd);
	free(buffer);
}

static void *call_and_end(void *calls)
{
	for (long i = 0; i < (long)calls; i++)
		syscall(SYS_getsid, 0);
	return NULL;
}

static void threads(long n, long calls)
{
	pthread_t made[AT_ONCE];
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (long left = n; left > 0; left -= AT_ONCE) {
		long some = left < AT_ONCE ? left : AT_ONCE;

		for (long i = 0; i < some; i++)
			if (pthread_create(&made[i], &attr, call_and_end, (void *)calls))
				fail("thread");
		for (long i = 0; i < some; i++)
			pthread_join(made[i], NULL);
	}
}

static void work(struct result *result, const char *what, long n, const char *amount)
{
	long some = amount ? atol(amount) : 0;
	int fd = -1;
	char *buffer = NULL, byte;

	if (!strcmp(what, "spin"))
		return spin(n);
	if (!strcmp(what, "threads"))
		return threads(n, some);
	if (!strcmp(what, "direct")) {
		fd = open(amount, O_RDONLY | O_DIRECT);
		if (fd < 0 || posix_memalign((void **)&buffer, 4096, BLOCK))
			fail(amount);
	}
	for (long i = 0; i < n; i++) {
		long long start = clock_ns(CLOCK_MONOTONIC);

		if (!strcmp(what, "getsid")) {
			syscall(SYS_getsid, 0);
			continue;
		}
		if (!strcmp(what, "errors")) {
			close(-1);
			kill(0, 1000);
			readlink("", &byte, 1);
			syscall(500, 0, 0, 0, 0, 0, 0);
			continue;
		}
		if (!strcmp(what, "numbers")) {
			for (long number = 480; number < 512; number++)
				syscall(number, 0, 0, 0, 0, 0, 0);
			continue;
		}
		if (fd >= 0)
			read_once(fd, buffer, i);
		else
			wait_once(what, some);
		if (result->count < KEPT)
			result->took[result->count++] = clock_ns(CLOCK_MONOTONIC) - start;
	}
}

static void child(struct result *result, const char *what, long n, const char *amount)
{
	struct schedstat before, after;
	char byte;

	if (read(0, &byte, 1) < 0)
		fail("standard input");
	before = schedstat_of("thread-self");
	result->wall = -clock_ns(CLOCK_MONOTONIC);
	result->cpu = -clock_ns(CLOCK_THREAD_CPUTIME_ID);
	work(result, what, n, amount);
	result->cpu += clock_ns(CLOCK_THREAD_CPUTIME_ID);
	result->wall += clock_ns(CLOCK_MONOTONIC);
	after = schedstat_of("thread-self");
	result->wait = after.wait - before.wait;
}

static void report(pid_t pid, const struct result *result)
{
	struct schedstat life;
	struct rusage usage;
	siginfo_t info;
	char who[16];
	int status;

	/* ended and not yet gone: its numbers will not change any more */
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		fail("wait");
	snprintf(who, sizeof(who), "%d", pid);
	life = schedstat_of(who);
	if (wait4(pid, &status, 0, &usage) != pid || status)
		exit(1);
	printf("{\"pid\":%d,\"wallNs\":%lld,\"cpuNs\":%lld,\"waitNs\":%lld,\"offNs\":%lld,"
	       "\"lifeCpuNs\":%lld,\"lifeWaitNs\":%lld,\"lifeSlices\":%lld,\"switches\":%ld,\"tookNs\":[",
	       pid, result->wall, result->cpu, result->wait, result->wall - result->cpu - result->wait,
	       life.cpu, life.wait, life.slices, usage.ru_nvcsw + usage.ru_nivcsw);
	for (long i = 0; i < result->count; i++)
		printf("%s%lld", i ? "," : "", result->took[i]);
	printf("]}\n");
}

int main(int argc, char **argv)
{
	int cpu, processes;
	struct result *results;
	pid_t *pids;
	cpu_set_t set;

	if (argc < 5) {
		fprintf(stderr, "usage: workloads CPU PROCESSES WORK COUNT [AMOUNT]\n");
		return 2;
	}
	cpu = atoi(argv[1]);
	processes = atoi(argv[2]);
	results = mmap(NULL, processes * sizeof(*results), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pids = calloc(processes, sizeof(*pids));
	if (results == MAP_FAILED || !pids)
		fail("memory");
	if (!strcmp(argv[3], "direct"))
		make_file(argv[5]);
	for (int i = 0; i < processes; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			fail("fork");
		if (pids[i] > 0)
			continue;
		if (cpu >= 0) {
			CPU_ZERO(&set);
			CPU_SET(cpu, &set);
			sched_setaffinity(0, sizeof(set), &set);
		}
		child(&results[i], argv[3], atol(argv[4]), argv[5]);
		_exit(0);
	}
	for (int i = 0; i < processes; i++)
		printf("%d%c", pids[i], i < processes - 1 ? ' ' : '\n');
	fflush(stdout);
	for (int i = 0; i < processes; i++)
		report(pids[i], &results[i]);
	if (!strcmp(argv[3], "direct"))
		unlink(argv[5]);
	return 0;
}
