// Whether two lists have the very same in the same places: a plain loop, as hundreds are asked each second.

export const sameItems = (one: readonly unknown[], other: readonly unknown[]): boolean => {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}
