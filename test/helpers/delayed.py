# delayed.py MS N: two network namespaces between which each packet takes MS. One end connects to the other N times and asks
# once each time; prints port and mean times of connect() and until the first byte of the answer, by its own clock, as JSON,
# and keeps the last session until standard input ends.
import ctypes, fcntl, heapq, json, os, select, socket, struct, subprocess, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET, TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x40000000, 0x400454CA, 1, 0x1000
delay, times = float(sys.argv[1]) / 1000, int(sys.argv[2])


def namespace(address):
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'unshare')
    tun = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack('16sH', b'tun0', IFF_TUN | IFF_NO_PI))
    for words in (['addr', 'add', address + '/24', 'dev', 'tun0'], ['link', 'set', 'tun0', 'up'], ['link', 'set', 'lo', 'up']):
        subprocess.run(['ip', *words], check=True)
    return tun, os.open('/proc/thread-self/ns/net', os.O_RDONLY)


def enter(place):
    if libc.setns(place, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'setns')


def carry(a, b):
    other, waiting, count = {a: b, b: a}, [], 0
    while True:
        wait = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        for tun in select.select([a, b], [], [], wait)[0]:
            count += 1
            heapq.heappush(waiting, (time.monotonic() + delay, count, other[tun], os.read(tun, 65536)))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, to, packet = heapq.heappop(waiting)
            os.write(to, packet)


def serve(listener):
    while True:
        end, _ = listener.accept()
        if end.recv(100):
            end.sendall(b'a')
        kept.append(end)


kept, connects, firsts = [], [], []
tun_b, place_b = namespace('10.250.7.2')
listener = socket.socket()
listener.bind(('10.250.7.2', 0))
listener.listen(64)
tun_a, place_a = namespace('10.250.7.1')
threading.Thread(target=carry, args=(tun_a, tun_b), daemon=True).start()
threading.Thread(target=serve, args=(listener,), daemon=True).start()
print('ready', flush=True)
sys.stdin.readline()
for _ in range(times):
    client = socket.socket()
    began = time.monotonic()
    client.connect(listener.getsockname())
    connected = time.monotonic()
    client.sendall(b'q')
    client.recv(1)
    firsts.append(time.monotonic() - connected)
    connects.append(connected - began)
    kept.append(client)
print(json.dumps({'port': listener.getsockname()[1], 'connect': sum(connects) / times, 'first': sum(firsts) / times}), flush=True)
sys.stdin.read()
