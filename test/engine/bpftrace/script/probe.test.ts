// A script as a probe: with fake bpftraces, which are as ill-behaved as can be, and with the real ones, of every version
// that there is, held against known work.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { isAlive } from '../../../helpers/programs.ts'
import { planFor, runScript } from '../../../scripts/run.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'
import { COUNTS, say, ATTACHED, LAST, versioned, answering, until, start, real } from './starting.ts'

for (const [version, last] of [
  ['v0.17.0', LAST.old],
  ['v0.23.2', LAST.new],
  ['v0.27.1', LAST.new],
] as const) {
  test.serial(`${version}: ready once it answers; a reading is what grew since the one before`, async (t) => {
    const { probe, read } = start(
      t,
      answering(`printf '{"type": "map", "data": {"@n": {"sh": %d}}}\\n' "$((n * 10))"`, version, last),
    )
    const beganMs = performance.now()
    await until(() => probe.ready!())
    for (let times = 0; times < 3; times++) {
      const { data, intervalMs } = await read()
      t.deepEqual(data.tables.m0!.rows[0]!.slice(0, 2), ['sh', 10])
      t.true(intervalMs! > 50 && intervalMs! <= performance.now() - beganMs)
    }
  })
}

test.serial('without an answer there is no reading: the interval goes on, nothing is made up', async (t) => {
  const { probe, read, folder } = start(
    t,
    answering(
      `[ -e "$0.silent" ] && { trap "" USR1; while :; do sleep 60 >/dev/null 2>&1; done; }; printf '{"type": "map", "data": {"@n": {"sh": 5}}}\\n'`,
    ),
  )
  await until(() => probe.ready!())
  await read()
  writeFileSync(join(folder, 'bpftrace.silent'), '')
  let readMs = performance.now()
  await until(() => {
    // what was under way
    if (!probe.isLate!()) readMs = (probe.read(), performance.now())
    return performance.now() - readMs > 700
  })
  t.true(probe.isLate!())
  t.is(probe.failure!(), undefined)
})

test.serial('a mistake: its line, the text of it and a mark below', async (t) => {
  const { probe } = start(
    t,
    versioned(
      `printf '%s\\n' "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK" 'stdin:2:37-41: ERROR: Unknown function: coun' 'tracepoint:a:b { @ = coun(); }' '                     ~~~~' >&2; exit 1`,
    ),
  )
  await until(() => probe.failure!())
  const { kind, message, excerpt } = probe.failure!()!
  t.is(kind, 'unsupported')
  t.is(message, 'line 2: Unknown function: coun')
  t.deepEqual(excerpt, ['tracepoint:a:b { @ = coun(); }', '                     ~~~~'])
})

test.serial('a mistake in what was added is not the script: it runs without, and says so', async (t) => {
  const { probe, read } = start(
    t,
    `[ "$1" = --version ] && { echo "bpftrace v0.23.2"; exit; }
    if grep -q probetop; then echo 'stdin:3:1-9: ERROR: Undefined map: @n' >&2; exit 1; fi
    ${ATTACHED}; exec sleep 60`,
  )
  await until(() => probe.ready!())
  const { data } = await read()
  t.regex(data.notes!.join(), /maps come when it ends/)
})

test.serial('a map of a probe that is left out is left out, too: the others come', async (t) => {
  const { probe, read } = start(
    t,
    answering(`printf '{"type": "map", "data": {"@n": {"sh": %d}}}\\n' "$((n * 10))"`, 'v0.27.1', LAST.new).replace(
      'cat >/dev/null',
      `grep -q 'print(@gone' && { echo 'stdin:4:9-15: ERROR: Undefined map: @gone' >&2; exit 1; }`,
    ),
    { script: `${COUNTS}\nkprobe:x { @gone[pid] = count(); }` },
  )
  await until(() => probe.ready!())
  const { data } = await read()
  t.deepEqual(data.tables.m0!.rows[0]!.slice(0, 2), ['sh', 10])
  t.deepEqual(data.tables.m1!.rows, [])
  t.notRegex(data.notes!.join(), /maps come when it ends/)
})

test.serial('strings that are too long for a program of 0.17 are as short as it makes them by itself', async (t) => {
  const { probe, read } = start(
    t,
    answering(`printf '{"type": "map", "data": {"@n": {"%s": %d}}}\\n' "$BPFTRACE_STRLEN" "$n"`).replace(
      'cat >/dev/null',
      `[ $BPFTRACE_STRLEN -gt 64 ] && { echo '<unknown>:0:0: Looks like the BPF stack limit of 512 bytes is exceeded.' >&2; exit 1; }; cat >/dev/null`,
    ),
  )
  await until(() => probe.ready!())
  t.is((await read()).data.tables.m0!.rows[0]![0], '64')
})

