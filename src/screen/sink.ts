// What is to be written to a terminal, put together as bytes: of a frame that is thousands of pieces, each of which would be a
// string, then one of all of them, then bytes.

export class Sink {
  #bytes = Buffer.allocUnsafe(8192)
  #length = 0

  /** Of ASCII alone. */
  ascii(text: string): void {
    const bytes = this.#room(text.length)
    for (let i = 0; i < text.length; i++) bytes[this.#length++] = text.charCodeAt(i)
  }

  /** In decimal, not negative. */
  number(value: number): void {
    if (value > 9) this.number(Math.floor(value / 10))
    this.#room(1)[this.#length++] = 0x30 + (value % 10)
  }

  /** A code point. */
  char(code: number): void {
    const bytes = this.#room(4)
    if (code < 0x80) bytes[this.#length++] = code
    else {
      if (code < 0x800) bytes[this.#length++] = 0xc0 | (code >> 6)
      else {
        if (code < 0x10000) bytes[this.#length++] = 0xe0 | (code >> 12)
        else {
          bytes[this.#length++] = 0xf0 | (code >> 18)
          bytes[this.#length++] = 0x80 | ((code >> 12) & 0x3f)
        }
        bytes[this.#length++] = 0x80 | ((code >> 6) & 0x3f)
      }
      bytes[this.#length++] = 0x80 | (code & 0x3f)
    }
  }

  /** Until the next that is put in; begins anew. */
  taken(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return taken
  }

  #room(more: number): Buffer {
    if (this.#length + more > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#bytes.length + more))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    return this.#bytes
  }
}
