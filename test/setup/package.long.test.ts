import { readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'
import { COMPILED } from '../../src/cli/preconditions.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { bpfReason } from '../helpers/rights.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const NPM_FLAGS = ['--no-audit', '--no-fund', '--loglevel=error']
const NO_REGISTRY = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED/

commandTest(
  'a package installed where there is no compiler checks itself and measures',
  ['npm', 'clang'],
  async (t) => {
    t.timeout(120_000)
    const folder = temporaryFolder(t)
    await execa('npm', ['pack', '--pack-destination', folder, ...NPM_FLAGS], { cwd: ROOT })
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
    t.truthy(archive)

    const prefix = join(folder, 'prefix')
    const installed = await execa(
      'npm',
      ['install', '--global', '--prefix', prefix, '--prefer-offline', ...NPM_FLAGS, join(folder, archive!)],
      { cwd: folder, all: true, reject: false },
    )
    if (installed.failed && NO_REGISTRY.test(installed.all)) return skip(t, 'the npm registry cannot be reached')
    t.false(installed.failed, installed.all)

    const home = join(prefix, 'lib/node_modules/probetop')
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('node_modules'),
    )
    for (const probe of COMPILED) {
      for (const architecture of ['x64', 'arm64'])
        t.true(files.includes(`.build/probes/${architecture}/${probe}.bpf.o`), probe)
    }
    for (const name of [
      'LICENSE',
      'README.md',
      '.build/LICENSES.txt',
      '.build/engine.cjs',
      'themes/dark.json',
      'probes/execsnoop.bt',
    ]) {
      t.true(files.includes(name), name)
    }
    t.is(files.filter((name) => /^\.build\/\w+-\w+\.cjs$/.test(name)).length, 3)
    t.deepEqual(
      files.filter((name) => /^(src|test)\/|\.(tmp|cache)$|\.build\/stamp/.test(name)),
      [],
    )
    for (const name of files.filter((each) => /\.(c?js|o|bt|json)$/.test(each))) {
      t.false(readFileSync(join(home, name)).includes(ROOT), `${name} names this checkout`)
    }

    const bin = join(folder, 'bin')
    await mkdir(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    const bare = {
      env: { PATH: `${prefix}/bin:${bin}`, HOME: folder, LANG: 'C.UTF-8' },
      extendEnv: false,
      reject: false,
    } as const
    const check = await execa('probetop', ['--check'], { ...bare, preferLocal: false })
    t.regex(check.stdout, /^ok +probes +/m)
    t.regex(check.stdout, /^warn +bpftrace +not installed/m)
    const reason = bpfReason()
    if (reason) return skip(t, `the live part: ${reason}`)
    t.is(check.exitCode, 0, check.stdout)

    const live = await execa('probetop', ['--json', '-d', '1', '-n', '2'], { ...bare, timeout: 20_000 })
    t.is(live.exitCode, 0, live.stderr)
    const messages = live.stdout.split('\n').map((line) => JSON.parse(line))
    const measured = new Set(messages.filter(({ type }) => type === 'sample').map(({ probe }) => probe))
    t.deepEqual([...measured].sort(), ['block', 'sched', 'syscalls', 'tcp'])
  },
)
