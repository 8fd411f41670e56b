// The engine with a bpftrace that is killed.
import { existsSync, readFileSync } from 'node:fs'
import { bpfTest } from '../helpers/bpf.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { start } from './starting.ts'

const children = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

bpfTest(
  'a killed bpftrace is told within two seconds and started again; it dies with the engine',
  async (t) => {
    const { child, status, statuses, samples } = start(t, 'sched,execsnoop', '--interval', '1000')
    await until(() => status('execsnoop') === 'live')
    const [bpftrace] = children(child.pid!)
    const killedMs = performance.now()
    process.kill(bpftrace!, 'SIGKILL')
    await until(() => status('execsnoop') === 'failed')
    t.true(performance.now() - killedMs < 2000)
    t.like(statuses('execsnoop').at(-1), { is: 'failed', why: 'bpftrace was killed by SIGKILL', retryMs: 1000 })
    const before = samples('sched').length
    await until(() => status('execsnoop') === 'live')
    t.true(samples('sched').length > before)
    const [again] = children(child.pid!)
    t.not(again, bpftrace)
    child.kill('SIGKILL')
    await child
    await until(() => !isAlive(again!) || !existsSync(`/proc/${again}/exe`), 5000)
  },
  ['bpftrace', 'setpriv'],
)
