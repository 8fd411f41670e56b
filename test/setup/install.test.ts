import { chmodSync, cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

// A folder that is the whole PATH, with a package manager in it that "installs" by putting commands there.
const fakeSystem = (t: ExecutionContext, { aptGet, sudo }: { aptGet?: string; sudo?: string }) => {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o777)
  const script = (name: string, body: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  // a copy, since a checkout under /root is closed to other users
  cpSync(join(ROOT, 'src/setup'), join(folder, 'setup'), { recursive: true })
  for (const name of ['env', 'touch', 'chmod']) symlinkSync(`/usr/bin/${name}`, join(folder, name))
  if (aptGet) script('apt-get', `echo "$* DEBIAN_FRONTEND=$DEBIAN_FRONTEND" >> ${folder}/log\ncd ${folder}\n${aptGet}`)
  if (sudo) script('sudo', sudo)
  return {
    folder,
    log: () => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8').trim().split('\n') : []),
  }
}

/** Puts every word of the command line which is not an option there as a command. */
const INSTALLS = 'for word in "$@"; do case $word in tmux|fio) touch $word; chmod 755 $word;; esac; done'

const obtainIn = (folder: string): string => `
  import('${folder}/setup/install.mjs').then(async ({ obtain }) => {
    const { needById } = await import('${folder}/setup/packages.mjs')
    const left = await obtain(['tmux', 'fio'].map(needById), { attended: process.argv.includes('--ask'), ask: process.argv.includes('--ask') })
    console.log('left: ' + left.map(({ id }) => id).join(' '))
  })`

const obtain = (folder: string, { uid }: { uid?: number } = {}) =>
  execa(process.execPath, ['-e', obtainIn(folder), '--'], {
    env: { PATH: folder },
    extendEnv: false,
    all: true,
    stdin: 'ignore',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })

const asRoot = (title: string, implementation: (t: ExecutionContext) => Promise<void>) =>
  commandTest(title, [], (t) => (process.geteuid?.() === 0 ? implementation(t) : skip(t, 'needs root')))

const asUser = (title: string, implementation: (t: ExecutionContext) => Promise<void>) =>
  asRoot(title, async (t) => {
    const { failed } = await execa(process.execPath, ['--version'], { uid: USER, gid: USER, reject: false })
    return failed ? skip(t, 'other users cannot run this Node') : implementation(t)
  })

const USER = 65534
const installLine = (names: string) => `install -y --no-install-recommends ${names} DEBIAN_FRONTEND=noninteractive`

asRoot('root installs directly, in one go', async (t) => {
  const { folder, log } = fakeSystem(t, { aptGet: INSTALLS })
  const { stdout } = await obtain(folder)
  t.is(stdout, 'left: ')
  t.is(log().at(-1), installLine('tmux fio'))
})

asRoot('lists that do not know the package are brought up to date once', async (t) => {
  const { folder, log } = fakeSystem(t, {
    aptGet: `if [ "$1" = update ]; then touch updated; elif [ -e updated ]; then ${INSTALLS}; else echo E: Unable to locate package; exit 100; fi`,
  })
  const { stdout } = await obtain(folder)
  t.is(stdout, 'left: ')
  t.deepEqual(log().slice(-2), ['update DEBIAN_FRONTEND=noninteractive', installLine('tmux fio')])
})

asRoot('a package that this release lacks does not cost the others, and is named with the command', async (t) => {
  const { folder } = fakeSystem(t, {
    aptGet: `case "$*" in *fio*) echo "E: Unable to locate package fio"; exit 100;; esac; ${INSTALLS}`,
  })
  const { all, stdout } = await obtain(folder)
  t.is(stdout, 'left: fio')
  t.regex(all, /Unable to locate package fio/)
  t.regex(
    all,
    /Not installed \(apt-get did not bring them\):\n {2}fio +known block I\/O\nTo install it:\n {2}apt-get install -y --no-install-recommends fio\n/,
  )
})

asUser('without root and sudo: one message with the command, nothing tried', async (t) => {
  const { folder, log } = fakeSystem(t, { aptGet: INSTALLS })
  const { all, stdout } = await obtain(folder, { uid: USER })
  t.is(stdout, 'left: tmux fio')
  t.regex(all, /Not installed \(no root and no sudo\):/)
  t.regex(all, /To install them, as root:\n {2}apt-get install -y --no-install-recommends tmux fio\n/)
  t.deepEqual(log(), [])
})

asUser('without root: through sudo, which does not ask when nobody is there', async (t) => {
  const { folder, log } = fakeSystem(t, { aptGet: INSTALLS, sudo: '[ "$1" = -n ] || exit 1; shift; exec "$@"' })
  const { stdout } = await obtain(folder, { uid: USER })
  t.is(stdout, 'left: ')
  t.is(log().at(-1), installLine('tmux fio'))
})

asUser('sudo that refuses: the message, and no more', async (t) => {
  const { folder, log } = fakeSystem(t, { aptGet: INSTALLS, sudo: 'echo "sudo: a password is required" >&2; exit 1' })
  const { all, stdout } = await obtain(folder, { uid: USER })
  t.is(stdout, 'left: tmux fio')
  t.regex(all, /a password is required/)
  t.regex(all, /To install them:\n {2}sudo apt-get install/)
  t.deepEqual(log(), [])
})

asRoot('no package manager that we know', async (t) => {
  const { folder } = fakeSystem(t, {})
  const { all } = await obtain(folder)
  t.regex(all, /no apt-get, dnf, pacman or zypper is here/)
  t.regex(all, /tmux +a terminal/)
})

// script(1) gives the question a terminal of its own
const answered = async (t: ExecutionContext, answer: string, user = '') => {
  const { folder, log } = fakeSystem(t, {
    aptGet: INSTALLS,
    sudo: 'if [ "$1" = -v ]; then echo Password:; else exec "$@"; fi',
  })
  writeFileSync(join(folder, 'obtain.mjs'), obtainIn(folder))
  const command = `PATH=${folder} ${user} ${process.execPath} ${join(folder, 'obtain.mjs')} --ask`
  const { stdout } = await execa('script', ['-qec', command, '/dev/null'], { input: `${answer}\n`, timeout: 20_000 })
  return { stdout, log: log() }
}

commandTest('on a terminal it asks, and takes yes', ['script'], async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'needs root')
  const { stdout, log } = await answered(t, 'y')
  t.regex(stdout, /probetop wants packages which are not installed:\r\n {2}tmux /)
  t.regex(stdout, /Install them now with apt-get\? \[y\/N\]/)
  t.regex(stdout, /left: \r?\n?$/)
  t.is(log.at(-1), installLine('tmux fio'))
})

commandTest('on a terminal sudo may ask for a password', ['script', 'setpriv'], async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'needs root')
  const { stdout, log } = await answered(t, 'y', `/usr/bin/setpriv --reuid=${USER} --regid=${USER} --clear-groups`)
  t.regex(stdout, /Install them now \(through sudo\) with apt-get\?[^]*Password:[^]*Installing tmux fio/)
  t.is(log.at(-1), installLine('tmux fio'))
})

commandTest('any other answer is no', ['script'], async (t) => {
  if (process.geteuid?.() !== 0) return skip(t, 'needs root')
  for (const answer of ['', 'n', 'yikes']) {
    const { stdout, log } = await answered(t, answer)
    t.regex(stdout, /Not installed \(not wanted\)/)
    t.deepEqual(log, [])
  }
})
