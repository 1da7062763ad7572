#if arch(arm64)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  /// Signed bytes on both sides: q - 128 and the weight. `smmla` multiplies 2 rows x 8 inputs by 8 inputs x 2
  /// channels. Two tiles that follow each other hold 8 inputs of a channel; interleaving their 32-bit lanes puts
  /// them side by side.
  enum NEONI8MM: NEONInstructionSet {
    @inline(__always)
    static func multiplyTile(_ tile: Int8Tile) {
      var half = 0
      while half < tile.panelCount &* 2 {
        switch tile.rowCount {
        case 1, 2: multiplyOne(tile, half)
        case 3, 4: multiplyTwo(tile, half)
        default: multiplyThree(tile, half)
        }
        half &+= 1
      }
    }

    // The count of pairs is a literal, so that every case keeps its accumulators in registers; separate functions,
    // as the sum of all cases is more than the optimizer takes in one.

    @inline(never) static func multiplyOne(_ tile: Int8Tile, _ half: Int) { multiply(tile, 1, half) }
    @inline(never) static func multiplyTwo(_ tile: Int8Tile, _ half: Int) { multiply(tile, 2, half) }
    @inline(never) static func multiplyThree(_ tile: Int8Tile, _ half: Int) { multiply(tile, 3, half) }

    /// The rows of a tile, two by two. Without a second row, a last pair is the same row twice.
    struct Rows {
      let first: UnsafeRawPointer
      let stride: Int
      let last: Int
      let lastStride: Int

      @inline(__always)
      init(_ tile: Int8Tile, _ pairs: Int) {
        first = tile.rows
        stride = tile.rowStride
        last = pairs &- 1
        lastStride = tile.rowCount == pairs &* 2 ? tile.rowStride : 0
      }

      /// The inputs of a pair from group `k` on.
      @inline(__always)
      func pair(_ pair: Int, _ k: Int) -> (UnsafeRawPointer, UnsafeRawPointer) {
        let place = first + (pair &* 2 &* stride &+ k &* Tile.inputs)
        return (place, place + (pair == last ? lastStride : stride))
      }
    }

    /// Half of panel half / 2: per pair of rows, four accumulators of 2 rows x 2 channels.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ pairs: Int, _ half: Int) {
      let weights = tile.weights + ((half &>> 1) &* tile.panelStride &+ (half & 1) &* 32)
      let rows = Rows(tile, pairs)
      let depth = tile.depth
      var sums = InlineArray<12, int32x4_t>(repeating: .zero)
      var k = 0
      while k &+ 2 <= depth {
        var x = InlineArray<3, int8x16_t>(repeating: .zero)
        var pair = 0
        while pair < pairs {
          let (first, second) = rows.pair(pair, k)
          x[unchecked: pair] = sideBySide(
            first.loadUnaligned(as: Int64.self), second.loadUnaligned(as: Int64.self))
          pair &+= 1
        }
        add(&sums, x, pairs, weights + k &* Tile.bytes, weights + (k &+ 1) &* Tile.bytes)
        k &+= 2
      }
      if k < depth { addLast(&sums, rows, pairs, weights + k &* Tile.bytes, k) }
      store(sums, tile, pairs, half)
    }

    /// The last four inputs of an odd number of tiles: zeros stand for four more activations.
    @inline(__always)
    static func addLast(
      _ sums: inout InlineArray<12, int32x4_t>, _ rows: Rows, _ pairs: Int, _ weights: UnsafeRawPointer,
      _ k: Int
    ) {
      var x = InlineArray<3, int8x16_t>(repeating: .zero)
      var pair = 0
      while pair < pairs {
        let (first, second) = rows.pair(pair, k)
        x[unchecked: pair] = sideBySide(
          Int64(first.loadUnaligned(as: UInt32.self)), Int64(second.loadUnaligned(as: UInt32.self)))
        pair &+= 1
      }
      add(&sums, x, pairs, weights, weights)
    }

    /// Four channels at a time of two tiles.
    @inline(__always)
    static func add(
      _ sums: inout InlineArray<12, int32x4_t>, _ x: InlineArray<3, int8x16_t>, _ pairs: Int,
      _ tile: UnsafeRawPointer, _ next: UnsafeRawPointer
    ) {
      var quarter = 0
      while quarter < 2 {
        let a = (tile + quarter &* 16).loadUnaligned(as: int32x4_t.self)
        let b = (next + quarter &* 16).loadUnaligned(as: int32x4_t.self)
        let low = unsafeBitCast(vzip1q_s32(a, b), to: int8x16_t.self)
        let high = unsafeBitCast(vzip2q_s32(a, b), to: int8x16_t.self)
        var pair = 0
        while pair < pairs {
          let i = pair &* 4 &+ quarter &* 2
          sums[unchecked: i] = vmmlaq_s32(sums[unchecked: i], x[unchecked: pair], low)
          sums[unchecked: i &+ 1] = vmmlaq_s32(sums[unchecked: i &+ 1], x[unchecked: pair], high)
          pair &+= 1
        }
        quarter &+= 1
      }
    }

    /// An accumulator holds channels c and c + 1 of the first row, then of the second.
    @inline(__always)
    static func store(
      _ sums: InlineArray<12, int32x4_t>, _ tile: Int8Tile, _ pairs: Int, _ half: Int
    ) {
      var pair = 0
      while pair < pairs {
        let place = UnsafeMutableRawPointer(tile.sums) + (pair &* 8 &* Tile.bytes &+ half &* 32)
        var quarter = 0
        while quarter < 2 {
          let low = sums[unchecked: pair &* 4 &+ quarter &* 2]
          let high = sums[unchecked: pair &* 4 &+ quarter &* 2 &+ 1]
          let first = int32x4_t(lowHalf: low.lowHalf, highHalf: high.lowHalf)
          let second = int32x4_t(lowHalf: low.highHalf, highHalf: high.highHalf)
          (place + quarter &* 16).storeBytes(of: first, as: int32x4_t.self)
          if pair &* 2 &+ 1 < tile.rowCount {
            (place + (4 &* Tile.bytes &+ quarter &* 16)).storeBytes(of: second, as: int32x4_t.self)
          }
          quarter &+= 1
        }
        pair &+= 1
      }
    }

    @inline(__always)
    static func sideBySide(_ first: Int64, _ second: Int64) -> int8x16_t {
      unsafeBitCast(SIMD2<Int64>(first, second), to: int8x16_t.self)
    }
  }
#endif
