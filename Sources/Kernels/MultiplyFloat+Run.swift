extension MultiplyFloat: PanelProduct {
  @_alwaysEmitIntoClient @inline(__always)
  public func multiplyBlock<I: InstructionSet>(
    _: I.Type, _ row: Int, _ rowCount: Int, _ panel: Int, _ panelCount: Int
  ) {
    var sums = InlineArray<24, Vector>(repeating: .zero)
    let output = c + (row &* cStride &+ panel &* Tile.lanes)
    if accumulate {
      var r = 0
      while r < rowCount {
        var p = 0
        while p < panelCount {
          sums[unchecked: r &* 4 &+ p] = Vector(at: output + (r &* cStride &+ p &* Tile.lanes))
          p &+= 1
        }
        r &+= 1
      }
    }
    let left = a + row &* aStride
    let right = b + panel &* inner &* Tile.lanes
    var k = 0
    while k < inner {
      var vectors = InlineArray<4, Vector>(repeating: .zero)
      var p = 0
      while p < panelCount {
        vectors[unchecked: p] = Vector(at: right + (p &* inner &+ k) &* Tile.lanes)
        p &+= 1
      }
      var r = 0
      while r < rowCount {
        let x = Vector(repeating: left[r &* aStride &+ k])
        p = 0
        while p < panelCount {
          sums[unchecked: r &* 4 &+ p] = I.fma(x, vectors[unchecked: p], sums[unchecked: r &* 4 &+ p])
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
        sums[unchecked: r &* 4 &+ p].store(at: output + (r &* cStride &+ p &* Tile.lanes))
        p &+= 1
      }
      r &+= 1
    }
  }
}
