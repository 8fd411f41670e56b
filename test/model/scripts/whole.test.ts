// Whole scripts, of kinds that people write: the plan that is made of each, and what its panel has.
import test from 'ava'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { goldenValue } from '../../helpers/golden.ts'

const SCRIPTS: Record<string, string> = {
  opensnoop: `#!/usr/bin/env bpftrace
/*
 * opensnoop.bt\tTrace open() syscalls.
 *
 * USAGE: opensnoop.bt
 */
BEGIN
{
  printf("Tracing open syscalls... Hit Ctrl-C to end.\\n");
  printf("%-6s %-16s %4s %3s %s\\n", "PID", "COMM", "FD", "ERR", "PATH");
}
tracepoint:syscalls:sys_enter_open,
tracepoint:syscalls:sys_enter_openat
{
  @filename[tid] = args.filename;
}
tracepoint:syscalls:sys_exit_open,
tracepoint:syscalls:sys_exit_openat
/@filename[tid]/
{
  $ret = args.ret;
  $fd = $ret >= 0 ? $ret : -1;
  $errno = $ret >= 0 ? 0 : - $ret;
  printf("%-6d %-16s %4d %3d %s\\n", pid, comm, $fd, $errno, str(@filename[tid]));
  delete(@filename[tid]);
}
END { clear(@filename); }`,
  slow: `BEGIN { printf("%s %-8s %-8s %-16s %-7s %s\\n", "TIME(s)", "TID", "CPU", "COMM", "LAT(ms)", "DISK"); }
kprobe:vfs_fsync { @start[tid] = nsecs; }
kretprobe:vfs_fsync /@start[tid]/ {
  $ms = (nsecs - @start[tid]) / 1000000;
  if ($ms > 10) { printf("%u %-8d %-8s %-16s %-7i %s %d extra\\n", elapsed / 1e9, tid, comm, comm, $ms, @disk[arg0], 100); }
}`,
  times: `tracepoint:a:b { time("%H:%M:%S "); printf("%5d%%  %s\\t", pid, comm); join(args->argv); }
tracepoint:a:c { time(); print((comm, tid, nsecs)); printf("no line end %d", cpu); }`,
  capitals: `BEGIN { printf("PID  NAME(x) SIZE(kb)\\n"); printf("not Capitals\\n"); printf("%d rows\\n", 5); printf("\\n"); }
tracepoint:a:b { printf("%d %s %ld %s\\n", pid, comm, args->size, ustack); printf("  \\n"); }
tracepoint:a:c { printf("only words here\\n"); printf("%d\\n", pid); }`,
  sentences: `tracepoint:a:b { printf("process %d is %s\\n", pid, comm); }`,
  values: `// unit: ms
// sort: -n/s
// area: files
// include: @one, @lat, @by
tracepoint:a:b { @one = count(); @two = sum(args->bytes); @lat = lhist(arg0, 0, 100, 10); @by[comm, kstack] = stats(arg1); @left[1] = count(); }`,
  averages: `k:a { @avg[pid, comm] = avg(args->len); @least = min(arg1); @most[cpu] = max(arg2); @last = arg3; @text[tid] = comm; }
interval:s:5 { print(@last); print(@text, 5); print(@avg); clear(@avg); zero(@avg); }
END { print(@most); clear(@last); }`,
  kept: `k:a { @who[tid] = comm; @path[tid] = str(arg1); @cpu[tid] = cpu; @odd[tid] = arg2 * 2; }
k:b { @n[@who[tid], @path[tid]] = count(); @m[@cpu[tid], @odd[tid], "a"] = sum(1); @p[(pid, @who[tid])]++; }`,
  pcp: `// name: tcplife, with lifespans
// include: @us
// table-retain-lines: 10
// columns: A, B ,, C
// version: 0.17
// how-to-read: long ones
//    are rare
// not a key
BEGIN { }
k:tcp_set_state { @us[ntop(arg0), arg1] = hist(nsecs / 1000); printf("%s %s %s %s\\n", comm, comm, comm, comm); }`,
  measured: `k:a { @a = hist(nsecs - @s[tid]); @usecs = sum(1); @size = sum(1); @total_kb[comm] = sum(1);
  @reads += args->bytes; @b = hist(elapsed / 2); @ = count(); @sectors = sum(args->nr_sector); @ratio = sum(args->bytes / 2); }`,
}

for (const [name, text] of Object.entries(SCRIPTS))
  test(name, (t) => {
    const plan = planOf({ name, text, taken: () => false })
    goldenValue(t, `scripts/${name}`, { plan: { ...plan, text: undefined }, spec: specOfScript(plan) })
  })
