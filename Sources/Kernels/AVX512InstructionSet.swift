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
    public static func storeLowWords(
      _ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>, at place: UnsafeMutableRawPointer
    ) {
      let even = SIMD32<Int16>(
        0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30,
        32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62)
      let words = _mm512_permutex2var_epi16(
        unsafeBitCast(a, to: __m512i.self), unsafeBitCast(even, to: __m512i.self),
        unsafeBitCast(b, to: __m512i.self))
      place.storeBytes(of: words, as: __m512i.self)
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

    // Of a comparison of the bits of floats the compiler makes one of floats and masks.

    @_alwaysEmitIntoClient @inline(__always)
    public static func larger(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> {
      unsafeBitCast(
        _mm512_max_epi32(unsafeBitCast(a, to: __m512i.self), unsafeBitCast(b, to: __m512i.self)),
        to: SIMD16<Int32>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func larger(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> SIMD16<UInt32> {
      unsafeBitCast(
        _mm512_max_epu32(unsafeBitCast(a, to: __m512i.self), unsafeBitCast(b, to: __m512i.self)),
        to: SIMD16<UInt32>.self)
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
    public static var packsFourVectors: Bool { true }

    /// Two narrowings that saturate inside 128-bit quarters, and one permutation that puts their parts in order.
    @_alwaysEmitIntoClient @inline(__always)
    public static func storeBoundedBytes(
      _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, at place: UnsafeMutableRawPointer
    ) {
      let bytes = _mm512_packus_epi16(packedWords(a, b), packedWords(c, d))
      let order = SIMD16<Int32>(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
      place.storeBytes(
        of: _mm512_permutexvar_epi32(unsafeBitCast(order, to: __m512i.self), bytes), as: __m512i.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    static func packedWords(_ a: Vector, _ b: Vector) -> __m512i {
      let low = Vector(repeating: 12_582_912).bits
      return _mm512_packs_epi32(
        unsafeBitCast(a.bits &- low, to: __m512i.self), unsafeBitCast(b.bits &- low, to: __m512i.self))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      unsafeBitCast(_mm512_cvtepi32_epi8(unsafeBitCast(x, to: __m512i.self)), to: SIMD16<UInt8>.self)
    }
  }
#endif
