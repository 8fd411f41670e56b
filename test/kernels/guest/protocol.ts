/** The last line that the guest prints; the others are findings. */
export const END = 'end'
