// The one binding to libbpf.so.1, through koffi: what of it is called, and its errors. Loading is in object.ts, maps in
// map.ts, the kernel's types in btf.ts. Errors are BpfError with the step and errno; libbpf's own words go to stderr.
import koffi from 'koffi'

export class BpfError extends Error {
  readonly errno: number
  constructor(step: string, errno: number) {
    super(`${step}: ${errnoText(errno)}`)
    this.errno = errno
  }
}

const errnoText = (errno: number): string =>
  Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`

export type Pointer = object | bigint | null

const bind = () => {
  const lib = koffi.load('libbpf.so.1')
  // both as in libbpf.h; of the union only the first member, the map whose elements are walked
  const iterOptions = koffi.struct({ size: 'size_t', linkInfo: 'const uint32_t *', linkInfoLength: 'uint32_t' })
  // of libbpf.h's as much as is used; from 0.8 on
  const functionOptions = koffi.struct({
    size: 'size_t',
    counter: 'size_t',
    cookie: 'uint64_t',
    isReturn: 'bool',
    symbol: 'const char *',
  })
  return {
    open: lib.func('void *bpf_object__open_file(const char *path, const void *opts)'),
    load: lib.func('int bpf_object__load(void *obj)'),
    close: lib.func('void bpf_object__close(void *obj)'),
    nextProgram: lib.func('void *bpf_object__next_program(void *obj, void *prog)'),
    programName: lib.func('const char *bpf_program__name(void *prog)'),
    programSection: lib.func('const char *bpf_program__section_name(void *prog)'),
    setAutoload: lib.func('int bpf_program__set_autoload(void *prog, bool autoload)'),
    setPrint: lib.func('void *libbpf_set_print(void *print)'),
    objectInfo: lib.func('int bpf_obj_get_info_by_fd(int fd, void *info, uint32_t *size)'),
    programFd: lib.func('int bpf_program__fd(void *prog)'),
    attach: lib.func('void *bpf_program__attach(void *prog)'),
    attachIter: lib.func('bpf_program__attach_iter', 'void *', ['void *', koffi.pointer(iterOptions)]),
    attachPerfEvent: lib.func('void *bpf_program__attach_perf_event(void *prog, int event_fd)'),
    attachFunction: lib.func('bpf_program__attach_uprobe_opts', 'void *', [
      'void *',
      'int',
      'const char *',
      'size_t',
      koffi.pointer(functionOptions),
    ]),
    destroyLink: lib.func('int bpf_link__destroy(void *link)'),
    linkFd: lib.func('int bpf_link__fd(void *link)'),
    iterCreate: lib.func('int bpf_iter_create(int link_fd)'),
    findMap: lib.func('void *bpf_object__find_map_by_name(void *obj, const char *name)'),
    mapFd: lib.func('int bpf_map__fd(void *map)'),
    setMaxEntries: lib.func('int bpf_map__set_max_entries(void *map, uint32_t entries)'),
    setValue: lib.func('int bpf_map__set_initial_value(void *map, const void *value, size_t size)'),
    keySize: lib.func('uint32_t bpf_map__key_size(void *map)'),
    valueSize: lib.func('uint32_t bpf_map__value_size(void *map)'),
    maxEntries: lib.func('uint32_t bpf_map__max_entries(void *map)'),
    mapType: lib.func('int bpf_map__type(void *map)'),
    lookup: lib.func('int bpf_map_lookup_elem(int fd, const void *key, void *value)'),
    update: lib.func('int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)'),
    remove: lib.func('int bpf_map_delete_elem(int fd, const void *key)'),
    lookupBatch: lib.func(
      'int bpf_map_lookup_batch(int fd, void *in, void *out, void *keys, void *values, uint32_t *count, const void *opts)',
    ),
    drainBatch: lib.func(
      'int bpf_map_lookup_and_delete_batch(int fd, void *in, void *out, void *keys, void *values, uint32_t *count, const void *opts)',
    ),
    openRawTracepoint: lib.func('int bpf_raw_tracepoint_open(const char *name, int program)'),
    enableStats: lib.func('int bpf_enable_stats(int type)'),
    possibleCpus: lib.func('int libbpf_num_possible_cpus()'),
    version: lib.func('const char *libbpf_version_string()'),
    loadVmlinuxBtf: lib.func('void *btf__load_vmlinux_btf()'),
    loadModuleBtf: lib.func('void *btf__load_module_btf(const char *module, void *kernel)'),
    freeBtf: lib.func('void btf__free(void *btf)'),
    objectBtf: lib.func('void *bpf_object__btf(void *obj)'),
    parseBtf: lib.func('void *btf__parse(const char *path, void *extension)'),
    btfName: lib.func('const char *btf__name_by_offset(void *btf, uint32_t offset)'),
    btfSize: lib.func('int64_t btf__resolve_size(void *btf, uint32_t id)'),
    findBtf: lib.func('int btf__find_by_name_kind(void *btf, const char *name, uint32_t kind)'),
    btfType: lib.func('void *btf__type_by_id(void *btf, uint32_t id)'),
    // of the C library, which libbpf is linked to
    mmap: lib.func('void *mmap(void *at, size_t bytes, int protection, int flags, int fd, int64_t offset)'),
    munmap: lib.func('int munmap(void *at, size_t bytes)'),
    clockStep: lib.func('int clock_getres(int clock, void *step)'),
    readProcess: lib.func(
      'int64_t process_vm_readv(int pid, const void *local, unsigned long locals, const void *remote, unsigned long remotes, unsigned long flags)',
    ),
  }
}

let bound: ReturnType<typeof bind> | undefined
/** Throws when libbpf.so.1 is not installed. */
export const libbpf = () => (bound ??= bind())

export const libbpfVersion = (): string => libbpf().version()
export const possibleCpus = (): number => libbpf().possibleCpus()
