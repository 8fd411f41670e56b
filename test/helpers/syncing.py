# syncing.py DIR: what its lines ask for, in files of DIR; prints what each took, by its own clock, as JSON.
#   own N BYTES: writes so many bytes N times, each time with fsync
#   others MB: a process of its own writes so much and has it written back, without waiting; then one fsync that has nothing
#     to write but a change of the file's owner
#   holes N: makes a file of so many pieces
#   handle: a process of its own cuts that file off, which is one change; then such a fsync, and how long from its beginning
#     on the other one went on
#   changes N: a process of its own makes so many empty files; then such a fsync
# syncing.py --slow FILE MB MS WHAT: a file system with nothing in it but FILE, so large, of which each fsync, read or write
# (WHAT) takes MS (FUSE); `ready`.
import ctypes, json, os, struct, subprocess, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)


def timed_fsync(fd):
    began = time.monotonic()
    os.fsync(fd)
    return time.monotonic() - began


def child(code, *words):
    process = subprocess.Popen([sys.executable, '-c', code, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


WRITES = '''
import ctypes, os, sys
fd = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR | os.O_TRUNC)
for _ in range(int(sys.argv[2])):
    os.write(fd, os.urandom(1 << 20))
ctypes.CDLL(None).sync_file_range(fd, ctypes.c_int64(0), ctypes.c_int64(0), 2)
print(flush=True)
sys.stdin.read()
'''
CUTS = '''
import os, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
print(flush=True)
os.ftruncate(fd, 0)
print(time.monotonic(), flush=True)
sys.stdin.read()
'''
CHANGES = '''
import sys
for i in range(int(sys.argv[2])):
    open(f'{sys.argv[1]}{i}', 'w').close()
print(flush=True)
sys.stdin.read()
'''


def serve(folder):
    fd = os.open(os.path.join(folder, 'wal'), os.O_CREAT | os.O_RDWR)
    for line in sys.stdin:
        what, *words = line.split()
        other, times, held = None, [], 0
        if what == 'own':
            for _ in range(int(words[0])):
                os.write(fd, b'x' * int(words[1]))
                times.append(timed_fsync(fd))
        elif what == 'holes':
            holes = os.open(os.path.join(folder, 'holes'), os.O_CREAT | os.O_RDWR)
            for i in range(int(words[0])):
                os.pwrite(holes, b'x', i << 13)
            times.append(timed_fsync(holes))
            os.close(holes)
        elif what == 'handle':
            other = child(CUTS, os.path.join(folder, 'holes'))
            time.sleep(0.05)
            os.fchown(fd, round(time.monotonic()), -1)
            began = time.monotonic()
            times.append(timed_fsync(fd))
            held = float(other.stdout.readline()) - began
        else:
            code, name = (WRITES, 'big') if what == 'others' else (CHANGES, 'f')
            other = child(code, os.path.join(folder, name), words[0])
            os.fchown(fd, round(time.monotonic()), -1)
            times.append(timed_fsync(fd))
        print(json.dumps({'ms': 1000 * sum(times), 'worstMs': 1000 * max(times), 'other': other.pid if other else 0, 'heldMs': 1000 * held}), flush=True)
        if other:
            other.kill()
            other.wait()


def slow(path, size, delay, slow_one):
    data = os.open(path + '.data', os.O_CREAT | os.O_RDWR | os.O_TRUNC)
    os.ftruncate(data, size)
    open(path, 'w').close()
    fuse = os.open('/dev/fuse', os.O_RDWR)
    options = f'fd={fuse},rootmode=100644,user_id=0,group_id=0,allow_other'.encode()
    if libc.mount(b'slow', path.encode(), b'fuse', 6, options):
        raise OSError(ctypes.get_errno(), 'mount')
    attr = struct.pack('<6Q10I', 1, size, size // 512, 0, 0, 0, 0, 0, 0, 0o100644, 1, 0, 0, 0, 4096, 0)

    def answer(unique, body=b'', error=0):
        os.write(fuse, struct.pack('<IiQ', 16 + len(body), -error, unique) + body)

    def read(unique, request):
        offset, count = struct.unpack_from('<QI', request, 48)
        answer(unique, os.pread(data, count, offset))

    def write(unique, request):
        offset, count = struct.unpack_from('<QI', request, 48)
        answer(unique, struct.pack('<2I', os.pwrite(data, request[80 : 80 + count], offset), 0))

    def later(serve, *words):
        time.sleep(delay)
        serve(*words)

    operations = {15: ('read', read), 16: ('write', write), 20: ('fsync', lambda unique, _: answer(unique))}

    print('ready', flush=True)
    while True:
        try:
            request = os.read(fuse, 1 << 21)
        except OSError:
            return
        _, what, unique = struct.unpack_from('<IIQ', request)
        if what == 26:
            answer(unique, struct.pack('<4I2H2I2H8I', 7, 31, 1 << 17, 0x21, 12, 9, 1 << 17, 1, 32, 0, *[0] * 8))
        elif what in (3, 4):
            answer(unique, struct.pack('<Q2I', 1, 0, 0) + attr)
        elif what == 14:
            answer(unique, struct.pack('<Q2I', 1, 0, 0))
        elif what in operations:
            name, serve = operations[what]
            if name == slow_one:
                threading.Thread(target=later, args=(serve, unique, request)).start()
            else:
                serve(unique, request)
        elif what == 17:
            answer(unique, bytes(80))
        elif what in (18, 25, 38):
            answer(unique)
        elif what not in (2, 36, 42):
            answer(unique, error=38)


if sys.argv[1] == '--slow':
    slow(sys.argv[2], int(sys.argv[3]) << 20, float(sys.argv[4]) / 1000, sys.argv[5])
else:
    serve(sys.argv[1])
