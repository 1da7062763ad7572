#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// A group of input channels without a detour of its sums through memory, which takes a third off what groups cost.
  extension AVX512VNNI {
    /// For the tiles that nearly all rows of a batch are in: four panels, six rows or five.
    @inline(__always)
    static func multiplyGroup(_ tile: Int8Tile, _ group: Int8Group) -> Bool {
      guard tile.panelCount == 4, tile.rowCount > 4 else { return false }
      switch (tile.rowCount, group.isFirst) {
      case (5, true): multiplyFirstOfFive(tile, group)
      case (5, false): multiplyNextOfFive(tile, group)
      case (_, true): multiplyFirstOfSix(tile, group)
      case (_, false): multiplyNextOfSix(tile, group)
      }
      return true
    }

    // Separate functions, as the sum of all cases is more than the optimizer takes in one.

    @inline(never) static func multiplyFirstOfFive(_ tile: Int8Tile, _ group: Int8Group) {
      multiply(tile, group, rows: 5, first: true)
    }

    @inline(never) static func multiplyNextOfFive(_ tile: Int8Tile, _ group: Int8Group) {
      multiply(tile, group, rows: 5, first: false)
    }

    @inline(never) static func multiplyFirstOfSix(_ tile: Int8Tile, _ group: Int8Group) {
      multiply(tile, group, rows: 6, first: true)
    }

    @inline(never) static func multiplyNextOfSix(_ tile: Int8Tile, _ group: Int8Group) {
      multiply(tile, group, rows: 6, first: false)
    }

    @inline(__always)
    static func multiply(_ tile: Int8Tile, _ group: Int8Group, rows: Int, first: Bool) {
      var sums = zeros
      accumulate(tile, rows: rows, 4, into: &sums)
      // A loop would not be unrolled, and its index would send the accumulators to memory.
      keep(sums, group, rows: rows, panel: 0, first: first)
      keep(sums, group, rows: rows, panel: 1, first: first)
      keep(sums, group, rows: rows, panel: 2, first: first)
      keep(sums, group, rows: rows, panel: 3, first: first)
    }

    /// The float operations are those of `MultiplyInt8.scaled`.
    @inline(__always)
    static func keep(
      _ sums: InlineArray<24, __m512i>, _ group: Int8Group, rows: Int, panel: Int, first: Bool
    ) {
      let columnSums = UnsafeRawPointer(group.columnSums + panel &* Tile.outputs)
      let correction = correction(columnSums.loadUnaligned(as: SIMD16<Int32>.self))
      let groupScale =
        group.groupScales.map { float(bytesAt: $0 + panel &* Tile.outputs) } ?? Vector(repeating: 1)
      var r = 0
      while r < rows {
        let i = r &* 4 &+ panel
        let zeroPoint = SIMD16<Int32>(repeating: group.zeroPoints[r &* group.stride])
        let scale = Vector(repeating: group.scales[r &* group.stride]) * groupScale
        let sum = unsafeBitCast(sums[unchecked: i], to: SIMD16<Int32>.self)
        let product = float(corrected(sum, zeroPoint, correction))
        group.partial[i] = first ? product * scale : fma(product, scale, group.partial[i])
        r &+= 1
      }
    }
  }
#endif
