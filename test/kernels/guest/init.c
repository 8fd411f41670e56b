/* The first process of the emulated machine: mounts what the engine reads, brings up the loopback interface and a disk
 * that answers after a known time, runs node with its own arguments, and powers off. Prints to the second
 * serial port; the first is the kernel's. */
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void mount_at(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL))
		perror(where);
}

static void insert(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY);

	/* built into the kernel where there is no file */
	if (fd >= 0 && syscall(SYS_finit_module, fd, parameters, 0))
		perror(path);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (ioctl(fd, SIOCSIFFLAGS, &request))
		perror("lo");
	close(fd);
}

int main(int argc, char **argv)
{
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	mount_at("tmpfs", "/tmp");
	if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL))
		perror("cgroup2");
	int out = open("/dev/ttyS1", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(out, fd);
	insert("/modules/configfs.ko", "");
	insert("/modules/null_blk.ko", "nr_devices=1 queue_mode=2 irqmode=2 completion_nsec=" COMPLETION_NS);
	loopback_up();
	setenv("PATH", "/bin", 1);
	setenv("HOME", "/tmp", 1);
	pid_t started = fork();

	if (started == 0) {
		char *words[] = { "/bin/node", "/probetop/main.js", argc > 1 ? argv[1] : NULL, argc > 2 ? argv[2] : NULL, NULL };

		execv(words[0], words);
		perror(words[0]);
		_exit(127);
	}
	/* whoever has lost its parent is a child of ours, too */
	for (pid_t ended = 0; ended >= 0 && ended != started;)
		ended = wait(NULL);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
