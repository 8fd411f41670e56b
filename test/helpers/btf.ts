// A kernel without some hook, faked: its type information (BTF) under another name. What loads programs finds hooks by
// their names there, so it sees a kernel that never had them.

/** Tracepoints by name, iterators as `iter/task`. Throws when there is nothing to take away. */
export const withoutHooks = (btf: Buffer, hooks: readonly string[]): Buffer => {
  const doctored = Buffer.from(btf)
  for (const hook of hooks) {
    const name = hook.startsWith('iter/') ? `bpf_iter_${hook.slice('iter/'.length)}` : `btf_trace_${hook}`
    const at = doctored.indexOf(`\0${name}\0`)
    if (at < 0) throw new Error(`this kernel has no hook ${hook}`)
    doctored.write('X', at + 1)
  }
  return doctored
}