test.serial('errors of helpers without end: it is started again without being told of them', async (t) => {
  const error = '{"type": "helper_error", "helper": "map_update_elem", "retcode": -7, "line": 2, "col": 1}'
  const { probe, read, folder } = start(
    t,
    answering(`printf '{"type": "map", "data": {"@n": {"sh": %d}}}\\n' "$((n * 10))"`, 'v0.27.1', LAST.new).replace(
      ATTACHED,
      () =>
        `${ATTACHED}; case "$*" in *--no-warnings*) ;; *) (yes '${error}' & echo $! >"$0.yes") & trap "" USR1 ;; esac`,
    ),
  )
  t.teardown(() => spawnSync('kill', ['-9', readFileSync(join(folder, 'bpftrace.yes'), 'utf8').trim()]))
  await until(() => probe.ready!())
  const { data, lost } = await read()
  t.is(lost, 0)
  t.deepEqual(data.tables.m0!.rows[0]!.slice(0, 2), ['sh', 10])
  t.regex(data.notes!.join(), /map_update_elem in line 2: -7, too often/)
})

test.serial('behind a flood of lines maps come late: what is printed is shown meanwhile', async (t) => {
  const line = '{"type": "printf", "data": "12     words\\n"}'
  const { probe, read, folder } = start(
    t,
    answering(`[ -e "$0.answers" ] && printf '{"type": "map", "data": {"@n": {"sh": %d}}}\\n' "$((n * 10))"`)
      .replace(LAST.old.replaceAll("'", `'"'"'`), (last) => `[ -e "$0.answers" ] && ${last}`)
      .replace(ATTACHED, () => `${ATTACHED}; (while sleep 0.05; do printf '%s\\n' '${line}'; done) &`),
  )
  await until(() => probe.ready!())
  const late = await read()
  t.true(late.data.tables.events!.rows.length > 0)
  t.false('m0' in late.data.tables)
  t.regex(late.data.notes!.join(), /maps are late/)
  writeFileSync(join(folder, 'bpftrace.answers'), '')
  let reading = await read()
  while (!('m0' in reading.data.tables)) {
    await sleep(50)
    reading = await read()
  }
  // not all that there was before
  t.true(Number(reading.data.tables.m0!.rows[0]![1]) <= 50, JSON.stringify(reading.data.tables.m0))
  t.notRegex(reading.data.notes!.join(), /maps are late/)
})

test.serial('one that says nothing any more is to be started again', async (t) => {
  const { probe, read, folder } = start(
    t,
    answering(`[ -e "$0.stuck" ] && trap "" USR1 || printf '{"type": "map", "data": {"@n": {"sh": 5}}}\\n'`),
    { silentMs: 3000 },
  )
  await until(() => probe.ready!())
  await read()
  t.is(probe.failure!(), undefined)
  writeFileSync(join(folder, 'bpftrace.stuck'), '')
  await until(() => {
    if (!probe.isLate!()) probe.read()
    return probe.failure!()
  })
  t.like(probe.failure!(), { kind: 'failed', message: 'bpftrace has said nothing for 3 s' })
})

test.serial('attached nowhere: said, with why, and ended', async (t) => {
  const { probe } = start(
    t,
    answering(':').replace(
      ATTACHED,
      () => `${ATTACHED}; echo "WARNING: could not attach probe kprobe:x, skipping." >&2`,
    ),
    { script: 'BEGIN { } kprobe:x { @n = count(); }' },
  )
  await until(() => probe.failure!())
  t.regex(probe.failure!()!.message, /^attached 0 of 1: kprobe:x/)
  t.is(probe.failure!()!.kind, 'unsupported')
})

test.serial('one of which nothing is to be expected says so, until something comes all the same', async (t) => {
  const { probe, read, folder } = start(
    t,
    answering(':').replace(
      ATTACHED,
      () =>
        `${ATTACHED}; (while sleep 0.1 && [ -e "$0" ]; do [ -e "$0.prints" ] && ${say({ type: 'printf', data: 'words\n' })}; done) &`,
    ),
    { script: 'k:a { @s[tid] = nsecs; }' },
  )
  await until(() => probe.ready!())
  t.regex((await read()).data.notes!.join(), /it prints nothing, and @s is only given values/)
  writeFileSync(join(folder, 'bpftrace.prints'), '')
  let { data } = await read()
  for (let times = 0; times < 300 && data.tables.text!.rows.length === 0; times++) {
    await sleep(50)
    data = (await read()).data
  }
  t.notRegex(data.notes!.join(), /it prints nothing/)
})

test.serial('a text of several lines is a part of its row', async (t) => {
  const line = say({ type: 'printf', data: '12     select 1,\n  2\n' })
  const { probe, read } = start(
    t,
    answering(':').replace(ATTACHED, () => `${ATTACHED}; ${line}`),
  )
  await until(() => probe.ready!())
  const { events, text } = (await read()).data.tables
  t.deepEqual(
    events!.rows.map((row) => row.slice(1)),
    [[12, 'select 1,   2']],
  )
  t.deepEqual(text!.rows, [])
})

