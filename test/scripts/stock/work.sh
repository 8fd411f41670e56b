# More work, of a machine that is ours alone: memory of a group that is swapped, processes of one that are killed, another
# file system, a disk of several. Read by ../work.sh.

# runs the rest in a group of that name
within() {
  (echo "$BASHPID" >"/sys/fs/cgroup/$1/cgroup.procs" && shift && exec "$@")
}
swapped() {
  mkdir -p /sys/fs/cgroup/swapped
  echo 24M >/sys/fs/cgroup/swapped/memory.max
  while sleep 0.2; do
    within swapped perl -e '$x = "x" x (32 << 20); for ($i = 0; $i < length $x; $i += 4096) { $s += ord substr $x, $i, 1 }'
  done
}
killed() {
  mkdir -p /sys/fs/cgroup/killed
  echo 16M >/sys/fs/cgroup/killed/memory.max
  echo 0 >/sys/fs/cgroup/killed/memory.swap.max
  while sleep 0.2; do within killed perl -e '$x = "x" x (64 << 20)'; done
}
systems() {
  while sleep 0.2; do
    for folder in /xfs /md; do
      dd if=/dev/zero of=$folder/data bs=64k count=8 conv=fsync
      dd if=$folder/data of=/dev/null bs=64k iflag=direct
    done
  done
}
swapped & killed & systems &
