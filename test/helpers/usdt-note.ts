/** For the assembler: the note of a static probe (USDT). */
export const usdtNote = (provider: string, name: string): string => `
  .pushsection .note.stapsdt, "", "note"
  .balign 4
  .4byte 8, 2f - 1f, 3
  .asciz "stapsdt"
1: .8byte 0, 0, 0
  .asciz "${provider}"
  .asciz "${name}"
  .asciz "8@%rax"
2: .balign 4
  .popsection
`
