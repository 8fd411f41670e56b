// What a thread's functions say of its wait.
import test from 'ava'
import { isOfRuntime, linkByFunctions } from '../../../src/model/waits/runtimes.ts'
import type { Link } from '../../../src/model/waits/wait-types.ts'

const link: Link = {
  kind: 'condition',
  key: 'futex 1 0x10',
  what: 'condition variable 0x10',
  relation: '',
  holders: [],
  sure: 'likely',
  source: 'its words; nobody owns it',
  class: 'event',
  only: false,
  open: true,
}
const WAIT = ['__futex_abstimed_wait_common', 'pthread_cond_wait']
const told = (...functions: string[]): [string, string] => {
  const found = linkByFunctions(link, [...WAIT, ...functions])
  return [found.what, found.class]
}

test('monitors, parks and pools by the functions that are in them', (t) => {
  const java = ['JavaCalls::call_helper(JavaValue*)', 'thread_native_entry', 'start_thread']
  t.deepEqual(told('ObjectMonitor::EnterI(JavaThread*)', 'ObjectMonitor::enter(JavaThread*)', ...java), [
    'Java monitor (synchronized), condition variable 0x10',
    'lock',
  ])
  // it has been notified, and wants the monitor back
  t.is(told('ObjectMonitor::ReenterI(JavaThread*)', 'ObjectMonitor::wait(long, bool)', ...java)[1], 'lock')
  t.is(told('ObjectMonitor::wait(long, bool, JavaThread*)', ...java)[1], 'event')
  t.is(told('Unsafe_Park', ...java)[0], "unpark() of Java's LockSupport.park(), condition variable 0x10")
  const own = [...WAIT, 'os::PlatformMonitor::wait(long)', 'Monitor::wait_without_safepoint_check(long)']
  for (const first of ['VMThread::wait_for_operation()', 'G1ConcurrentMarkThread::run_service()', 'os::signal_wait()'])
    t.is(linkByFunctions(link, [...own, first, 'Thread::call_run()', ...java]).class, 'idle', first)
  // it waits for something in the midst of its work
  t.is(
    linkByFunctions(link, [...own, 'VMThread::execute(VM_Operation*)', 'G1ConcurrentMarkThread::run_service()']),
    link,
  )
  t.is(told('CompileQueue::get()', 'CompileBroker::compiler_thread_loop()')[1], 'idle')
  t.deepEqual(
    linkByFunctions(link, ['runtime.futex.abi0', 'runtime.notesleep', 'runtime.mPark', 'runtime.stopm']).class,
    'idle',
  )
  // a pool of V8 waits by a function of libuv
  t.is(
    told('uv_cond_wait', 'node::(anonymous namespace)::PlatformWorkerThread(void*)')[0],
    'work for V8, condition variable 0x10',
  )
  t.is(
    told('v8::internal::Object v8::internal::FutexEmulation::WaitSync<int>(v8::internal::Isolate*)')[0],
    'Atomics.notify() of JavaScript, condition variable 0x10',
  )
  t.is(told('uv_cond_wait', 'worker', 'start_thread')[0], 'work for libuv, condition variable 0x10')
})

test('of other programs nothing is said', (t) => {
  t.is(linkByFunctions(link, WAIT), link)
  t.is(linkByFunctions(link, []), link)
  t.is(told('myObjectMonitor::enterprise', 'uv_cond_wait_for_me', 'main')[0], link.what)
})

test('once, and only where nobody is known to hold it', (t) => {
  t.true(isOfRuntime(link))
  t.false(isOfRuntime(linkByFunctions(link, ['uv_cond_wait'])))
  t.false(isOfRuntime({ ...link, kind: 'mutex', holders: [{ pid: 1, tid: 2 }] }))
  t.false(isOfRuntime({ ...link, kind: 'pipe' }))
})
