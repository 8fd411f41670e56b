// Names of processes that are harder to look at: with a capability, or without a main thread.
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from '../../../src/engine/symbols/owner.ts'
import { commandTest } from '../../helpers/bpf.ts'
import { until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { engineNames, AS_USER, testNames } from './names-test.ts'

testNames('a user with a capability', ...AS_USER, '--inh-caps=+net_raw', '--ambient-caps=+net_raw')

const MAIN_ENDS = `
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
__attribute__((noinline)) void wait_on(void) { pause(); __asm__ volatile(""); }
static void *work(void *unused) { for (;;) wait_on(); return unused; }
int main(void) { pthread_t thread; pthread_create(&thread, 0, work, 0); pthread_exit(0); }
`

commandTest('a process whose main thread has ended has its names', ['clang', 'nm'], async (t) => {
  const folder = temporaryFolder(t)
  const binary = join(folder, 'ends')
  writeFileSync(`${binary}.c`, MAIN_ENDS)
  execFileSync('clang', ['-O1', '-pthread', '-static-pie', '-o', binary, `${binary}.c`])
  const child = spawn(binary)
  t.teardown(() => child.kill('SIGKILL'))
  await until(() => readFileSync(`/proc/${child.pid}/stat`, 'latin1').includes(') Z '))
  const tid = Number(
    execFileSync('ls', [`/proc/${child.pid}/task`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1),
  )
  const maps = readFileSync(`/proc/${tid}/maps`, 'latin1').split('\n')
  const base = Number.parseInt(
    maps.find((one) => one.endsWith(binary))!,
    16,
  )
  const line = execFileSync('nm', [binary], { encoding: 'utf8' })
    .split('\n')
    .find((one) => one.endsWith(' wait_on'))!
  t.not(identityOf(child.pid!), undefined)
  t.deepEqual(await engineNames(child.pid!, base + Number.parseInt(line, 16) + 1, 1), ['wait_on'])
})
