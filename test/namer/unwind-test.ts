// Tests of stacks without frame pointers; gdb says what is right.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RULE } from '../../src/namer/unwind/rule-flags.ts'
import { ROOT } from '../../src/paths.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { openNames } from '../helpers/names.ts'
import { unwoundBoth } from '../helpers/unwound.ts'
import { sleepMs } from '../helpers/workload.ts'

const OWN = /^(wait|with|through)_|^(on_signal|compare|second|main)$/

export const testFrames = (compiler: string): void =>
  commandTest(`${compiler}: every kind of frame, up to the outermost`, [compiler, 'gdb'], async (t) => {
    const binary = join(temporaryFolder(t), 'unwound')
    const source = join(ROOT, 'test/namer/fixtures/unwound.c')
    execFileSync(compiler, ['-O2', '-fomit-frame-pointer', '-pthread', '-o', binary, source])
    const child = spawn(binary, { stdio: ['ignore', 'pipe', 'inherit'] })
    const names = openNames()
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      const both = await unwoundBoth(child.pid!)
      const chains: string[][] = []
      for (const { gdb, walk, addresses } of both) {
        // an interrupted function is given as behind a call, too
        const near = addresses.filter((address, i) => Math.abs(address - gdb.frames[i]!) > 1)
        const onOtherStack = walk.end === 'short'
        t.deepEqual(near, [])
        t.true(onOtherStack || addresses.length === gdb.frames.length, `${addresses.length} of ${gdb.frames.length}`)
        const chain: string[] = []
        for (const [i, address] of addresses.entries()) {
          const [frame] = await names.at(child.pid!, i === 0 ? address : address - 1)
          if (frame && OWN.test(frame.name)) chain.push(frame.name)
        }
        chains.push(chain)
      }
      // what was kept is of the handler's stack alone
      const handler = ['wait_here', 'with_large', 'with_unknown_size', 'with_aligned', 'on_signal']
      t.deepEqual(
        chains.sort((a, b) => a.length - b.length),
        [['wait_here', 'with_large', 'compare', 'second'], handler],
      )
      const flags = both.flatMap(({ walk }) => walk.rules.map((rule) => rule.flags))
      t.true(flags.some((one) => (one & RULE.signal) !== 0))
      t.true(flags.some((one) => (one & RULE.outermost) !== 0))
      t.false(flags.some((one) => (one & (RULE.complex | RULE.byPointer)) !== 0))
    } finally {
      names.close()
      child.kill('SIGKILL')
    }
  })

export const testThreads = (program: string, ...args: string[]): void =>
  commandTest(`all threads of ${program}, which nobody compiled for us`, ['gdb'], async (t) => {
    if (!existsSync(program)) return skip(t, `no ${program}`)
    const child = spawn(program, args, { stdio: 'ignore' })
    try {
      await sleepMs(700)
      for (const { gdb, addresses, walk } of await unwoundBoth(child.pid!)) {
        t.deepEqual(addresses, gdb.frames)
        t.is(walk.end, 'whole')
      }
    } finally {
      child.kill('SIGKILL')
    }
  })
