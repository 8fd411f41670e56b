// Bytes that are put together are those of the text.
import test from 'ava'
import { Sink } from '../../src/screen/sink.ts'

test('bytes are those of the text', (t) => {
  const sink = new Sink()
  let text = ''
  for (const char of ['a', '\u00e9', '\u2584', '\uffee', '\u{1f98a}'])
    for (let i = 0; i < 3000; i++) {
      sink.char(char.codePointAt(0)!)
      sink.ascii('[')
      sink.number(i)
      text += `${char}[${i}`
    }
  t.is(sink.taken().toString(), text)
  sink.ascii('anew')
  t.is(sink.taken().toString(), 'anew')
})
