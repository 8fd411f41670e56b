// The constant shell loop: how it is called, and what is recognised as its own word.
import { join } from 'node:path'
import test from 'ava'
import { execa } from 'execa'
import { endedCode, engineCommand, keeperCommand } from '../../src/source/keeper.ts'
import { programs } from '../helpers/programs.ts'

test('whatever varies is an argument, never part of the script', (t) => {
  const [file, ...args] = keeperCommand(['/usr/bin/node', '$(reboot)', '; reboot'], undefined, '42')
  t.is(file, '/bin/sh')
  const varying = ['/usr/bin/node', '$(reboot)', '; reboot']
  t.deepEqual([args[0], args[2], args[3], ...args.slice(5)], ['-c', 'probetop-keeper', '42', ...varying])
  t.notRegex(args[1]! + args[4]!, /reboot|node|42/)
  const words: string[] = keeperCommand(['x'], '/usr/bin/sudo')
  t.deepEqual(words.slice(words.indexOf('/usr/bin/sudo')).slice(0, 3), ['/usr/bin/sudo', '-n', '--'])
  t.true(words.indexOf('/bin/sh') > words.indexOf('--'))
})

test('sudo gets a process group of its own, as a member of the job it would take keys after fg', async (t) => {
  const folder = programs(t, { sudo: 'ps -o pgid= -p $$' }, ['ps'])
  const [file, ...args] = keeperCommand(['x'], join(folder, 'sudo'))
  const { stdout } = await execa(file, args)
  const own = await execa('ps', ['-o', 'pgid=', '-p', String(process.pid)])
  t.true(Number(stdout) > 1)
  t.not(Number(stdout), Number(own.stdout))
})

test('its word, and what only looks like it', (t) => {
  t.is(endedCode('{"keeper":"ended","code":137}'), 137)
  t.is(endedCode('{"keeper":"ended","code":0}'), 0)
  t.is(endedCode('{"keeper":"ended","code":-1}'), undefined)
  t.is(endedCode(' {"keeper":"ended","code":1}'), undefined)
  t.is(endedCode('{"type":"log","text":"{\\"keeper\\":\\"ended\\",\\"code\\":1}"}'), undefined)
})

test('from the sources the engine runs from the sources, by this very node', (t) => {
  const [node, , , main] = engineCommand('file:///src/source/keeper.ts')
  t.is(node, process.execPath)
  t.regex(main!, /src\/engine\/main\.ts$/)
})
