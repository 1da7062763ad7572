#if arch(x86_64)
  import _Builtin_intrinsics.intel

  /// What the instruction sets with vectors of 256 bits share: everything but the integer product.
  public protocol AVX2InstructionSet: InstructionSet {}

  extension AVX2InstructionSet {
    @_alwaysEmitIntoClient @inline(__always) public static var tileRows: Int { 6 }
    @_alwaysEmitIntoClient @inline(__always) public static var tilePanels: Int { 1 }
    @_alwaysEmitIntoClient @inline(__always) public static var byteOffset: Int32 { 0 }
    @_alwaysEmitIntoClient @inline(__always) public static var unrolledRows: Int { 6 }

    @_alwaysEmitIntoClient @inline(__always)
    public static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      SIMD16(
        lowHalf: _mm256_cvtepi32_ps(unsafeBitCast(x.lowHalf, to: __m256i.self)),
        highHalf: _mm256_cvtepi32_ps(unsafeBitCast(x.highHalf, to: __m256i.self)))
    }

    // Of comparisons of the bits of floats the compiler makes ones of floats and masks.

    @_alwaysEmitIntoClient @inline(__always)
    public static func larger(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> {
      SIMD16(lowHalf: larger(a.lowHalf, b.lowHalf), highHalf: larger(a.highHalf, b.highHalf))
    }

    @_alwaysEmitIntoClient @inline(__always)
    static func larger(_ a: SIMD8<Int32>, _ b: SIMD8<Int32>) -> SIMD8<Int32> {
      unsafeBitCast(
        _mm256_max_epi32(unsafeBitCast(a, to: __m256i.self), unsafeBitCast(b, to: __m256i.self)),
        to: SIMD8<Int32>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func larger(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> SIMD16<UInt32> {
      SIMD16(lowHalf: larger(a.lowHalf, b.lowHalf), highHalf: larger(a.highHalf, b.highHalf))
    }

    @_alwaysEmitIntoClient @inline(__always)
    static func larger(_ a: SIMD8<UInt32>, _ b: SIMD8<UInt32>) -> SIMD8<UInt32> {
      unsafeBitCast(
        _mm256_max_epu32(unsafeBitCast(a, to: __m256i.self), unsafeBitCast(b, to: __m256i.self)),
        to: SIMD8<UInt32>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func largest(_ x: SIMD16<Int32>) -> Int32 {
      let eight = larger(x.lowHalf, x.highHalf)
      let four = larger(eight.lowHalf, eight.highHalf)
      let two = larger(four, SIMD4(lowHalf: four.highHalf, highHalf: four.highHalf))
      return larger(two, SIMD4(repeating: two.y)).x
    }

    @_alwaysEmitIntoClient @inline(__always)
    static func larger(_ a: SIMD4<Int32>, _ b: SIMD4<Int32>) -> SIMD4<Int32> {
      unsafeBitCast(
        _mm_max_epi32(unsafeBitCast(a, to: __m128i.self), unsafeBitCast(b, to: __m128i.self)),
        to: SIMD4<Int32>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static var packsFourVectors: Bool { true }

    @_alwaysEmitIntoClient @inline(__always)
    public static func storeBoundedBytes(
      _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, at place: UnsafeMutableRawPointer
    ) {
      place.storeBytes(of: packedBytes(a, b), as: SIMD8<Int32>.self)
      (place + 32).storeBytes(of: packedBytes(c, d), as: SIMD8<Int32>.self)
    }

    /// Two narrowings that saturate inside 128-bit halves, and one permutation that puts their parts in order.
    @_alwaysEmitIntoClient @inline(__always)
    static func packedBytes(_ a: Vector, _ b: Vector) -> SIMD8<Int32> {
      let bytes = unsafeBitCast(_mm256_packus_epi16(packedWords(a), packedWords(b)), to: SIMD8<Int32>.self)
      let order = SIMD8<Int32>(0, 4, 1, 5, 2, 6, 3, 7)
      return unsafeBitCast(
        _mm256_permutevar8x32_epi32(
          unsafeBitCast(bytes, to: __m256i.self), unsafeBitCast(order, to: __m256i.self)),
        to: SIMD8<Int32>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    static func packedWords(_ x: Vector) -> __m256i {
      let q = x.bits &- Vector(repeating: 12_582_912).bits
      return _mm256_packs_epi32(
        unsafeBitCast(q.lowHalf, to: __m256i.self), unsafeBitCast(q.highHalf, to: __m256i.self))
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      let low = unsafeBitCast(x.lowHalf, to: __m256i.self)
      let high = unsafeBitCast(x.highHalf, to: __m256i.self)
      // Packing works inside 128-bit halves: words 0-3, 8-11 | 4-7, 12-15; the permutation puts them in order.
      let words = swappingMiddle(_mm256_packus_epi32(low, high))
      return unsafeBitCast(_mm_packus_epi16(words.lowHalf, words.highHalf), to: SIMD16<UInt8>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func words(_ x: SIMD16<UInt32>) -> SIMD16<UInt16> {
      let low = unsafeBitCast(x.lowHalf, to: __m256i.self)
      let high = unsafeBitCast(x.highHalf, to: __m256i.self)
      return unsafeBitCast(swappingMiddle(_mm256_packus_epi32(low, high)), to: SIMD16<UInt16>.self)
    }

    @_alwaysEmitIntoClient @inline(__always)
    public static func addingPairProducts(
      _ sums: SIMD16<Int32>, _ a: SIMD16<Int32>, _ b: SIMD16<Int32>
    ) -> SIMD16<Int32> {
      SIMD16(
        lowHalf: sums.lowHalf &+ pairProducts(a.lowHalf, b.lowHalf),
        highHalf: sums.highHalf &+ pairProducts(a.highHalf, b.highHalf))
    }

    @_alwaysEmitIntoClient @inline(__always)
    static func pairProducts(_ a: SIMD8<Int32>, _ b: SIMD8<Int32>) -> SIMD8<Int32> {
      unsafeBitCast(
        _mm256_madd_epi16(unsafeBitCast(a, to: __m256i.self), unsafeBitCast(b, to: __m256i.self)),
        to: SIMD8<Int32>.self)
    }

    /// Undoes the order of instructions that work inside 128-bit halves (`vpermq`).
    @_alwaysEmitIntoClient @inline(__always)
    public static func swappingMiddle(_ x: __m256i) -> __m256i { __m256i(x[0], x[2], x[1], x[3]) }
  }
#endif
