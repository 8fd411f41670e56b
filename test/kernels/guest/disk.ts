// The disk of the emulated machine: the kernel's null_blk, which answers after this time.
export const COMPLETION_NS = 5_000_000
export const DISK = 'nullb0'
