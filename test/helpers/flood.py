# flood.py SECONDS LISTENERS: packets through the loopback device as fast as they go, each looked at by so many sockets as
# it is received, which takes time in softirqs. Prints the length of the kernel's tick in ns, and how many packets.
import socket
import sys
import time

MONOTONIC_COARSE = 6
IP = 0x800

listeners = []
for _ in range(int(sys.argv[2])):
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(IP))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    listener.bind(("lo", IP))
    listeners.append(listener)
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.connect(receiver.getsockname())
end = time.monotonic() + float(sys.argv[1])
packets = 0
while time.monotonic() < end:
    for _ in range(10):
        sender.send(b"x")
        packets += 1
print(round(time.clock_getres(MONOTONIC_COARSE) * 1e9), packets)
