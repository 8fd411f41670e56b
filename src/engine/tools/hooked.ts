// Whether a program has attached something to the kernel, by what it holds open: links of BPF, or events of perf.
import { readdirSync, readlinkSync } from 'node:fs'
import { orElse } from '../../source/proc-stat.ts'

const HOOK = /^anon_inode:(bpf_link|bpf-raw-tracepoint|\[?perf_event\]?)/

export const isHooked = (pid: number, proc = '/proc'): boolean =>
  orElse(false, () =>
    readdirSync(`${proc}/${pid}/fd`).some((fd) => HOOK.test(orElse('', () => readlinkSync(`${proc}/${pid}/fd/${fd}`)))),
  )
