extension MultiplyInt16: PanelProduct {
  @_alwaysEmitIntoClient @inline(__always)
  public func multiplyBlock<I: InstructionSet>(
    _: I.Type, _ row: Int, _ rowCount: Int, _ panel: Int, _ panelCount: Int
  ) {
    let panelBytes = pairs &* Tile.bytes
    let tile = Int16Tile(
      rows: a + row &* aStride, rowStride: aStride, panels: UnsafeRawPointer(b) + panel &* panelBytes,
      panelStride: panelBytes, pairs: pairs)
    var sums = InlineArray<24, SIMD16<Int32>>(repeating: .zero)
    I.addPairProducts(tile, rows: rowCount, panels: panelCount, to: &sums)
    var r = 0
    while r < rowCount {
      let factor = Vector(repeating: scale * (rowScales.map { $0[row &+ r] } ?? 1))
      let output = c + ((row &+ r) &* cStride &+ panel &* Tile.lanes)
      var p = 0
      while p < panelCount {
        (I.float(sums[unchecked: r &* 4 &+ p]) * factor).store(at: output + p &* Tile.lanes)
        p &+= 1
      }
      r &+= 1
    }
  }
}

extension InstructionSet {
  /// `addingPairProducts` over a register tile.
  @_alwaysEmitIntoClient @inline(__always)
  public static func addPairProducts(
    _ tile: Int16Tile, rows: Int, panels: Int, to sums: inout InlineArray<24, SIMD16<Int32>>
  ) {
    var k = 0
    while k < tile.pairs {
      var vectors = InlineArray<4, SIMD16<Int32>>(repeating: .zero)
      var p = 0
      while p < panels {
        let place = tile.panels + (p &* tile.panelStride &+ k &* Tile.bytes)
        vectors[unchecked: p] = place.loadUnaligned(as: SIMD16<Int32>.self)
        p &+= 1
      }
      var r = 0
      while r < rows {
        let pair = (tile.rows + (r &* tile.rowStride &+ k &* 4)).loadUnaligned(as: Int32.self)
        let x = SIMD16<Int32>(repeating: pair)
        p = 0
        while p < panels {
          let i = r &* 4 &+ p
          sums[unchecked: i] = addingPairProducts(sums[unchecked: i], x, vectors[unchecked: p])
          p &+= 1
        }
        r &+= 1
      }
      k &+= 1
    }
  }

  /// Halves by shifts, and two products.
  @_alwaysEmitIntoClient @inline(__always)
  public static func addingPairProducts(
    _ sums: SIMD16<Int32>, _ a: SIMD16<Int32>, _ b: SIMD16<Int32>
  ) -> SIMD16<Int32> {
    sums &+ ((a &<< 16) &>> 16) &* ((b &<< 16) &>> 16) &+ (a &>> 16) &* (b &>> 16)
  }
}
