// Functions that were inlined, as compilers write it in other ways.
import { testChain } from './inlined-test.ts'

testChain('DWARF 4', '-gdwarf-4')

testChain('DWARF 5 in sections of functions', '-gdwarf-5', '-ffunction-sections')

testChain('compressed', '-gz=zlib')

testChain('not position-independent', '-no-pie', '-fno-pie')
