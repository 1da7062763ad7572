import Kernels

#if arch(x86_64)
  import _Builtin_intrinsics.intel.sse2
#endif

/// Signed bytes on both sides: q - 128 and the weight. A product is at most 128 * 127 in magnitude, so that the sum
/// of two still fits 16 bits. A quarter of a tile (4 channels x 4 inputs) as 16-bit words holds inputs 0 and 1, or
/// 2 and 3, of a channel in each; shifts split it into the inputs 0, 2 and the inputs 1, 3.
extension Portable {
  @inline(never)
  static func multiplyTile(_ tile: Int8Tile) {
    var p = 0
    while p < tile.panelCount {
      var r = 0
      while r &+ 2 <= tile.rowCount {
        multiply(tile, r, 2, p)
        r &+= 2
      }
      if r < tile.rowCount { multiply(tile, r, 1, p) }
      p &+= 1
    }
  }

  @inline(__always)
  static func multiply(_ tile: Int8Tile, _ row: Int, _ rowCount: Int, _ panel: Int) {
    let weights = tile.weights + panel &* tile.panelStride
    let rows = tile.rows + row &* tile.rowStride
    var sums = InlineArray<8, SIMD4<Int32>>(repeating: .zero)
    var k = 0
    while k < tile.depth {
      var quarter = 0
      while quarter < 4 {
        let place = weights + (k &* Tile.bytes &+ quarter &* 16)
        let w = halves(place.loadUnaligned(as: SIMD8<Int16>.self))
        var r = 0
        while r < rowCount {
          let four = (rows + (r &* tile.rowStride &+ k &* Tile.inputs)).loadUnaligned(as: Int32.self)
          let x = halves(unsafeBitCast(SIMD4<Int32>(repeating: four), to: SIMD8<Int16>.self))
          let i = r &* 4 &+ quarter
          sums[unchecked: i] = sums[unchecked: i] &+ neighbours(w.even &* x.even &+ w.odd &* x.odd)
          r &+= 1
        }
        quarter &+= 1
      }
      k &+= 1
    }
    var r = 0
    while r < rowCount {
      let place = UnsafeMutableRawPointer(tile.sums + ((row &+ r) &* 4 &+ panel))
      var quarter = 0
      while quarter < 4 {
        (place + quarter &* 16).storeBytes(of: sums[unchecked: r &* 4 &+ quarter], as: SIMD4<Int32>.self)
        quarter &+= 1
      }
      r &+= 1
    }
  }

  /// The even and the odd bytes, sign-extended.
  @inline(__always)
  static func halves(_ bytes: SIMD8<Int16>) -> (even: SIMD8<Int16>, odd: SIMD8<Int16>) {
    #if arch(x86_64)
      let raw = unsafeBitCast(bytes, to: __m128i.self)
      return (
        unsafeBitCast(_mm_srai_epi16(_mm_slli_epi16(raw, 8), 8), to: SIMD8<Int16>.self),
        unsafeBitCast(_mm_srai_epi16(raw, 8), to: SIMD8<Int16>.self)
      )
    #else
      return ((bytes &<< 8) &>> 8, bytes &>> 8)
    #endif
  }

  /// The sums of neighbouring words, in 32 bits.
  @inline(__always)
  static func neighbours(_ words: SIMD8<Int16>) -> SIMD4<Int32> {
    #if arch(x86_64)
      let ones = unsafeBitCast(SIMD8<Int16>(repeating: 1), to: __m128i.self)
      return unsafeBitCast(
        _mm_madd_epi16(unsafeBitCast(words, to: __m128i.self), ones), to: SIMD4<Int32>.self)
    #else
      let pairs = unsafeBitCast(words, to: SIMD4<Int32>.self)
      return ((pairs &<< 16) &>> 16) &+ (pairs &>> 16)
    #endif
  }
}
