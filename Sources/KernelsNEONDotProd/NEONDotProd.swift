#if arch(arm64)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  /// Signed bytes on both sides: q - 128 and the weight; `sdot` adds four products per channel.
  enum NEONDotProd: NEONInstructionSet {
    @inline(never)
    static func multiplyTile(_ tile: Int8Tile) {
      switch tile.rowCount {
      case 1: multiply(tile, 1)
      case 2: multiply(tile, 2)
      case 3: multiply(tile, 3)
      case 4: multiply(tile, 4)
      case 5: multiply(tile, 5)
      default: multiply(tile, 6)
      }
    }

    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ rowCount: Int) {
      var panel = 0
      while panel < tile.panelCount {
        multiply(tile, rowCount, panel)
        panel &+= 1
      }
    }

    /// A panel: per row, four accumulators of four channels.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ rowCount: Int, _ panel: Int) {
      let weights = tile.weights + panel &* tile.panelStride
      var sums = InlineArray<24, int32x4_t>(repeating: .zero)
      var k = 0
      while k < tile.depth {
        var w = InlineArray<4, int8x16_t>(repeating: .zero)
        var q = 0
        while q < 4 {
          w[unchecked: q] = (weights + (k &* Tile.bytes &+ q &* 16)).loadUnaligned(as: int8x16_t.self)
          q &+= 1
        }
        var r = 0
        while r < rowCount {
          let four = (tile.rows + (r &* tile.rowStride &+ k &* Tile.inputs)).loadUnaligned(as: Int32.self)
          let x = unsafeBitCast(SIMD4<Int32>(repeating: four), to: int8x16_t.self)
          q = 0
          while q < 4 {
            sums[unchecked: r &* 4 &+ q] = vdotq_s32(sums[unchecked: r &* 4 &+ q], w[unchecked: q], x)
            q &+= 1
          }
          r &+= 1
        }
        k &+= 1
      }
      var r = 0
      while r < rowCount {
        let place = UnsafeMutableRawPointer(tile.sums + (r &* 4 &+ panel))
        var q = 0
        while q < 4 {
          (place + q &* 16).storeBytes(of: sums[unchecked: r &* 4 &+ q], as: int32x4_t.self)
          q &+= 1
        }
        r &+= 1
      }
    }
  }
#endif
