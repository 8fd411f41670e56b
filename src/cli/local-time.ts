// Local time as ISO 8601 with its zone, so that it sorts, parses and can be compared with other logs.

export const isoWithZone = (ms: number, offsetMinutes = -new Date(ms).getTimezoneOffset()): string => {
  const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1)
  if (offsetMinutes === 0) return `${local}Z`
  const pad = (n: number): string => String(Math.floor(Math.abs(n))).padStart(2, '0')
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${pad(offsetMinutes / 60)}:${pad(offsetMinutes % 60)}`
}
