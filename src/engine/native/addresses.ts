// IP addresses as text, from the 16 bytes the kernel programs hand over (an IPv4 address in the first four); and the numbers of
// families, protocols and states that sockets have everywhere.

export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10
export const IPPROTO_UDP = 17
/** The state of what listens, whatever its family. */
export const LISTEN = 10

export const ipv4Text = (bytes: Uint8Array, at: number): string =>
  `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`

/** An IPv4 address in IPv6 clothes (::ffff:a.b.c.d). */
export const isMapped = (bytes: Uint8Array, at: number): boolean => {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff
}

/** `isFour`: its address takes the first four bytes. */
export const addressText = (bytes: Uint8Array, at: number, isFour: boolean): string =>
  isFour ? ipv4Text(bytes, at) : isMapped(bytes, at) ? ipv4Text(bytes, at + 12) : ipv6Text(bytes, at)

/** RFC 5952: lower case, the longest run of two or more zero groups (the first of equals) as `::`. */
export const ipv6Text = (bytes: Uint8Array, at: number): string => {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[at + i * 2]! << 8) | bytes[at + i * 2 + 1]!)
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) {
      start = i
      length = end - i
    }
  }
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}
