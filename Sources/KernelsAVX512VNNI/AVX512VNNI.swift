#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  enum AVX512VNNI: InstructionSet {
    @inline(__always) static var floatRows: Int { 6 }
    @inline(__always) static var floatPanels: Int { 4 }
    @inline(__always) static var byteOffset: Int32 { 0 }
    @inline(__always) static var maximumDepth: Int { 1 << 20 }

    @inline(__always)
    static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float> {
      c.addingProduct(a, b)
    }

    @inline(__always)
    static func float(_ x: SIMD16<Int32>) -> SIMD16<Float> {
      _mm512_cvtepi32_ps(unsafeBitCast(x, to: __m512i.self))
    }

    @inline(__always)
    static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
      unsafeBitCast(_mm512_cvtepi32_epi8(unsafeBitCast(x, to: __m512i.self)), to: SIMD16<UInt8>.self)
    }

    @inline(__always)
    static func multiplyTile(_ tile: Int8Tile) {
      switch tile.panelCount {
      case 4: multiply(tile, 0, 4)
      case 3:
        multiply(tile, 0, 2)
        multiply(tile, 2, 1)
      case 2: multiply(tile, 0, 2)
      default: multiply(tile, 0, 1)
      }
    }

    /// The counts are literals, so that every case keeps its accumulators in registers: 24 of them in the
    /// largest, with 4 of weights and 1 of activations.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ panel: Int, _ panelCount: Int) {
      switch tile.rowCount {
      case 1: multiply(tile, 1, panel, panelCount)
      case 2: multiply(tile, 2, panel, panelCount)
      case 3: multiply(tile, 3, panel, panelCount)
      case 4: multiply(tile, 4, panel, panelCount)
      case 5: multiply(tile, 5, panel, panelCount)
      default: multiply(tile, 6, panel, panelCount)
      }
    }

    /// A step takes 64 bytes of every panel (4 inputs x 16 channels) and 4 bytes of every row, repeated.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ rowCount: Int, _ panel: Int, _ panelCount: Int) {
      let weights = tile.weights + panel &* tile.panelStride
      let sums = tile.sums + panel
      var accumulators = InlineArray<24, __m512i>(repeating: .zero)
      if tile.accumulate {
        var r = 0
        while r < rowCount {
          var p = 0
          while p < panelCount {
            accumulators[unchecked: r &* 4 &+ p] = unsafeBitCast(sums[r &* 4 &+ p], to: __m512i.self)
            p &+= 1
          }
          r &+= 1
        }
      }
      var k = 0
      while k < tile.depth {
        var w = InlineArray<4, __m512i>(repeating: .zero)
        var p = 0
        while p < panelCount {
          w[unchecked: p] = (weights + (p &* tile.panelStride &+ k &* Tile.bytes))
            .loadUnaligned(as: __m512i.self)
          p &+= 1
        }
        var r = 0
        while r < rowCount {
          let four = (tile.rows + (r &* tile.rowStride &+ k &* Tile.inputs)).loadUnaligned(as: Int32.self)
          let x = unsafeBitCast(SIMD16<Int32>(repeating: four), to: __m512i.self)
          p = 0
          while p < panelCount {
            accumulators[unchecked: r &* 4 &+ p] = _mm512_dpbusd_epi32(
              accumulators[unchecked: r &* 4 &+ p], x, w[unchecked: p])
            p &+= 1
          }
          r &+= 1
        }
        k &+= 1
      }
      var r = 0
      while r < rowCount {
        var p = 0
        while p < panelCount {
          sums[r &* 4 &+ p] = unsafeBitCast(accumulators[unchecked: r &* 4 &+ p], to: SIMD16<Int32>.self)
          p &+= 1
        }
        r &+= 1
      }
    }
  }
#endif
