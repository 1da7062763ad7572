#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// A register tile is at most four rows by one panel: eight accumulators. Four bytes of a row are broadcast once for
  /// both halves of the panel.
  extension AVX2 {
    @inline(never)
    static func multiplyPrepared(_ tile: Int8Tile, _ memory: UnsafeMutableRawPointer, accumulate: Bool) {
      let prepared = PreparedWeights(memory)
      switch tile.rowCount {
      case 1: multiply(tile, 1, prepared, accumulate)
      case 2: multiply(tile, 2, prepared, accumulate)
      case 3: multiply(tile, 3, prepared, accumulate)
      default: multiply(tile, 4, prepared, accumulate)
      }
    }

    /// - Parameter rowCount: a literal, so that accumulators stay in registers.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ rowCount: Int, _ prepared: PreparedWeights, _ accumulate: Bool) {
      var low = InlineArray<4, __m256i>(repeating: .zero)
      var high = InlineArray<4, __m256i>(repeating: .zero)
      var weights = UnsafeRawPointer(prepared.tiles)
      var rows = tile.rows
      var ahead = tile.ahead
      var left = tile.depth
      while left > 0 {
        fetch(ahead)
        addProducts(rows, tile.rowStride, rowCount, weights, to: &low, &high)
        addProducts(rows + Tile.inputs, tile.rowStride, rowCount, weights + Tile.bytes, to: &low, &high)
        weights += 2 &* Tile.bytes
        rows += 2 &* Tile.inputs
        ahead += tile.aheadStep
        left &-= 2
      }
      addRests(tile, rowCount, prepared.low, to: &low)
      addRests(tile, rowCount, prepared.high, to: &high)
      var r = 0
      while r < rowCount {
        let place = UnsafeMutableRawPointer(tile.sums) + r &* 4 &* Tile.bytes
        if accumulate {
          low[unchecked: r] = _mm256_add_epi32(
            low[unchecked: r], place.loadUnaligned(as: __m256i.self))
          high[unchecked: r] = _mm256_add_epi32(
            high[unchecked: r], (place + 32).loadUnaligned(as: __m256i.self))
        }
        place.storeBytes(of: low[unchecked: r], as: __m256i.self)
        (place + 32).storeBytes(of: high[unchecked: r], as: __m256i.self)
        r &+= 1
      }
    }

    /// Four input channels.
    @inline(__always)
    static func addProducts(
      _ rows: UnsafeRawPointer, _ rowStride: Int, _ rowCount: Int, _ weights: UnsafeRawPointer,
      to low: inout InlineArray<4, __m256i>, _ high: inout InlineArray<4, __m256i>
    ) {
      let first = weights.loadUnaligned(as: __m256i.self)
      let second = (weights + 32).loadUnaligned(as: __m256i.self)
      var r = 0
      while r < rowCount {
        let x = fourBytes(rows + r &* rowStride)
        low[unchecked: r] = adding(low[unchecked: r], _mm256_maddubs_epi16(x, first))
        high[unchecked: r] = adding(high[unchecked: r], _mm256_maddubs_epi16(x, second))
        r &+= 1
      }
    }

    /// The rests of half a panel.
    @inline(__always)
    static func addRests(
      _ tile: Int8Tile, _ rowCount: Int, _ rests: PreparedWeights.Rests,
      to sums: inout InlineArray<4, __m256i>
    ) {
      let count = rests.count.pointee
      var i = 0
      while i < count {
        let w = (rests.weights + i &* 32).loadUnaligned(as: __m256i.self)
        let rows = tile.rows + Int(rests.steps[i]) &* Tile.inputs
        var r = 0
        while r < rowCount {
          let x = fourBytes(rows + r &* tile.rowStride)
          sums[unchecked: r] = adding(sums[unchecked: r], _mm256_maddubs_epi16(x, w))
          r &+= 1
        }
        i &+= 1
      }
    }

    /// sums + pairs of neighbouring 16-bit integers.
    @inline(__always)
    static func adding(_ sums: __m256i, _ pairs: __m256i) -> __m256i {
      _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, words(1)))
    }
  }
#endif
