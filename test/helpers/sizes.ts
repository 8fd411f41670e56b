// Sizes of terminals that people have: small, usual, large, a whole screen.

export const SIZES = [
  [80, 24],
  [120, 36],
  [200, 50],
  [320, 90],
] as const
