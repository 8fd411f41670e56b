// What of others is opened: plain files, and nothing that the kernel makes up or that would do something.
import { closeSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'ava'
import { descriptorOf } from '../../src/source/plain-descriptor.ts'
import { bpfTest } from '../helpers/bpf.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('a plain file is opened; a link at its end only where that is asked for', (t) => {
  const folder = temporaryFolder(t)
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  writeFileSync(file, 'text')
  symlinkSync(file, link)
  for (const opened of [descriptorOf(file)!, descriptorOf(link, { links: true })!]) {
    t.is(opened.stat.size, 4)
    t.is(readFileSync(opened.fd, 'utf8'), 'text')
    closeSync(opened.fd)
  }
  t.is(descriptorOf(link), undefined)
  t.is(descriptorOf(join(folder, 'absent')), undefined)
})

test('no folder, no pipe, no device, nothing of the kernel is', (t) => {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'folder'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const path of [join(folder, 'folder'), join(folder, 'pipe'), '/dev/null', '/proc/self/status'])
    t.is(descriptorOf(path), undefined, path)
})

bpfTest(
  'nor is a queue of messages',
  (t) => {
    const folder = temporaryFolder(t)
    execFileSync('mount', ['-t', 'mqueue', 'none', folder])
    t.teardown(() => execFileSync('umount', [folder]))
    const queue = join(folder, 'probetop-test')
    writeFileSync(queue, '', { flag: 'a' })
    t.teardown(() => execFileSync('rm', [queue]))
    t.is(descriptorOf(queue), undefined)
  },
  ['mount'],
)
