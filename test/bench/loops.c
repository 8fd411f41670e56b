/* Work of a known amount, for tests and the bench: prints the nanoseconds one round took.
 *   loops getppid N          N system calls
 *   loops pingpong N [CPU]   N round trips over two pipes between two processes on that CPU, or CPU 0; says on stderr how
 *                            often these were switched out
 *   loops pingthreads N [D]  the same between two threads, D functions deep, once a byte came on stdin
 *   loops forks N            N processes that end at once, one after the other
 *   loops fail N             N failing calls: close(-1), EBADF
 *   loops sleep N MS         N sleeps of MS milliseconds
 *   loops spin MS            busy for MS milliseconds of wall time
 *   loops spinners N MS      N processes on CPU 0, all busy for MS milliseconds of wall time
 *   loops threads N MS       N threads that sleep, for MS milliseconds; prints a line once they are there
 *   loops wakers N MS        the same, but each is awake for a moment every 0.9 s, and none ends before all are there
 *   loops spawns N           N threads that do nothing, one after the other; says on stderr how often all were switched out
 *   loops execs N            N short sleeps, and another thread then runs this program in place of both; says on stderr how
 *                            often the first was switched out until then
 *   loops racers N MS        the same, but they are busy, all on CPU 0
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static void spin_until(long long end)
{
	while (now_ns() < end)
		;
}

static void *sleeper(void *ms)
{
	pause_ms((long)ms);
	return NULL;
}

static volatile int are_there;

static void *waker(void *ms)
{
	for (long left = (long)ms; left > 0; left -= are_there ? 900 : 0)
		pause_ms(900);
	return NULL;
}

static void *racer(void *ms)
{
	pin(0);
	spin_until(now_ns() + (long)ms * 1000000LL);
	return NULL;
}

struct ends {
	int from, to;
	long n;
	int first;
	long depth;
};

static void *play(void *arg)
{
	struct ends *ends = arg;
	char byte = 0;

	for (long i = 0; i < ends->n; i++) {
		if (ends->first && write(ends->to, &byte, 1) != 1)
			exit(1);
		if (read(ends->from, &byte, 1) != 1)
			exit(1);
		if (!ends->first && write(ends->to, &byte, 1) != 1)
			exit(1);
	}
	return NULL;
}

static __attribute__((noinline)) void *deeper(void *arg)
{
	struct ends *ends = arg;
	void *volatile result;

	result = ends->depth-- > 0 ? deeper(ends) : play(ends);
	return result;
}

static void pingthreads(long n, long depth)
{
	int there[2], back[2];
	pthread_t thread;

	if (pipe(there) || pipe(back))
		exit(1);
	struct ends one = { back[0], there[1], n, 1, depth }, two = { there[0], back[1], n, 0, depth };

	if (pthread_create(&thread, NULL, deeper, &two))
		exit(1);
	deeper(&one);
	pthread_join(thread, NULL);
}

static long switches_of(int who)
{
	struct rusage used;

	getrusage(who, &used);
	return used.ru_nvcsw + used.ru_nivcsw;
}

static void pingpong(long n, int cpu)
{
	int there[2], back[2];
	char byte = 0;

	pin(cpu);
	if (pipe(there) || pipe(back))
		exit(1);
	if (fork() == 0) {
		for (long i = 0; i < n; i++)
			if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1)
				exit(1);
		exit(0);
	}
	for (long i = 0; i < n; i++)
		if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
			exit(1);
	wait(NULL);
	fprintf(stderr, "%ld\n", switches_of(RUSAGE_SELF) + switches_of(RUSAGE_CHILDREN));
}

static void *nothing(void *arg)
{
	return arg;
}

static void spawns(long n)
{
	pthread_t thread;

	for (long i = 0; i < n; i++)
		if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
			exit(1);
	fprintf(stderr, "%ld\n", switches_of(RUSAGE_SELF));
}

static void *replace(void *arg)
{
	execl("/proc/self/exe", "loops", "getppid", "1", NULL);
	return arg;
}

static void execs(long n)
{
	struct timespec t = { .tv_nsec = 10000 };
	pthread_t thread;

	for (long i = 0; i < n; i++)
		nanosleep(&t, NULL);
	fprintf(stderr, "%ld\n", switches_of(RUSAGE_THREAD));
	pthread_create(&thread, NULL, replace, NULL);
	pthread_join(thread, NULL);
	exit(1);
}

static void forks(long n)
{
	for (long i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		if (child < 0 || waitpid(child, NULL, 0) != child)
			exit(1);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long n = argc > 2 ? atol(argv[2]) : 0, ms = argc > 3 ? atol(argv[3]) : 0;
	long long start = now_ns();

	if (!strcmp(what, "getppid")) {
		for (long i = 0; i < n; i++)
			syscall(SYS_getppid);
	} else if (!strcmp(what, "fail")) {
		for (long i = 0; i < n; i++)
			close(-1);
	} else if (!strcmp(what, "pingpong")) {
		pingpong(n, ms);
	} else if (!strcmp(what, "forks")) {
		forks(n);
	} else if (!strcmp(what, "execs")) {
		execs(n);
	} else if (!strcmp(what, "spawns")) {
		spawns(n);
	} else if (!strcmp(what, "pingthreads")) {
		char byte;

		pin(0);
		if (read(0, &byte, 1) != 1)
			return 1;
		start = now_ns();
		pingthreads(n, ms);
	} else if (!strcmp(what, "sleep")) {
		for (long i = 0; i < n; i++)
			pause_ms(ms);
	} else if (!strcmp(what, "spin")) {
		spin_until(start + n * 1000000LL);
	} else if (!strcmp(what, "spinners")) {
		pin(0);
		for (long i = 0; i < n; i++) {
			if (fork() == 0) {
				spin_until(start + ms * 1000000LL);
				exit(0);
			}
		}
		while (wait(NULL) > 0)
			;
	} else if (!strcmp(what, "threads") || !strcmp(what, "wakers") || !strcmp(what, "racers")) {
		pthread_attr_t small;
		pthread_t thread;

		pthread_attr_init(&small);
		pthread_attr_setstacksize(&small, 64 * 1024);
		for (long i = 0; i < n; i++)
			if (pthread_create(&thread, &small, *what == 't' ? sleeper : *what == 'w' ? waker : racer, (void *)ms))
				return 1;
		are_there = 1;
		puts("ready");
		fflush(stdout);
		pause_ms(ms);
	} else {
		fprintf(stderr, "unknown work: %s\n", what);
		return 2;
	}
	printf("%.1f\n", (now_ns() - start) / (double)(n > 0 ? n : 1));
	return 0;
}
