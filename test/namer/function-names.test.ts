// Names that compilers made up, against pairs from the specification of each scheme, and against names made to do harm.
import test from 'ava'
import { readable } from '../../src/namer/function-names.ts'
import { rustName } from '../../src/namer/rust.ts'

test('names of C++ are written as in source', (t) => {
  t.is(readable('_ZNSt6vectorIiSaIiEE9push_backEOi'), 'std::vector<int, std::allocator<int> >::push_back(int&&)')
  t.is(readable('_ZN3foo3barEv'), 'foo::bar()')
  t.is(readable('_Znonsense'), '_Znonsense')
  t.is(readable('main'), 'main')
})

const V0: readonly (readonly [string, string])[] = [
  ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
  ['_RNvC6_123foo3bar', '123foo::bar'],
  ['_RNvNtCs1234_7mycrate3foo3bar.llvm.9D1C9369', 'mycrate::foo::bar'],
  ['_RNvC1a4main.cold', 'a::main.cold'],
  ['_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_', 'cc::spawn::{closure#0}::{closure#0}'],
  ['_RNSNvC1a4main5clone', 'a::main::{shim:clone#0}'],
  [
    '_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_4iter8iterator8Iterator9rpositionNCNgNpB9_6memchr7memrchrs_0E0Bb_',
    '<core::slice::Iter<u8> as core::iter::iterator::Iterator>::rposition::<core::slice::memchr::memrchr::{closure#1}>::{closure#0}',
  ],
  [
    '_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std',
    'alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>',
  ],
  ['_RMC0INtC8arrayvec8ArrayVechKj7b_E', '<arrayvec::ArrayVec<u8, 123>>'],
  ['_RMCs4fqI2P2rA04_13const_genericINtB0_8UnsignedKhb_E', '<const_generic::Unsigned<11>>'],
  ['_RMCs4fqI2P2rA04_13const_genericINtB0_6SignedKan80_E', '<const_generic::Signed<-128>>'],
  ['_RMCs4fqI2P2rA04_13const_genericINtB0_4BoolKb1_E', '<const_generic::Bool<true>>'],
  ['_RMCs4fqI2P2rA04_13const_genericINtB0_4CharKc2202_E', "<const_generic::Char<'∂'>>"],
  ['_RMC0INtC1a3FooKpE', '<a::Foo<_>>'],
  ['_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y', 'utf8_idents::საჭმელად_გემრიელი_სადილი'],
  ['_RNvC1au18gre__wna1lm056e0ec', 'a::größe_日本'],
  ['_RINvC1a1fFUKCPhOaEbE', 'a::f::<unsafe extern "C" fn(*const u8, *mut i8) -> bool>'],
  ['_RINvC1a1fDG_INtC1b2FnRL0_hEEL_E', "a::f::<dyn for<'a> b::Fn<&'a u8>>"],
  ['_RINvC1a1fTThEQeAStj3_EE', 'a::f::<((u8,), &mut str, [[u16]; 3])>'],
]

test('names of Rust are written as in source', (t) => {
  for (const [mangled, name] of V0) t.is(rustName(mangled), name)
})

test('older names of Rust lose hash and escapes', (t) => {
  t.is(readable('_ZN4core3fmt5write17h0123456789abcdefE'), 'core::fmt::write')
  t.is(readable('_ZN4core3fmt5write17h0123456789abcdefE.llvm.1234'), 'core::fmt::write')
  const impl = '_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..ops..Drop$GT$'
  t.is(readable(`_ZN${impl.length}${impl}4drop17h0123456789abcdefE`), '<alloc::vec::Vec<T> as core::ops::Drop>::drop')
  t.is(readable('_ZN4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE'), 'main::{{closure}}')
})

test('names made to do harm end soon, as they are', (t) => {
  const hostile = [
    `_R${'I'.repeat(5000)}`,
    `_RMC0${'R'.repeat(5000)}h`,
    '_RNvB_1a',
    '_RMC0B_',
    '_RMC0KB_',
    '_RC99999999aaa',
    '_RNvC1a9999b',
    '_R',
    '_R1C1a',
    '_RMC0FGzzzzzzzzzz_EhE',
    `_RNvCu${'9'.repeat(9)}_a1b`,
    '_RNvCu4a_!!1b',
    '_RMC0DG_ELzzz_',
    '_RMC0INtC1a3FooKczzz_E',
    `_RMC0INtC1a3FooKcffffff_E`,
    '_ZN9999x17h0123456789abcdefE',
    '_ZN17h0123456789abcdef',
    '_ZN0$u110000$17h0123456789abcdefE',
  ]
  for (const name of hostile) t.is(rustName(name), undefined, name.slice(0, 40))
  // each twice what the one before is
  const levels = 30
  const again = Array.from({ length: levels - 1 }, (_, i) => `B${(levels + 1 - i).toString(36)}_E`).join('')
  const doubling = `_RMC0${'T'.repeat(levels)}hhE${again}`
  t.regex(readable(doubling), /^<\(+u8, u8\), \(u8, u8\)\)/)
  const started = performance.now()
  for (let i = 0; i < 100; i++) readable(doubling)
  t.true(performance.now() - started < 2000)
  t.true(readable(`_RINvC1a1f${'T'.repeat(100)}${'u'.repeat(900)}${'E'.repeat(101)}`).length <= 300)
  t.notThrows(() => readable('_ZN8$uffffff17h0123456789abcdefE'))
  for (const [mangled] of V0) {
    for (let at = 0; at < mangled.length; at++) {
      t.notThrows(() => readable(mangled.slice(0, at)))
      t.notThrows(() => readable(`${mangled.slice(0, at)}B${mangled.slice(at + 1)}`))
    }
  }
})
