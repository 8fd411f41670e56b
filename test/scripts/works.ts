// What each script that comes with probetop is to see: a command of bash in a folder of its own, run again and again
// while the script is watched. And of those that cannot run on some kernels or machines, which hook they lack there.

const SPIN = 'for i in 1 2 3; do timeout 0.5 sh -c "while :; do :; done" & done; wait'
const DISK =
  'dd if=/dev/urandom of=data bs=64k count=64 conv=fsync; dd if=/dev/zero of=direct bs=64k count=8 oflag=direct; sync data'
const python = (code: string): string => `/usr/bin/python3 -c '${code}'`
const CONNECT = python(
  'import socket, time\ns = socket.create_server(("127.0.0.1", 0)); c = [socket.create_connection(s.getsockname()) for _ in range(3)]; d, _ = s.accept(); c[0].send(b"x"); d.recv(1); time.sleep(0.1)',
)
// nobody accepts: from the third on the first packet is dropped, and sent again after a second
const UNANSWERED = python(
  'import socket, time\nfull = socket.create_server(("127.0.0.1", 0), backlog=0); c = [socket.socket() for _ in range(4)]\nfor s in c: s.setblocking(False); s.connect_ex(full.getsockname())\ntime.sleep(1.5)',
)
const UDP = python(
  'import socket\nr = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); r.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304); r.bind(("127.0.0.1", 0))\nw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nfor _ in range(50): w.sendto(b"x" * 500, r.getsockname())\nr.recv(500); w.sendto(b"x", ("127.0.0.1", 9))',
)
const JAVA = `cat > G.java <<'J'
public class G { public static void main(String[] a) throws Exception { while (true) { System.gc(); Thread.sleep(50); } } }
J
for java in /usr/lib/jvm/*/bin/java; do timeout 20 $java -Xmx32m G.java; done`
const POSTGRES = `chmod 777 .; server=$(ls -d /usr/lib/postgresql/*/bin | tail -1); as="setpriv --reuid=65534 --regid=65534 --clear-groups"
[ -d db ] || $as $server/initdb -D $PWD/db --no-sync -A trust
echo 'select pg_sleep(0.05);' | $as $server/postgres --single -D $PWD/db postgres`

export const WORKS: Readonly<Record<string, string>> = {
  backlog: CONNECT,
  biosnoop: DISK,
  biostacks: DISK,
  bitesize: DISK,
  capable: 'chroot / true',
  cpudist: SPIN,
  cpuwalk: SPIN,
  faults: 'ls -la /proc',
  filefaults: python(
    'import mmap\nopen("m", "wb").write(b"x" * 4000000)\nm = mmap.mmap(open("m", "r+b").fileno(), 0)\nm[0], m[3000000]',
  ),
  filelife: 'touch made; sleep 0.02; rm made',
  futexes: python(
    'import threading, time\nl = threading.Lock()\ndef f():\n  for _ in range(20):\n    with l: time.sleep(0.002)\nt = [threading.Thread(target=f) for _ in range(4)]\n[x.start() for x in t]; [x.join() for x in t]',
  ),
  growth: python('x = [bytearray(3 << 20) for _ in range(5)]; y = [bytes(1000) for _ in range(9999)]'),
  java: JAVA,
  locks: python(
    'import threading, mmap\ndef f():\n  for _ in range(3000): mmap.mmap(-1, 8192).close()\nt = [threading.Thread(target=f) for _ in range(6)]\n[x.start() for x in t]; [x.join() for x in t]',
  ),
  malloc: 'ls /',
  migrations: SPIN,
  // of a machine that is ours alone: one that nothing needs any more is taken out and loaded again
  modules:
    '[ -e /modules/raid0.ko ] || exit; umount /md; mdadm --stop /dev/md0; rmmod raid0; insmod /modules/raid0.ko; sleep 0.1',
  netdrops: UDP,
  newexecs: 'cp /bin/true ./t$RANDOM && ./t*; rm -f ./t*',
  newtasks: '(true) & wait',
  opensnoop: 'cat /etc/hosts /nonexistent',
  pagecache: DISK,
  privileges: 'setpriv --reuid=65534 true',
  profile: SPIN,
  python: python('import gc\nfor _ in range(20): gc.collect()'),
  runqlen: SPIN,
  seeks: DISK,
  signals: 'sleep 5 & kill $!; wait',
  slowfs: 'dd if=/dev/urandom of=slow bs=1M count=24 conv=fsync',
  slowqueries: POSTGRES,
  sockbufs: UDP,
  syncs: DISK,
  tcpaccept: CONNECT,
  tcpconnect: CONNECT,
  tcpretrans: UNANSWERED,
  timers: 'sleep 0.01',
  udp: UDP,
  wakeups: 'sleep 0.01 | sleep 0.02',
  writeback: `${DISK}; sync`,
}

/** Arguments with which it sees that. */
export const ARGUMENTS: Readonly<Record<string, readonly string[]>> = { slowfs: ['1'], slowqueries: ['10'] }

/** Nothing here makes them see anything: a guest, a module, no memory left. */
export const UNSEEN: readonly string[] = ['kvmexits', 'modules', 'oom']

/** On some kernels and machines: without kprobes, a PMU, modules, KVM; before 5.17, 5.19 or 6.12; without such programs. */
export const LACKING: readonly string[] = [
  ...['dcache', 'hwcounters', 'modules', 'kvmexits'],
  ...['netdrops', 'pagecache', 'locks', 'capable', 'filefaults', 'udp'],
  ...['java', 'node', 'python', 'slowqueries'],
]
