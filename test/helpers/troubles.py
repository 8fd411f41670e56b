# troubles.py WHAT: does what a verdict is about until it is killed, in a network namespace of its own (`net`), or on the
# disk and with the processes there are. Prints a line once it is under way.
import ctypes, fcntl, os, signal, socket, struct, subprocess, sys, threading, time

LOOPBACK = '127.0.0.1'
kept = []


def again(seconds, what):
    def run():
        while True:
            what()
            time.sleep(seconds)

    threading.Thread(target=run, daemon=True).start()


def listening(queue, handle=None):
    server = socket.socket()
    server.bind((LOOPBACK, 0))
    server.listen(queue)
    kept.append(server)
    if handle:

        def run():
            while True:
                end, _ = server.accept()
                handle(end)

        threading.Thread(target=run, daemon=True).start()
    return server.getsockname()[1]


def connect(port, *options):
    end = socket.socket()
    for option in options:
        end.setsockopt(*option)
    try:
        end.connect((LOOPBACK, port))
    except OSError:
        end.close()
        return None
    return end


def nft(*rules):
    text = 'add table ip t\nadd chain ip t in { type filter hook input priority 0; }\n'
    subprocess.run(['nft', '-f', '-'], input=text + ''.join(f'add rule ip t in {rule}\n' for rule in rules), text=True, check=True)


def lossy():
    def read_all(end):
        threading.Thread(target=lambda: [None for _ in iter(lambda: end.recv(65536), b'')], daemon=True).start()

    port = listening(10, read_all)
    ends = [connect(port) for _ in range(4)]
    # only what carries data: a lost handshake would be another trouble
    again(0.01, lambda: [end.send(b'x' * 1000) for end in ends])
    return f'tcp dport {port} meta length > 500 numgen random mod 10 < 3 drop'


def refused():
    def knock():
        for _ in range(3):
            connect(1)

    again(0.2, knock)


def reset():
    linger = struct.pack('ii', 1, 0)

    def slam(end):
        end.recv(1)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        end.close()

    port = listening(10, slam)

    def ask():
        end = connect(port)
        end.send(b'x')
        try:
            end.recv(1)
        except ConnectionResetError:
            pass
        end.close()

    again(0.2, ask)


def timeouts():
    port = listening(10)
    for _ in range(4):
        again(0, lambda: connect(port, (socket.IPPROTO_TCP, socket.TCP_SYNCNT, 1)))
    return f'tcp dport {port} drop'


def unaccepted():
    port = listening(10)
    kept.extend(connect(port) for _ in range(8))


def overflowing():
    port = listening(1)
    knocking = []

    def knock():
        end = socket.socket()
        end.setblocking(False)
        end.connect_ex((LOOPBACK, port))
        knocking.append(end)
        del knocking[:-200]

    again(0.1, knock)


def unread():
    port = listening(10, kept.append)
    end = connect(port)
    threading.Thread(target=lambda: end.sendall(b'x' * (64 << 20)), daemon=True).start()


def broken():
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    segment = struct.pack('>HHIIBBHHH', 9, 9, 0, 0, 0x50, 2, 0, 0xBAD, 0)
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40, 0, 0, 64, 6, 0, socket.inet_aton(LOOPBACK), socket.inet_aton(LOOPBACK))
    again(0.2, lambda: raw.sendto(head + segment, (LOOPBACK, 0)))


def datagrams():
    full = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    full.bind((LOOPBACK, 0))
    kept.append(full)
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    again(0.1, lambda: out.sendto(b'x' * 100, full.getsockname()))


FRAME = b'\xff' * 6 + b'\x02' * 6 + b'\x88\xb5' + b'x' * 1400


def interface():
    tap = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(tap, 0x400454CA, struct.pack('16sH22x', b'slow0', 0x1002))  # TUNSETIFF: IFF_TAP | IFF_NO_PI
    subprocess.run(['ip', 'link', 'set', 'slow0', 'txqueuelen', '10', 'up'], check=True)
    set_speed(b'slow0', 10)
    return tap


def slow_link():
    """An interface of 10 Mbit/s that is nearly full one way, and whose other end nobody reads."""
    tap = interface()
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind(('slow0', 0x88B5))
    out.setblocking(False)

    def send():
        try:
            out.send(FRAME)
        except OSError:
            pass

    again(0.05, send)
    # what comes in is counted as received
    again(0.012, lambda: [os.write(tap, FRAME) for _ in range(12)])


