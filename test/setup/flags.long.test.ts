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
  t.is(await told(program), 'young 4194304\nrejected false')
  t.is(await told('sh', ['-c', `cd ${ROOT} && ${start} "$@"`, 'sh']), 'young 4194304\nrejected false')
  t.regex(await told('node', [program]), /rejected false/)
})

/** Some whole collections while it runs, as hours bring them. */
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

for (const name of ['probetop', 'engine', 'namer'])
  test(`${name} lives with the settings that it takes once it runs`, async (t) => {
    const later = /for \(const flag of (\[.*?\])\)/.exec(readFileSync(join(BUILD, `${name}.cjs`), 'utf8'))![1]!
    t.true(later.includes('semi-space'))
    t.is((await execa('node', ['-e', COLLECTS, later])).stdout, 'lives')
  })
