// What set-up takes for itself of what start is given.
import test from 'ava'
import { start } from './starting.ts'

test('its own option does not reach the program', async (t) => {
  const { exitCode, stderr } = await start('--yes', '--version')
  t.is(exitCode, 0, stderr)
})
