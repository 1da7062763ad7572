#if arch(x86_64)
  import _Builtin_intrinsics.intel

  /// What the instruction sets with vectors of 512 bits share: everything but the integer product.
  public protocol AVX512InstructionSet: InstructionSet {}

  extension AVX512InstructionSet {
    @_alwaysEmitIntoClient @inline(__always) public static var tileRows: Int { 6 }
    @_alwaysEmitIntoClient @inline(__always) public static var tilePanels: Int { 4 }
    @_alwaysEmitIntoClient @inline(__always) public static var byteOffset: Int32 { 0 }

    @_alwaysEmitIntoClient @inline(__always)
    public static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      _mm512_cvtepi32_ps(unsafeBitCast(x, to: __m512i.self))
    }

    /// The 16-bit pair -zeroPoint and -128 * zeroPoint, for `vpdpwssd`.
    @_alwaysEmitIntoClient @inline(__always)
    public static func stored(zeroPoint: Int32) -> Int32 {
      zeroPoint &* -128 &<< 16 | (0 &- zeroPoint) & 0xffff
    }

    /// Pairs c & 127 and c >> 7: sums of at most `Tile.maximumInputs` weights fit.
    @_alwaysEmitIntoClient @inline(__always)
    public static func correction(_ columnSums: SIMD16<Int32>) -> SIMD16<Int32> {
      (columnSums &>> 7) &<< 16 | columnSums & 127
    }

    /// One instruction instead of a slow multiplication and a subtraction.
    @_alwaysEmitIntoClient @inline(__always)
    public static func corrected(
      _ sums: SIMD16<Int32>, _ zeroPoint: SIMD16<Int32>, _ correction: SIMD16<Int32>
    ) -> SIMD16<Int32> {
      addingPairProducts(sums, zeroPoint, correction)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func words(_ x: SIMD16<UInt32>) -> SIMD16<UInt16> {
      unsafeBitCast(_mm512_cvtepi32_epi16(unsafeBitCast(x, to: __m512i.self)), to: SIMD16<UInt16>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func addingPairProducts(
      _ sums: SIMD16<Int32>, _ a: SIMD16<Int32>, _ b: SIMD16<Int32>
    ) -> SIMD16<Int32> {
      unsafeBitCast(
        _mm512_dpwssd_epi32(
          unsafeBitCast(sums, to: __m512i.self), unsafeBitCast(a, to: __m512i.self),
          unsafeBitCast(b, to: __m512i.self)),
        to: SIMD16<Int32>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func largest(_ x: SIMD16<Int32>) -> Int32 {
      _mm512_reduce_max_epi32(unsafeBitCast(x, to: __m512i.self))
    }

    /// With saturation: of a comparison before the narrowing the compiler makes one of masks and bytes, which takes twice as long.
    @_alwaysEmitIntoClient @inline(__always)
    public static func boundedBytes(_ x: SIMD16<Float>) -> SIMD16<UInt8> {
      let q = x.bits &- Vector(repeating: 12_582_912).bits
      return unsafeBitCast(_mm512_cvtusepi32_epi8(unsafeBitCast(q, to: __m512i.self)), to: SIMD16<UInt8>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      unsafeBitCast(_mm512_cvtepi32_epi8(unsafeBitCast(x, to: __m512i.self)), to: SIMD16<UInt8>.self)
    }
  }
#endif
