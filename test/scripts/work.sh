#!/bin/bash
# Something for every tool that bpftrace brings along to see, again and again until its group is ended. `work.sh FOLDER`
# writes there; `work.sh FOLDER MORE` reads more work from that file.
folder=$1
cd "$folder" || exit 1
case $(uname -m) in x86_64) nanosleep=35 setuid=105 ;; *) nanosleep=101 setuid=146 ;; esac

files() {
  while sleep 0.1; do
    ls "$folder" /nonexistent
    stat / /nonexistent
    dd if=/dev/zero of=data bs=64k count=16 conv=fsync
    dd if=/dev/zero of=direct bs=64k count=8 oflag=direct
    sync
  done
}
# a signal, a sleep, a change of user (to whom it is)
calls() {
  perl -e "my \$t = pack('qq', 0, 100000000); while (1) { kill 0, \$\$; syscall($nanosleep, \$t, 0); syscall($setuid, \$< + 0) }"
}
names() {
  while sleep 0.1; do
    getent ahosts localhost
    python3 -c 'import threading, socket
t = threading.Thread(target=lambda: None); t.start(); t.join()
socket.getaddrinfo("localhost", 80)
a, b = socket.socketpair(); a.send(b"x"); b.recv(1)
s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); d, _ = s.accept(); c.send(b"x"); d.recv(1)
u = socket.socket(); u.settimeout(0.1); u.connect_ex(("127.0.0.1", 9))'
  done
}
# nobody accepts: from the third on the first packet is dropped, and sent again after a second
unanswered() {
  while sleep 0.1; do
    python3 -c 'import socket, time
full = socket.socket(); full.bind(("127.0.0.1", 0)); full.listen(0)
for _ in range(4): globals()[f"c{_}"] = c = socket.socket(); c.setblocking(False); c.connect_ex(full.getsockname())
time.sleep(1.5)'
  done
}
ssl() {
  port=$((20000 + $$ % 20000))
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost
  openssl s_server -quiet -www -accept "$port" -key key.pem -cert cert.pem &
  while sleep 0.1; do printf 'GET / HTTP/1.0\r\n\r\n' | timeout 2 openssl s_client -quiet -ign_eof -connect "127.0.0.1:$port"; done
}
typed() {
  while sleep 0.3; do echo true; done | bash --norc --noprofile -i
}
(
  files & calls & names & unanswered & ssl & typed &
  [ -n "$2" ] && . "$2"
  wait
) </dev/null >/dev/null 2>&1
