#if arch(arm64)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  /// Signed bytes on both sides: q - 128 and the weight. Two products of at most 128 * 127 fit 16 bits, so `smull`
  /// and `smlal` take two groups of four inputs before `sadalp` adds neighbours into 32 bits.
  extension NEON {
    @inline(never)
    static func multiplyTile(_ tile: Int8Tile) {
      var panel = 0
      while panel < tile.panelCount {
        var row = 0
        while row < tile.rowCount {
          switch tile.rowCount &- row {
          case 1: multiply(tile, row, 1, panel)
          case 2, 4: multiply(tile, row, 2, panel)
          default: multiply(tile, row, 3, panel)
          }
          row &+= tile.rowCount &- row == 4 ? 2 : 3
        }
        panel &+= 1
      }
    }

    /// A panel: per row, eight accumulators of 2 channels x 2 pairs of inputs.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ row: Int, _ rowCount: Int, _ panel: Int) {
      let weights = tile.weights + panel &* tile.panelStride
      let rows = tile.rows + row &* tile.rowStride
      var sums = InlineArray<24, int32x4_t>(repeating: .zero)
      var k = 0
      while k < tile.depth {
        let single = k &+ 1 == tile.depth
        var e = 0
        while e < 8 {
          let first = (weights + (k &* Tile.bytes &+ e &* 8)).loadUnaligned(as: int8x8_t.self)
          // Past the last group: zero weights, and the bytes of the last group once more.
          let next = single ? k : k &+ 1
          let loaded = (weights + (next &* Tile.bytes &+ e &* 8)).loadUnaligned(as: int8x8_t.self)
          let second = single ? int8x8_t.zero : loaded
          var r = 0
          while r < rowCount {
            let x = rows + r &* tile.rowStride
            let four = repeated((x + k &* Tile.inputs).loadUnaligned(as: Int32.self))
            let nextFour = repeated((x + next &* Tile.inputs).loadUnaligned(as: Int32.self))
            let pairs = vmlal_s8(vmull_s8(first, four), second, nextFour)
            sums[unchecked: r &* 8 &+ e] = vpadalq_s16(sums[unchecked: r &* 8 &+ e], pairs)
            r &+= 1
          }
          e &+= 1
        }
        k &+= 2
      }
      var r = 0
      while r < rowCount {
        let place = UnsafeMutableRawPointer(tile.sums + ((row &+ r) &* 4 &+ panel))
        var q = 0
        while q < 4 {
          let four = vpaddq_s32(sums[unchecked: r &* 8 &+ q &* 2], sums[unchecked: r &* 8 &+ q &* 2 &+ 1])
          (place + q &* 16).storeBytes(of: four, as: int32x4_t.self)
          q &+= 1
        }
        r &+= 1
      }
    }

    @inline(__always)
    static func repeated(_ four: Int32) -> int8x8_t {
      unsafeBitCast(SIMD2<Int32>(repeating: four), to: int8x8_t.self)
    }
  }
#endif
