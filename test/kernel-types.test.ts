// Kernel programs read the kernel's structs by declarations of their own: each is declared once, in probes/lib, and no record
// of ours has the name of one. A second declaration of one, for a field more, is forgotten when the first is mended.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../src/paths.ts'
import { skip } from './helpers/bpf.ts'
import { typeNames } from './helpers/kernel-btf.ts'

const PROBES = join(ROOT, 'probes')
const BTF = '/sys/kernel/btf/vmlinux'
/** By name, at the beginning or, of a typedef, at the end. */
const DECLARED = /^(?:typedef )?(?:struct|union|enum) (\w+) \{|^\} (?:CORE )?(?!CORE\b)(\w+);/gm
const RELOCATED = /\bCORE\b|preserve_access_index\)\)/
/** Flavours of a type are told apart by what follows this. */
const FLAVOUR = '___'

const files = readdirSync(PROBES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[ch]$/.test(file))
const textOf = (file: string) => readFileSync(join(PROBES, file), 'utf8')
const declaredIn = (file: string) => [...textOf(file).matchAll(DECLARED)].map(([, name, other]) => (name ?? other)!)
const inLib = (file: string) => file.startsWith('lib/')
const beside = files.filter((file) => !inLib(file))
const plainName = (name: string) => name.split(FLAVOUR)[0]!

test('files are found in both places', (t) => {
  t.true(files.some(inLib) && beside.length > 0)
  t.true(declaredIn('lib/task.h').includes('task_struct') && declaredIn('lib/task.h').includes('atomic_t'))
})

test('beside lib nothing is declared whose fields the kernel says where they are', (t) => {
  t.deepEqual(
    beside.filter((file) => RELOCATED.test(textOf(file))),
    [],
  )
})

test('beside lib nothing is declared that has the name of one of this kernel', (t) => {
  if (!existsSync(BTF)) return skip(t, 'this kernel has no BTF')
  const names = typeNames(readFileSync(BTF))
  t.true(names.has('task_struct') && names.has('bpf_func_id') && names.has('refcount_t'))
  t.deepEqual(
    beside.flatMap((file) =>
      declaredIn(file)
        .filter((name) => names.has(plainName(name)))
        .map((name) => [file, name]),
    ),
    [],
  )
})

test('in lib each is declared once, and again only where a kernel has it otherwise, which is said', (t) => {
  const declared = files.filter(inLib).flatMap((file) => declaredIn(file).map((name) => ({ file, name })))
  t.deepEqual(
    declared.filter(({ name }, at) => declared.findIndex((other) => other.name === name) < at),
    [],
  )
  const flavours = declared.filter(({ name }) => name.includes(FLAVOUR))
  t.deepEqual(
    flavours.filter(
      ({ file, name }) => !new RegExp(`\\d\\.\\d+[^/]*\\*/\\n(struct|union|enum) ${name} `).test(textOf(file)),
    ),
    [],
  )
})
