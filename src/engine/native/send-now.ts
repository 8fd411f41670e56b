// Writes to a socket what it has room for, without waiting and whatever others that share it have set.
import koffi from 'koffi'

/** Of linux/socket.h. */
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000

let send: ((fd: number, bytes: Buffer, length: number, flags: number) => number) | undefined

/** Bytes taken; 0 where there is no room, and for what is no socket or has no reader. */
export const sendNow = (fd: number, bytes: Buffer, length: number): number => {
  send ??= koffi.load(null).func('int send(int fd, const void *bytes, size_t length, int flags)')
  return Math.max(0, send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL))
}
