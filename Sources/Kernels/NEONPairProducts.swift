#if arch(arm64)
  import _Builtin_intrinsics.arm.neon

  /// `InstructionSet.addPairProducts` by `smlal`: per row, eight accumulators of 2 channels x 2 inputs, whose neighbours
  /// are added at the end.
  public enum NEONPairProducts {
    @_alwaysEmitIntoClient @inline(__always)
    public static func add(
      _ tile: Int16Tile, rows: Int, panels: Int, to sums: inout InlineArray<24, SIMD16<Int32>>
    ) {
      var p = 0
      while p < panels {
        var r = 0
        while r < rows {
          switch rows &- r {
          case 1:
            add(tile, r, 1, p, to: &sums)
            r &+= 1
          case 2, 4:
            add(tile, r, 2, p, to: &sums)
            r &+= 2
          default:
            add(tile, r, 3, p, to: &sums)
            r &+= 3
          }
        }
        p &+= 1
      }
    }

    /// At most three rows: their accumulators fill the registers.
    @_alwaysEmitIntoClient @inline(__always)
    static func add(
      _ tile: Int16Tile, _ row: Int, _ rowCount: Int, _ panel: Int,
      to sums: inout InlineArray<24, SIMD16<Int32>>
    ) {
      var products = InlineArray<24, int32x4_t>(repeating: .zero)
      var k = 0
      while k < tile.pairs {
        let place = tile.panels + (panel &* tile.panelStride &+ k &* Tile.bytes)
        var r = 0
        while r < rowCount {
          let pair = (tile.rows + ((row &+ r) &* tile.rowStride &+ k &* 4)).loadUnaligned(as: Int32.self)
          let x = unsafeBitCast(SIMD2<Int32>(repeating: pair), to: int16x4_t.self)
          var e = 0
          while e < 8 {
            let w = (place + e &* 8).loadUnaligned(as: int16x4_t.self)
            products[unchecked: r &* 8 &+ e] = vmlal_s16(products[unchecked: r &* 8 &+ e], w, x)
            e &+= 1
          }
          r &+= 1
        }
        k &+= 1
      }
      var r = 0
      while r < rowCount {
        let i = r &* 8
        let low = SIMD8(
          lowHalf: vpaddq_s32(products[unchecked: i], products[unchecked: i &+ 1]),
          highHalf: vpaddq_s32(products[unchecked: i &+ 2], products[unchecked: i &+ 3]))
        let high = SIMD8(
          lowHalf: vpaddq_s32(products[unchecked: i &+ 4], products[unchecked: i &+ 5]),
          highHalf: vpaddq_s32(products[unchecked: i &+ 6], products[unchecked: i &+ 7]))
        let place = (row &+ r) &* 4 &+ panel
        sums[unchecked: place] = sums[unchecked: place] &+ SIMD16(lowHalf: low, highHalf: high)
        r &+= 1
      }
    }
  }
#endif
