import Kernels

#if arch(x86_64)
  import _Builtin_intrinsics.intel.sse2
#endif

enum Portable: Int8InstructionSet {
  // One vector at a time: the baseline of x86-64 has neither the registers nor the instruction.
  @inline(__always) static var tileRows: Int { 1 }
  @inline(__always) static var tilePanels: Int { 1 }
  @inline(__always) static var byteOffset: Int32 { -128 }
  @inline(__always) static var unrolledRows: Int { 0 }

  @inline(__always)
  static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
    #if arch(x86_64)
      return emulatedFMA(a, b, c)
    #elseif arch(arm)
      return exactFMA(a, b, c)
    #else
      return c.addingProduct(a, b)
    #endif
  }

  /// x = high * 65536 + low: both parts become floats exactly through the bits of a float with a known exponent,
  /// the product by a power of two is exact, and the sum rounds once.
  @inline(__always)
  static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
    // 1.5 * 2^23 + high, |high| <= 2^15; 2^23 + low, low < 2^16.
    let high = Vector.bits((x &>> 16) &+ 0x4b40_0000) - 12_582_912
    let low = Vector.bits((x & 0xffff) | 0x4b00_0000) - 8_388_608
    return high * 65536 + low
  }

  #if arch(x86_64)
    @inline(__always)
    static func addingPairProducts(
      _ sums: SIMD16<Int32>, _ a: SIMD16<Int32>, _ b: SIMD16<Int32>
    ) -> SIMD16<Int32> {
      SIMD16(
        lowHalf: sums.lowHalf
          &+ SIMD8(
            lowHalf: pairProducts(a.lowHalf.lowHalf, b.lowHalf.lowHalf),
            highHalf: pairProducts(a.lowHalf.highHalf, b.lowHalf.highHalf)),
        highHalf: sums.highHalf
          &+ SIMD8(
            lowHalf: pairProducts(a.highHalf.lowHalf, b.highHalf.lowHalf),
            highHalf: pairProducts(a.highHalf.highHalf, b.highHalf.highHalf)))
    }

    @inline(__always)
    static func pairProducts(_ a: SIMD4<Int32>, _ b: SIMD4<Int32>) -> SIMD4<Int32> {
      unsafeBitCast(
        _mm_madd_epi16(unsafeBitCast(a, to: __m128i.self), unsafeBitCast(b, to: __m128i.self)),
        to: SIMD4<Int32>.self)
    }
  #endif
}
