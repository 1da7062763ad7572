#if arch(x86_64)
  import CShims
  import Kernels

  /// The products of one block of tiles over the inputs of a group.
  struct TileSlice {
    /// The first tile of the first 16 rows, and bytes to that of the second.
    let rows: UnsafeRawPointer
    let second: Int
    /// The first 64 inputs of the first panel, and bytes to the next panel.
    let weights: UnsafeRawPointer
    let panelStride: Int
    /// Tiles of 64 inputs.
    let steps: Int

    private static let tileBytes = 1024
    /// Bytes from the sums of one row to those of the next: four panels.
    private static let rowBytes = 4 * Tile.bytes

    /// `sums[r * 4 + p]` of 32 rows and two panels.
    ///
    /// - Parameter lines: of the next panels' weights, to be fetched meanwhile.
    @inline(__always)
    func multiplyTwoByTwo(_ lines: Range<UInt32>, _ sums: UnsafeMutablePointer<SIMD16<Int32>>) {
      kqs_tiles_clear()
      var step = 0
      while step < steps {
        let place = weights + step &* Self.tileBytes
        kqs_tiles_fetch(place + 2 &* panelStride, panelStride, lines.lowerBound, lines.upperBound)
        kqs_tiles_multiply_2x2(rows + step &* Self.tileBytes, second, place, panelStride)
        step &+= 1
      }
      kqs_tiles_store_2x2(sums, Self.rowBytes, 16 &* Self.rowBytes)
    }

    /// `sums[r * 4 + p]` of 16 rows and four panels.
    @inline(__always)
    func multiplyOneByFour(_ lines: Range<UInt32>, _ sums: UnsafeMutablePointer<SIMD16<Int32>>) {
      kqs_tiles_clear()
      var step = 0
      while step < steps {
        let place = weights + step &* Self.tileBytes
        kqs_tiles_fetch(place + 4 &* panelStride, panelStride, lines.lowerBound, lines.upperBound)
        kqs_tiles_multiply_1x4(rows + step &* Self.tileBytes, place, panelStride)
        step &+= 1
      }
      kqs_tiles_store_1x4(sums, Self.rowBytes)
    }
  }
#endif
