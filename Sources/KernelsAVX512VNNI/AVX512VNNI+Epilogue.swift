#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// What `MultiplyInt8.keep` and `finish` do, for tiles of `multiplyRows`: `sums[r * panels + p]` of row r and panel p.
  extension AVX512VNNI {
    /// After every group but the last, on the accumulators.
    @inline(__always)
    static func keep<S: GroupScales>(
      _ sums: InlineArray<24, __m512i>, _ group: InputGroup, _ groupScales: S, rows: Int, _ panels: Int,
      addingTo before: UnsafePointer<Vector>, _ partial: UnsafeMutablePointer<Vector>
    ) {
      // A loop would not be unrolled, and its index would send the accumulators to memory; nor one over eight rows.
      keep(sums, group, groupScales, 0..<min(rows, 6), panels, panel: 0, addingTo: before, partial)
      keep(sums, group, groupScales, 0..<min(rows, 6), panels, panel: 1, addingTo: before, partial)
      if panels == 4 {
        keep(sums, group, groupScales, 0..<min(rows, 6), panels, panel: 2, addingTo: before, partial)
        keep(sums, group, groupScales, 0..<min(rows, 6), panels, panel: 3, addingTo: before, partial)
      } else {
        keep(sums, group, groupScales, 6..<rows, panels, panel: 0, addingTo: before, partial)
        keep(sums, group, groupScales, 6..<rows, panels, panel: 1, addingTo: before, partial)
      }
    }

    @inline(__always)
    static func keep<S: GroupScales>(
      _ sums: InlineArray<24, __m512i>, _ group: InputGroup, _ groupScales: S, _ rows: Range<Int>,
      _ panels: Int, panel: Int, addingTo before: UnsafePointer<Vector>,
      _ partial: UnsafeMutablePointer<Vector>
    ) {
      let correction = correction(group, panel)
      let factors = groupScales.factors(panel)
      var r = rows.lowerBound
      while r < rows.upperBound {
        let i = r &* panels &+ panel
        let sum = unsafeBitCast(sums[unchecked: i], to: SIMD16<Int32>.self)
        partial[i] = scaled(sum, group, S.self, factors, r, correction, addedTo: before[i])
        r &+= 1
      }
    }

    /// After the last group.
    @inline(__always)
    static func finish<S: GroupScales, E: Int8Epilogue>(
      _ tiles: RowTiles, _ group: InputGroup, _ groupScales: S, rows: Int, _ panels: Int,
      addingTo before: UnsafePointer<Vector>, _ epilogue: E
    ) {
      var p = 0
      while p < panels {
        let correction = correction(group, p)
        let factors = groupScales.factors(p)
        let channel = p &* Tile.outputs
        let weightScales = Vector(at: tiles.weightScales + channel)
        let bias = Vector(at: tiles.bias + channel)
        var r = 0
        while r < rows {
          let i = r &* panels &+ p
          let t = scaled(tiles.tile.sums[i], group, S.self, factors, r, correction, addedTo: before[i])
          let y = fma(t, weightScales, bias)
          epilogue.apply(Self.self, y, row: tiles.row &+ r, channel: tiles.channel &+ channel)
            .store(at: tiles.output + (r &* tiles.outputStride &+ channel))
          r &+= 1
        }
        p &+= 1
      }
    }

    @inline(__always)
    static func correction(_ group: InputGroup, _ panel: Int) -> SIMD16<Int32> {
      correction(
        UnsafeRawPointer(group.columnSums + panel &* Tile.outputs).loadUnaligned(as: SIMD16<Int32>.self))
    }

    /// The float operations of `MultiplyInt8.scaled`.
    @inline(__always)
    static func scaled<S: GroupScales>(
      _ sum: SIMD16<Int32>, _ group: InputGroup, _: S.Type, _ factors: Vector, _ r: Int,
      _ correction: SIMD16<Int32>, addedTo before: Vector
    ) -> Vector {
      let zeroPoint = SIMD16<Int32>(repeating: group.zeroPoints[r &* group.stride])
      let scale = S.product(Vector(repeating: group.scales[r &* group.stride]), factors)
      return fma(float(corrected(sum, zeroPoint, correction)), scale, before)
    }
  }
#endif
