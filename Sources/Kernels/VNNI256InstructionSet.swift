#if arch(x86_64)
  /// `vpdpbusd` on 256 bits, the form that CPUs without AVX-512 have.
  ///
  /// The instruction has two encodings, VEX (AVX-VNNI) and EVEX (AVX-512 VL and VNNI); the kernel is the same.
  public protocol VNNI256InstructionSet: AVX2InstructionSet, Int8InstructionSet {
    /// Adds the products of four unsigned bytes of `x` and four signed ones of `weights` to every sum.
    static func addingProducts(
      _ sums: SIMD8<Int32>, _ x: SIMD8<Int32>, _ weights: SIMD8<Int32>
    ) -> SIMD8<Int32>
  }

  extension VNNI256InstructionSet {
    @_alwaysEmitIntoClient @inline(__always)
    public static func multiplyTile(_ tile: Int8Tile) {
      var panel = 0
      while panel < tile.panelCount {
        multiplyPanel(tile, panel)
        panel &+= 1
      }
    }

    /// Not inlined, as the sum of all cases is more than the optimizer takes in one function.
    @_alwaysEmitIntoClient @inline(never)
    static func multiplyPanel(_ tile: Int8Tile, _ panel: Int) {
      switch tile.rowCount {
      case 1: multiply(tile, 1, panel)
      case 2: multiply(tile, 2, panel)
      case 3: multiply(tile, 3, panel)
      case 4: multiply(tile, 4, panel)
      case 5: multiply(tile, 5, panel)
      default: multiply(tile, 6, panel)
      }
    }

    /// A panel: per row, two accumulators of 8 channels.
    @_alwaysEmitIntoClient @inline(__always)
    static func multiply(_ tile: Int8Tile, _ rowCount: Int, _ panel: Int) {
      let weights = tile.weights + panel &* tile.panelStride
      var low = InlineArray<6, SIMD8<Int32>>(repeating: .zero)
      var high = InlineArray<6, SIMD8<Int32>>(repeating: .zero)
      var k = 0
      while k < tile.depth {
        let w0 = (weights + k &* Tile.bytes).loadUnaligned(as: SIMD8<Int32>.self)
        let w1 = (weights + (k &* Tile.bytes &+ 32)).loadUnaligned(as: SIMD8<Int32>.self)
        var r = 0
        while r < rowCount {
          let four = (tile.rows + (r &* tile.rowStride &+ k &* Tile.inputs)).loadUnaligned(as: Int32.self)
          let x = SIMD8<Int32>(repeating: four)
          low[unchecked: r] = addingProducts(low[unchecked: r], x, w0)
          high[unchecked: r] = addingProducts(high[unchecked: r], x, w1)
          r &+= 1
        }
        k &+= 1
      }
      var r = 0
      while r < rowCount {
        tile.sums[r &* 4 &+ panel] = SIMD16(lowHalf: low[unchecked: r], highHalf: high[unchecked: r])
        r &+= 1
      }
    }
  }
#endif
