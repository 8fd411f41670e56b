// The constant shell loop: how it is called, and what is recognised as its own word.
import test from 'ava'
import { endedCode, engineCommand, keeperCommand } from '../../src/source/keeper.ts'

test('whatever varies is an argument, never part of the script', (t) => {
  const [file, ...args] = keeperCommand(['/usr/bin/node', '$(reboot)', '; reboot'])
  t.is(file, '/bin/sh')
  t.deepEqual([args[0], args[2], ...args.slice(3)], ['-c', 'probetop-keeper', '/usr/bin/node', '$(reboot)', '; reboot'])
  t.notRegex(args[1]!, /reboot|node/)
  t.deepEqual(keeperCommand(['x'], '/usr/bin/sudo').slice(0, 4), ['/usr/bin/sudo', '-n', '--', '/bin/sh'])
})

test('its word, and what only looks like it', (t) => {
  t.is(endedCode('{"keeper":"ended","code":137}'), 137)
  t.is(endedCode('{"keeper":"ended","code":0}'), 0)
  t.is(endedCode('{"keeper":"ended","code":-1}'), undefined)
  t.is(endedCode(' {"keeper":"ended","code":1}'), undefined)
  t.is(endedCode('{"type":"log","text":"{\\"keeper\\":\\"ended\\",\\"code\\":1}"}'), undefined)
})

test('from the sources the engine runs from the sources, by this very node', (t) => {
  const [node, , , main] = engineCommand()
  t.is(node, process.execPath)
  t.regex(main!, /src\/engine\/main\.ts$/)
})
