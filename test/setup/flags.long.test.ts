// What V8 is told: by every way to start it, and through whole collections of the heap.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { BUILD, ROOT } from '../../src/paths.ts'
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

/** What is young once and for all: how often memory that was written before is new again. Then some whole collections, as hours
 * bring them. */
const COLLECTS = `
  const { setFlagsFromString } = require('node:v8')
  for (const flag of JSON.parse(process.argv[1])) setFlagsFromString(flag)
  const faults = () => process.resourceUsage().minorPageFault
  const young = () => { for (let i = 0; i < 5_000; i++) void [{ i, list: [i] }] }
  let kept = []
  let steps = 0
  const collect = () => {
    for (let i = 0; i < 20_000; i++) kept.push({ i, list: [i], text: 'text ' + i })
    if (kept.length > 600_000) kept = []
    if (++steps < 150) return setTimeout(collect, 1)
    console.log('lives')
  }
  for (let i = 0; i < 40; i++) young()
  const before = faults()
  let turns = 0
  const slowly = setInterval(() => {
    young()
    if (++turns < 60) return
    clearInterval(slowly)
    console.log('faults', faults() - before)
    collect()
  }, 50)`

for (const name of ['probetop', 'engine', 'namer'])
  test(`${name} lives with the settings that it takes once it runs`, async (t) => {
    const text = readFileSync(join(BUILD, `${name}.cjs`), 'utf8')
    const flags = /exec node (.*) "\$0"/.exec(text)![1]!.split(' ')
    const [later, running] = Array.from(text.matchAll(/for \(const flag of (\[.*?\])\)/g), (found) => found[1]!)
    t.true(later!.includes('semi-space'))
    t.regex((await execa('node', ['-e', COLLECTS, later!])).stdout, /lives$/)
    const { stdout } = await execa('node', [...flags, '-e', COLLECTS, running!])
    t.regex(stdout, /lives$/)
    // some 20 MB pass by meanwhile, which is 5,000 pages
    if (name !== 'namer') t.true(Number(/^faults (\d+)/.exec(stdout)![1]) < 1000, stdout)
  })
