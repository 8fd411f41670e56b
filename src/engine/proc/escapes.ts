// Bytes that the kernel and bpftrace write as \xNN or in octal, put back.

/** \xHH for each byte, as the kernel's log and bpftrace's %r write it. */
export const unescapeHex = (text: string): Buffer =>
  Buffer.from(
    text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

/** mountinfo writes blanks and their like in octal. */
export const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
