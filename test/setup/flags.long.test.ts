// What V8 is told: by every way to start it, and through whole collections of the heap.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { BUILD, ROOT } from '../../src/paths.ts'
import { RUNNING_FLAGS } from '../../src/source/v8-flags.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('the screen has its flags as a command and by npm start, and its code cache by any node', async (t) => {
  const tells = join(temporaryFolder(t), 'tells.cjs')
  writeFileSync(
    tells,
    `const { Script } = require('node:vm')
    const young = require('node:v8').getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')
    console.error('young', young.space_size)
    require('node:vm').Script = class extends Script {
      constructor(...all) {
        super(...all)
        console.error('rejected', this.cachedDataRejected)
      }
    }`,
  )
  const told = async (file: string, args: readonly string[] = []): Promise<string> =>
    (await execa(file, [...args, '--version'], { env: { NODE_OPTIONS: `--require ${tells}` } })).stderr
  const { start } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts
  const program = join(BUILD, 'probetop.cjs')
  t.is(await told(program), 'young 2097152\nrejected false')
  t.is(await told('sh', ['-c', `cd ${ROOT} && ${start} "$@"`, 'sh']), 'young 2097152\nrejected false')
  t.regex(await told('node', [program]), /rejected false/)
})

/** Some whole collections, as hours bring them. */
const COLLECTS = `
  const { setFlagsFromString } = require('node:v8')
  for (const flag of JSON.parse(process.argv[1])) setFlagsFromString(flag)
  let kept = []
  let steps = 0
  const step = setInterval(() => {
    for (let i = 0; i < 20_000; i++) kept.push({ i, list: [i], text: 'text ' + i })
    if (kept.length > 600_000) kept = []
    if (++steps < 150) return
    clearInterval(step)
    console.log('lives')
  }, 1)`

/** Half a megabyte of young objects a second, as a quiet screen makes; says how many pages of 4 KB were new in ten seconds. */
const FAULTS = `
  const { setFlagsFromString } = require('node:v8')
  for (const flag of JSON.parse(process.argv[1])) setFlagsFromString(flag)
  const faults = () => process.resourceUsage().minorPageFault
  const last = []
  const young = () => { for (let i = 0; i < 500; i++) last[i % 10] = { i, list: [i], text: 'text ' + i } }
  for (let i = 0; i < 300; i++) young()
  let before
  let turns = 0
  const step = setInterval(() => {
    young()
    turns++
    if (turns === 60) before = faults()
    if (turns < 160) return
    clearInterval(step)
    console.log(faults() - before)
  }, 100)`

const flagsOf = (name: string): string[] =>
  /exec node (.*) "\$0"/.exec(readFileSync(join(BUILD, `${name}.cjs`), 'utf8'))![1]!.split(' ')

/** Each was given to node 20.20, 22.23 and 24.21. */
const KNOWN = [
  'heap-growing-percent',
  'min-semi-space-size',
  'max-semi-space-size',
  'single-threaded-gc',
  'initial-old-space-size',
  'max-old-space-size',
]

for (const name of ['probetop', 'engine', 'namer'])
  test(`${name} is started with what every node knows: with anything else it would not start`, (t) => {
    const names = flagsOf(name).map((flag) => flag.replace(/^--/, '').replace(/=.*/, ''))
    t.true(names.length > 0)
    t.deepEqual(
      names.filter((flag) => !KNOWN.includes(flag)),
      [],
    )
  })

for (const name of ['probetop', 'engine', 'namer'])
  test(`${name} lives with the settings that it takes once it runs`, async (t) => {
    const later = /for \(const flag of (\[.*?\])\)/.exec(readFileSync(join(BUILD, `${name}.cjs`), 'utf8'))![1]!
    t.true(later.includes('semi-space'))
    t.is((await execa('node', ['-e', COLLECTS, later])).stdout, 'lives')
  })

for (const name of ['probetop', 'engine'])
  test(`${name} lives with what it is told when it has settled, and gives V8 no new pages then`, async (t) => {
    const running = JSON.stringify(RUNNING_FLAGS)
    t.is((await execa('node', [...flagsOf(name), '-e', COLLECTS, running])).stdout, 'lives')
    const [before, after] = await Promise.all(
      ['[]', running].map(async (flags) =>
        Number((await execa('node', [...flagsOf(name), '-e', FAULTS, flags])).stdout),
      ),
    )
    t.true(after! < before! / 3, `${before} pages, then ${after}`)
  })
