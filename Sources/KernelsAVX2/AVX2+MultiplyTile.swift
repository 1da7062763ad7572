#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// The exact product of bytes on AVX2. `vpmaddubsw` is no help: its pair sums reach 2 * 255 * 127 and saturate
  /// at 32767. So both sides are widened to 16 bits and `vpmaddwd` adds pairs of products in 32 bits. The rows are
  /// widened once for all panels; a quarter of a panel (4 channels x 4 inputs) is widened as it is loaded.
  extension AVX2 {
    @inline(__always)
    static func multiplyTile(_ tile: Int8Tile) {
      var r = 0
      while r < tile.rowCount {
        widen(tile.rows + r &* tile.rowStride, tile.scratch + r &* maximumDepth &* 2, tile.depth)
        r &+= 1
      }
      var half = 0
      while half < tile.panelCount &* 2 {
        multiplyHalf(tile, half)
        half &+= 1
      }
    }

    /// Not inlined, as more than this is more than the optimizer keeps in registers.
    @inline(never)
    static func multiplyHalf(_ tile: Int8Tile, _ half: Int) {
      switch tile.rowCount {
      case 1: multiply(tile, 1, half)
      case 2: multiply(tile, 2, half)
      case 3: multiply(tile, 3, half)
      case 4: multiply(tile, 4, half)
      case 5: multiply(tile, 5, half)
      default: multiply(tile, 6, half)
      }
    }

    /// `depth` groups of four bytes to 16-bit integers.
    @inline(__always)
    static func widen(_ row: UnsafeRawPointer, _ wide: UnsafeMutableRawPointer, _ depth: Int) {
      var k = 0
      while k &+ 4 <= depth {
        let bytes = (row + k &* 4).loadUnaligned(as: __m128i.self)
        (wide + k &* 8).storeBytes(of: _mm256_cvtepu8_epi16(bytes), as: __m256i.self)
        k &+= 4
      }
      while k < depth {
        let bytes = (row + k &* 4).loadUnaligned(as: UInt32.self)
        let words = _mm_cvtepu8_epi16(_mm_cvtsi32_si128(Int32(bitPattern: bytes)))
        (wide + k &* 8).storeBytes(of: words[0], as: Int64.self)
        k &+= 1
      }
    }

    /// Half of panel half / 2: per row, two accumulators of 4 channels x 2 pairs of inputs.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ rowCount: Int, _ half: Int) {
      let weights = tile.weights + ((half &>> 1) &* tile.panelStride &+ (half & 1) &* 32)
      var low = InlineArray<6, __m256i>(repeating: .zero)
      var high = InlineArray<6, __m256i>(repeating: .zero)
      var k = 0
      while k < tile.depth {
        let first = (weights + k &* Tile.bytes).loadUnaligned(as: __m128i.self)
        let second = (weights + (k &* Tile.bytes &+ 16)).loadUnaligned(as: __m128i.self)
        let w0 = _mm256_cvtepi8_epi16(first)
        let w1 = _mm256_cvtepi8_epi16(second)
        var r = 0
        while r < rowCount {
          let four = (tile.scratch + (r &* maximumDepth &* 2 &+ k &* 8)).loadUnaligned(as: Int64.self)
          let x = __m256i(repeating: four)
          low[unchecked: r] = add(low[unchecked: r], _mm256_madd_epi16(x, w0))
          high[unchecked: r] = add(high[unchecked: r], _mm256_madd_epi16(x, w1))
          r &+= 1
        }
        k &+= 1
      }
      let sums = UnsafeMutableRawPointer(tile.sums) + half &* 32
      var r = 0
      while r < rowCount {
        // Sums of neighbours: channels 0 1 4 5 | 2 3 6 7; the permutation puts them in order.
        let pairs = _mm256_hadd_epi32(low[unchecked: r], high[unchecked: r])
        var channels = swappingMiddle(pairs)
        let place = sums + r &* 4 &* Tile.bytes
        if tile.accumulate { channels = add(channels, place.loadUnaligned(as: __m256i.self)) }
        place.storeBytes(of: channels, as: __m256i.self)
        r &+= 1
      }
    }

    @inline(__always)
    static func add(_ a: __m256i, _ b: __m256i) -> __m256i { _mm256_add_epi32(a, b) }
  }
#endif
