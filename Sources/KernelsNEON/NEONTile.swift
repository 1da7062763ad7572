#if arch(arm64) || arch(arm)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  /// Signed bytes on both sides: q - 128 and the weight. Two products of at most 128 * 127 fit 16 bits, so `smull`
  /// and `smlal` take two groups of four inputs before `sadalp` adds neighbours into 32 bits.
  enum NEONTile {
    @inline(__always)
    static func multiply(_ tile: Int8Tile) {
      var half = 0
      while half < tile.panelCount &* 2 {
        multiplyHalf(tile, half)
        half &+= 1
      }
    }

    /// Not inlined, as more than this is more than the optimizer keeps in registers.
    @inline(never)
    static func multiplyHalf(_ tile: Int8Tile, _ half: Int) {
      var row = 0
      while row < tile.rowCount {
        switch tile.rowCount &- row {
        case 1:
          multiply(tile, row, 1, half)
          row &+= 1
        case 2, 4:
          multiply(tile, row, 2, half)
          row &+= 2
        default:
          multiply(tile, row, 3, half)
          row &+= 3
        }
      }
    }

    /// Half of panel half / 2: per row, four accumulators of 2 channels x 2 pairs of inputs.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ row: Int, _ rowCount: Int, _ half: Int) {
      let weights = tile.weights + ((half &>> 1) &* tile.panelStride &+ (half & 1) &* 32)
      let rows = tile.rows + row &* tile.rowStride
      var sums = InlineArray<12, int32x4_t>(repeating: .zero)
      var k = 0
      while k &+ 2 <= tile.depth {
        add(&sums, weights, rows, tile.rowStride, k, k &+ 1, rowCount, last: false)
        k &+= 2
      }
      if k < tile.depth { add(&sums, weights, rows, tile.rowStride, k, k, rowCount, last: true) }
      var r = 0
      while r < rowCount {
        let place = UnsafeMutableRawPointer(tile.sums) + ((row &+ r) &* 256 &+ half &* 32)
        let low = pairs(sums[unchecked: r &* 4], sums[unchecked: r &* 4 &+ 1])
        let high = pairs(sums[unchecked: r &* 4 &+ 2], sums[unchecked: r &* 4 &+ 3])
        place.storeBytes(of: SIMD8(lowHalf: low, highHalf: high), as: SIMD8<Int32>.self)
        r &+= 1
      }
    }

    /// Two groups of four inputs, or the last one alone.
    @inline(__always)
    static func add(
      _ sums: inout InlineArray<12, int32x4_t>, _ weights: UnsafeRawPointer, _ rows: UnsafeRawPointer,
      _ rowStride: Int, _ k: Int, _ next: Int, _ rowCount: Int, last: Bool
    ) {
      var first = InlineArray<4, int8x8_t>(repeating: .zero)
      var second = InlineArray<4, int8x8_t>(repeating: .zero)
      var e = 0
      while e < 4 {
        first[unchecked: e] = (weights + (k &* Tile.bytes &+ e &* 8)).loadUnaligned(as: int8x8_t.self)
        second[unchecked: e] = (weights + (next &* Tile.bytes &+ e &* 8)).loadUnaligned(as: int8x8_t.self)
        e &+= 1
      }
      var r = 0
      while r < rowCount {
        let x = rows + r &* rowStride
        let four = repeated((x + k &* Tile.inputs).loadUnaligned(as: Int32.self))
        let nextFour = repeated((x + next &* Tile.inputs).loadUnaligned(as: Int32.self))
        e = 0
        while e < 4 {
          var pairs = vmull_s8(first[unchecked: e], four)
          if !last { pairs = vmlal_s8(pairs, second[unchecked: e], nextFour) }
          sums[unchecked: r &* 4 &+ e] = vpadalq_s16(sums[unchecked: r &* 4 &+ e], pairs)
          e &+= 1
        }
        r &+= 1
      }
    }

    /// The sums of neighbours, those of `a` first.
    @inline(__always)
    static func pairs(_ a: int32x4_t, _ b: int32x4_t) -> int32x4_t {
      #if arch(arm64)
        return vpaddq_s32(a, b)
      #else
        return int32x4_t(
          lowHalf: vpadd_s32(a.lowHalf, a.highHalf), highHalf: vpadd_s32(b.lowHalf, b.highHalf))
      #endif
    }

    @inline(__always)
    static func repeated(_ four: Int32) -> int8x8_t {
      unsafeBitCast(SIMD2<Int32>(repeating: four), to: int8x8_t.self)
    }
  }

  #if arch(arm)
    @c(kqs_multiply_tile_neon)
    public func multiplyTile(_ tile: UnsafeRawPointer) {
      NEONTile.multiply(tile.load(as: Int8Tile.self))
    }
  #endif
#endif
