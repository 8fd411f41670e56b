// A test of how wide characters are.
import test from 'ava'
import stringWidth from 'string-width'
import { charWidth } from '../../src/app/width.ts'

/** @param step  1 is every one of them */
export const testWidths = (step: number): void =>
  test('every character is as wide as string-width says', (t) => {
    const others: string[] = []
    for (let code = 0x20; code < 0x110000; code += step) {
      const char = String.fromCodePoint(code)
      if (code > 0x9f && Math.min(2, stringWidth(char)) !== charWidth(char)) others.push(code.toString(16))
    }
    t.deepEqual(others, [])
  })
