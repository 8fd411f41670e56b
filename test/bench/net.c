/* TCP over loopback, of a known amount, for the bench.
 *   net connections N TIMES  N times connect, accept, close; prints the nanoseconds one took, in the best of so many
 *                            batches
 *   net transfer MIB         prints the nanoseconds of wall and of CPU time (both ends) one MiB took
 *   net sessions N MS        N connections (2 N sessions, as both ends are here), held for MS milliseconds; prints
 *                            a line once they are there
 * Each in a network namespace of its own, so that neither ports nor TIME_WAIT of one run meet another.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK (64 * 1024)

static struct sockaddr_in address = { .sin_family = AF_INET };

static void need(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long cpu_ns(int who)
{
	struct rusage used;

	getrusage(who, &used);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000LL +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000LL;
}

static void own_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	need(unshare(CLONE_NEWNET) == 0, "a network namespace");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	need(ioctl(fd, SIOCSIFFLAGS, &request) == 0, "loopback");
	close(fd);
}

static int listener(int backlog)
{
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_port = 0;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	need(bind(fd, (void *)&address, length) == 0 && listen(fd, backlog) == 0, "listen");
	getsockname(fd, (void *)&address, &length);
	return fd;
}

static int connected(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	need(fd >= 0 && connect(fd, (void *)&address, sizeof(address)) == 0, "connect");
	return fd;
}

static long long batch(long n)
{
	int server = listener(16);
	long long start = now_ns();

	for (long i = 0; i < n; i++) {
		int there = connected(), here = accept(server, NULL, NULL);

		close(there);
		close(here);
	}
	close(server);
	return now_ns() - start;
}

static void connections(long n, long times)
{
	long long best = batch(n), ns;

	while (--times > 0)
		if ((ns = batch(n)) < best)
			best = ns;
	printf("%.1f\n", best / (double)n);
}

static void transfer(long mib)
{
	static char chunk[CHUNK];
	int server = listener(1);
	long long left = mib * 1024 * 1024, start = now_ns();
	ssize_t sent;

	if (fork() == 0) {
		int fd = accept(server, NULL, NULL);

		while (read(fd, chunk, sizeof(chunk)) > 0)
			;
		exit(0);
	}
	int fd = connected();

	while (left > 0) {
		sent = write(fd, chunk, left < CHUNK ? left : CHUNK);
		need(sent > 0, "write");
		left -= sent;
	}
	close(fd);
	wait(NULL);
	printf("%.1f %.1f\n", (now_ns() - start) / (double)mib,
	       (cpu_ns(RUSAGE_SELF) + cpu_ns(RUSAGE_CHILDREN)) / (double)mib);
}

static void sessions(long n, long ms)
{
	struct rlimit files = { 2 * n + 64, 2 * n + 64 };
	struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };
	int server;

	need(setrlimit(RLIMIT_NOFILE, &files) == 0, "open files");
	server = listener(16);
	for (long i = 0; i < n; i++) {
		connected();
		need(accept(server, NULL, NULL) >= 0, "accept");
	}
	puts("ready");
	fflush(stdout);
	nanosleep(&pause, NULL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long n = argc > 2 ? atol(argv[2]) : 0;

	own_network();
	if (!strcmp(what, "connections")) {
		connections(n, argc > 3 ? atol(argv[3]) : 1);
	} else if (!strcmp(what, "transfer")) {
		transfer(n);
	} else if (!strcmp(what, "sessions") && argc > 3) {
		sessions(n, atol(argv[3]));
	} else {
		fprintf(stderr, "unknown work: %s\n", what);
		return 2;
	}
	return 0;
}
