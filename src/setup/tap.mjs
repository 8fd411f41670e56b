// Reads AVA's TAP output line by line: what to show for each line, and the counts at the end. A test that could not
// run here says so with t.log('skipped: reason') and is counted as skipped, not as passed.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {{ line: (text: string) => string | undefined, end: () => { counts: Counts, reasons: Map<string, string[]> } }} */
export const tapReader = () => {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {Map<string, string[]>} reason -> titles */
  const reasons = new Map()
  /** A passed test whose log lines may still say that it was skipped. @type {string | undefined} */
  let passed
  /** @param {string} title @param {string} reason */
  const skip = (title, reason) => {
    counts.skipped++
    reasons.set(reason, [...(reasons.get(reason) ?? []), title])
  }
  const settle = () => {
    if (passed !== undefined) counts.passed++
    passed = undefined
  }

  return {
    line: (text) => {
      const result = /^(not )?ok \d+ - (.*?)( # (SKIP|TODO).*)?$/.exec(text)
      if (result) {
        settle()
        const title = result[2] ?? ''
        if (result[4]) skip(title, `marked ${result[4].toLowerCase()}`)
        else if (result[1]) counts.failed++
        else passed = title
        return `${result[4] ? '-' : result[1] ? '✖' : '✔'} ${title}`
      }
      const reason = /^#\s+skipped: (.*)$/.exec(text)?.[1]
      if (reason !== undefined && passed !== undefined) {
        skip(passed, reason)
        passed = undefined
      }
      return /^(TAP version |\d+\.\.\d|# (tests|pass|skip|todo|fail) \d|\s*$)/.test(text) ? undefined : text
    },
    end: () => {
      settle()
      return { counts, reasons }
    },
  }
}

/** The last line of every test run.
 * @param {Counts} counts */
export const summary = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`