test.serial('killed: failed, to be started again', async (t) => {
  const { probe } = start(
    t,
    answering(':').replace(ATTACHED, () => `${ATTACHED}; (sleep 1; kill -KILL $$) &`),
  )
  await until(() => probe.ready!())
  await until(() => {
    if (!probe.isLate!()) probe.read()
    return probe.failure!()
  })
  t.regex(probe.failure!()!.message, /killed by SIGKILL/)
  t.is(probe.failure!()!.kind, 'failed')
})

test.serial('one that does not get on is given up, one that heeds no signal is killed', async (t) => {
  const { probe, folder } = start(t, versioned(`trap '' INT TERM USR1; echo $$ >"$0.pid"; while :; do sleep 1; done`), {
    startMs: 300,
  })
  await until(() => probe.failure!())
  t.regex(probe.failure!()!.message, /does not start/)
  const pid = Number(readFileSync(join(folder, 'bpftrace.pid'), 'utf8'))
  t.true(isAlive(pid))
  const before = performance.now()
  await probe.close()
  t.true(performance.now() - before < 4000)
  t.false(isAlive(pid))
})

test.serial('a flood is cut and counted, and costs a bounded time', async (t) => {
  const { probe, read, folder } = start(
    t,
    answering(`printf '{"type": "map", "data": {"@n": {"sh": %d}}}\\n' "$n"`).replace(
      ATTACHED,
      () =>
        `${ATTACHED}; (yes '{"type": "printf", "data": "12     some words that go on for a while\\n"}' & echo $! >"$0.yes") &`,
    ),
  )
  t.teardown(() => void process.kill(Number(readFileSync(join(folder, 'bpftrace.yes'), 'utf8')), 'SIGKILL'))
  await until(() => probe.ready!())
  await read()
  const cpu = process.cpuUsage()
  const before = performance.now()
  let lost = 0
  let kept = 0
  for (let times = 0; times < 5; times++) {
    await sleep(200)
    if (probe.isLate!()) continue
    const reading = probe.read()
    lost += reading.lost
    kept += reading.data.tables.events!.rows.length
  }
  const { user, system } = process.cpuUsage(cpu)
  t.true(lost > 10_000, `lost ${lost}`)
  t.true(kept > 1000 && kept <= 12_000, `kept ${kept}`)
  t.true((user + system) / 1000 < 0.7 * (performance.now() - before), `${(user + system) / 1000} ms of CPU`)
})

test.serial('hostile strings, a line of 10 MB, and 100,000 keys', async (t) => {
  const { probe, read } = start(
    t,
    answering(
      `printf '{"type": "map", "data": {"@n": {"\\\\u001b[31m\\\\uffffffe9": %d' "$n"; seq -f ', "k%.0f": 1' 100000 | tr -d '\\n'; echo '}}}'`,
    ).replace(
      ATTACHED,
      () =>
        `${ATTACHED}; printf '{"type": "printf", "data": "'; head -c 10000000 /dev/zero | tr '\\0' x; echo '"}'; ${say({ type: 'printf', data: '5      \u001b]0;x\u0007\u202e\n' })}; echo '{"type'; echo '{{{{{{'; head -c 3000 /dev/urandom; echo`,
    ),
  )
  await until(() => probe.ready!())
  // so long a line takes a second to be read past
  const readings = [await read(), await read(), await read()]
  // on busy CPUs an interval passes without an answer, and then has no such table
  const hasRow = () => readings.some(({ data }) => data.tables.events?.rows.some((row) => row[1] === 5))
  const isCut = () => readings.some(({ data }) => /largest keys/.test(data.notes!.join()))
  // and on busy CPUs a map of 100,000 keys takes many intervals, while readings without it are not waited for
  await until(async () => {
    if (hasRow() && isCut()) return true
    await sleep(100)
    readings.push(await read())
    return false
  })
  t.true(readings.some(({ lost }) => lost >= 1))
  t.true(readings.every(({ data }) => (data.tables.m0?.rows.length ?? 0) <= 500))
  t.true(isCut())
  t.true(hasRow())
})

real(
  'known work is counted exactly, whatever the version, though the script prints at its end only',
  async (t, folder, version) => {
    const path = join(temporaryFolder(t), 'kills.bt')
    writeFileSync(
      path,
      'tracepoint:syscalls:sys_enter_kill /comm == "perl" && args->pid == $1/ { @kills[comm, args->sig] = count(); @size = hist(args->sig); }\nEND { print(@kills); clear(@kills); }',
    )
    let sum = 0
    let hist = 0
    const { reason, attached, of } = await runScript(
      planFor(path, [String(process.pid)]),
      {
        folder,
        seconds: 3,
        intervalMs: 500,
        onReady: () => void spawnSync('perl', ['-e', `kill 0, ${process.pid} for 1..1000`]),
      },
      ({ tables, hists }) => {
        for (const row of tables.m0!.rows) sum += Number(row[2])
        hist += hists.h1!.count
      },
    )
    t.is(reason, undefined, version)
    t.is(attached, 1)
    t.is(of, 1)
    t.is(sum, 1000, version)
    t.is(hist, 1000, version)
  },
)
