// Lines of a page as text, without their roles and the blanks at their ends.
import type { Line } from '../../src/app/lines.ts'

export const textsOf = (lines: readonly Line[]): string[] =>
  lines.map((line) =>
    line
      .map(([text]) => text)
      .join('')
      .trimEnd(),
  )
