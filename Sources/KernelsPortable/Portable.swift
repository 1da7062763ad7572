import Kernels

enum Portable: InstructionSet {
  // One vector at a time: the baseline of x86-64 has neither the registers nor the instruction.
  @inline(__always) static var floatRows: Int { 1 }
  @inline(__always) static var floatPanels: Int { 1 }
  @inline(__always) static var byteOffset: Int32 { -128 }
  @inline(__always) static var maximumDepth: Int { 1 << 20 }

  @inline(__always)
  static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
    #if arch(x86_64) || arch(i386)
      return emulatedFMA(a, b, c)
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

  @inline(__always)
  static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
    var bytes = SIMD16<UInt8>()
    for i in 0..<16 { bytes[i] = UInt8(truncatingIfNeeded: x[i]) }
    return bytes
  }

  /// Signed bytes on both sides: q - 128 and the weight. A product is at most 128 * 127 in magnitude, so that
  /// the sum of two still fits 16 bits. A tile as 16-bit words holds inputs 0 and 1, or 2 and 3, of a channel;
  /// shifts split it into the inputs 0, 2 and the inputs 1, 3.
  @inline(__always)
  static func multiplyTile(_ tile: Int8Tile) {
    var p = 0
    while p < tile.panelCount {
      let weights = tile.weights + p &* tile.panelStride
      var r = 0
      while r &+ 2 <= tile.rowCount {
        multiply(tile, weights, r, 2, p)
        r &+= 2
      }
      if r < tile.rowCount { multiply(tile, weights, r, 1, p) }
      p &+= 1
    }
  }

  @inline(__always)
  static func multiply(
    _ tile: Int8Tile, _ weights: UnsafeRawPointer, _ row: Int, _ rowCount: Int, _ panel: Int
  ) {
    var sums = InlineArray<2, SIMD16<Int32>>(repeating: .zero)
    var k = 0
    while k < tile.depth {
      let words = (weights + k &* Tile.bytes).loadUnaligned(as: SIMD32<Int16>.self)
      let even = lowBytes(words)
      let odd = highBytes(words)
      var r = 0
      while r < rowCount {
        let four = (tile.rows + ((row &+ r) &* tile.rowStride &+ k &* Tile.inputs)).loadUnaligned(
          as: Int32.self)
        let x = unsafeBitCast(SIMD16<Int32>(repeating: four), to: SIMD32<Int16>.self)
        let pairs = even &* lowBytes(x) &+ odd &* highBytes(x)
        let channels = unsafeBitCast(pairs, to: SIMD16<Int32>.self)
        sums[unchecked: r] = sums[unchecked: r] &+ (((channels &<< 16) &>> 16) &+ (channels &>> 16))
        r &+= 1
      }
      k &+= 1
    }
    var r = 0
    while r < rowCount {
      let place = tile.sums + ((row &+ r) &* 4 &+ panel)
      place.pointee = tile.accumulate ? place.pointee &+ sums[unchecked: r] : sums[unchecked: r]
      r &+= 1
    }
  }

  /// The low byte of every word, sign-extended. By halves: shifts of 32 lanes at once become a loop over lanes.
  @inline(__always)
  static func lowBytes(_ x: SIMD32<Int16>) -> SIMD32<Int16> {
    SIMD32(lowHalf: (x.lowHalf &<< 8) &>> 8, highHalf: (x.highHalf &<< 8) &>> 8)
  }

  /// The high byte of every word, sign-extended.
  @inline(__always)
  static func highBytes(_ x: SIMD32<Int16>) -> SIMD32<Int16> {
    SIMD32(lowHalf: x.lowHalf &>> 8, highHalf: x.highHalf &>> 8)
  }
}