def set_speed(name, mbit):
    """ETHTOOL_SLINKSETTINGS, without link modes as a tap has none."""
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def ask(settings):
        buffer = ctypes.create_string_buffer(settings, len(settings) + 256)
        fcntl.ioctl(control, 0x8946, struct.pack('16sP16x', name, ctypes.addressof(buffer)))
        return buffer.raw

    head = struct.Struct('=IIBBBBBBBbBBBB')
    # asked without words, the kernel says how many it has of each mask
    words = -head.unpack_from(ask(struct.pack('=I44x', 0x4C)))[9]
    settings = struct.pack('=IIBBBBBBBbBBBB', 0x4D, mbit, 1, 0, 0, 0, 0, 0, 0, words, 0, 0, 0, 0) + bytes(28 + 12 * words)
    ask(settings)


def net():
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    nft(timeouts(), lossy())
    for trouble in (refused, reset, unaccepted, overflowing, unread, broken, datagrams, slow_link):
        trouble()


def served():
    """The same kinds of work, none of it too much."""
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)

    def read_all(end):
        threading.Thread(target=lambda: [time.sleep(0.2) for _ in iter(lambda: end.recv(65536), b'')], daemon=True).start()

    port = listening(10, read_all)
    ends = [connect(port) for _ in range(4)]
    nft(f'tcp dport {port} meta length > 500 numgen random mod 500 < 1 drop')
    again(0.01, lambda: [end.send(b'x' * 1000) for end in ends])
    again(3, lambda: connect(1))
    waiting = listening(10)
    kept.extend(connect(waiting) for _ in range(5))
    inbox = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    inbox.bind((LOOPBACK, 0))
    again(0, lambda: inbox.recv(100))
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    again(0.01, lambda: out.sendto(b'x' * 100, inbox.getsockname()))
    tap = interface()
    reader = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
    reader.bind(('slow0', 0x88B5))
    again(0, lambda: reader.recv(2000))
    again(0.02, lambda: [os.write(tap, FRAME) for _ in range(6)])


def crowd():
    """More than one CPU can do: twelve that never stop."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for _ in range(11):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            break
    print('under way', flush=True)
    # whoever watches may be killed
    end = time.monotonic() + 60
    while time.monotonic() < end:
        pass
    sys.exit()


def packets():
    """A flood of datagrams that a long list of rules goes through, on one CPU."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.nice(-20)
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    nft(*[f'udp dport {port} udp sport 1 drop' for port in range(20_000, 24_000)])
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    threading.Thread(target=lambda: [out.sendto(b'x', (LOOPBACK, 9)) for _ in iter(int, 1)], daemon=True).start()


def queue():
    """More than a queue of 1 Mbit/s takes."""
    subprocess.run('ip link set lo up; tc qdisc add dev lo root tbf rate 1mbit burst 2kb limit 3kb', shell=True, check=True)
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send():
        try:
            out.sendto(b'x' * 1000, (LOOPBACK, 9))
        except OSError:
            pass

    again(0.002, send)


def zombies():
    for _ in range(25):
        if os.fork() == 0:
            os._exit(0)


def execs():
    again(0.01, lambda: os.waitpid(os.posix_spawn('/bin/true', ['/bin/true'], {}), 0))


def opens():
    def open_many():
        for _ in range(50):
            os.close(os.open('/etc/hosts', os.O_RDONLY))
            try:
                os.open('/nonexistent', os.O_RDONLY)
            except FileNotFoundError:
                pass

    again(0.01, open_many)


def swap():
    """More memory than its group may have, all of it used again and again."""
    memory = bytearray(104 << 20)

    def touch():
        for at in range(0, len(memory), 4096):
            memory[at] = (memory[at] + 1) & 0xFF

    again(0, touch)


def full():
    """A file system that has no room; argv[2] is where."""
    full = open(os.path.join(sys.argv[2], 'full'), 'wb', buffering=0)

    def write():
        try:
            full.write(b'x' * 65536)
        except OSError:
            pass

    again(0.02, write)


globals()[sys.argv[1]]()
print('under way', flush=True)
while True:
    time.sleep(60)
