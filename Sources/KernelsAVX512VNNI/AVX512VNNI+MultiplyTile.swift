#if arch(x86_64)
  import CShims
  import Kernels
  import _Builtin_intrinsics.intel

  /// `vpdpbusd` on one tile: 64 bytes of a panel (4 inputs x 16 channels) with 4 bytes of a row, repeated.
  extension AVX512VNNI {
    @inline(__always)
    static func multiplyTile(_ tile: Int8Tile) {
      switch tile.panelCount {
      case 4: multiplyFour(tile)
      case 3:
        multiplyTwo(tile)
        multiplyOne(tile.fromPanel(2))
      case 2: multiplyTwo(tile)
      default: multiplyOne(tile)
      }
    }

    // Separate functions, as the sum of all cases is more than the optimizer takes in one.

    /// Up to four rows; `multiplyRows` takes more.
    @inline(never) static func multiplyFour(_ tile: Int8Tile) { multiplyFew(tile, panels: 4) }
    @inline(never) static func multiplyTwo(_ tile: Int8Tile) { multiply(tile, panels: 2) }
    @inline(never) static func multiplyOne(_ tile: Int8Tile) { multiply(tile, panels: 1) }

    @inline(__always)
    static func multiply(_ tile: Int8Tile, panels: Int) {
      switch tile.rowCount {
      case 5: multiply(tile, rows: 5, panels)
      case 6: multiply(tile, rows: 6, panels)
      default: multiplyFew(tile, panels: panels)
      }
    }

    @inline(__always)
    static func multiplyFew(_ tile: Int8Tile, panels: Int) {
      switch tile.rowCount {
      case 1: multiply(tile, rows: 1, panels)
      case 2: multiply(tile, rows: 2, panels)
      case 3: multiply(tile, rows: 3, panels)
      default: multiply(tile, rows: 4, panels)
      }
    }

    /// The counts are literals, so that every case keeps its accumulators in registers: 24 of them in the
    /// largest, with 4 of weights and 1 of activations.
    @inline(__always)
    static func multiply(_ tile: Int8Tile, rows: Int, _ panels: Int, sumStride: Int = 4) {
      var sums = zeros
      accumulate(tile, rows: rows, panels, into: &sums)
      var r = 0
      while r < rows {
        var p = 0
        while p < panels {
          let sum = sums[unchecked: r &* panels &+ p]
          tile.sums[r &* sumStride &+ p] = unsafeBitCast(sum, to: SIMD16<Int32>.self)
          p &+= 1
        }
        r &+= 1
      }
    }

    /// A literal, since `InlineArray(repeating:)` is not always inlined, and accumulators then stay in memory.
    static var zeros: InlineArray<24, __m512i> {
      @inline(__always) get {
        let z = __m512i.zero
        return [z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z, z]
      }
    }

    /// - Precondition: the tile has at least one input channel.
    @inline(__always)
    static func accumulate(
      _ tile: Int8Tile, rows: Int, _ panels: Int, into sums: inout InlineArray<24, __m512i>
    ) {
      var k = 0
      var ahead = tile.ahead
      repeat {
        var weights = InlineArray<4, __m512i>(repeating: .zero)
        var p = 0
        while p < panels {
          let place = tile.weights + (p &* tile.panelStride &+ k &* Tile.bytes)
          weights[unchecked: p] = place.loadUnaligned(as: __m512i.self)
          p &+= 1
        }
        kqs_prefetch(ahead)
        kqs_prefetch(ahead + Tile.bytes)
        ahead += tile.aheadStep
        var r = 0
        while r < rows {
          let four = (tile.rows + (r &* tile.rowStride &+ k &* Tile.inputs)).loadUnaligned(as: Int32.self)
          let x = unsafeBitCast(SIMD16<Int32>(repeating: four), to: __m512i.self)
          p = 0
          while p < panels {
            let i = r &* panels &+ p
            sums[unchecked: i] = _mm512_dpbusd_epi32(sums[unchecked: i], x, weights[unchecked: p])
            p &+= 1
          }
          r &+= 1
        }
        k &+= 1
      } while k < tile.depth
    }
  }

  extension Int8Tile {
    /// The panels from one on.
    @inline(__always)
    func fromPanel(_ panel: Int) -> Int8Tile {
      var tile = self
      tile.weights += panel &* panelStride
      tile.sums += panel
      return tile
    }
  }
#endif
