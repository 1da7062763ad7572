extension MultiplyFloat {
  /// Blocks of panels, so that their part of B stays cached over all rows; inside, blocks of rows.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    let panels = columns / Tile.lanes
    var panel = 0
    while panel < panels {
      if panels &- panel >= I.floatPanels {
        multiplyWide(I.self, panel)
        panel &+= I.floatPanels
      } else if I.floatPanels > 2, panels &- panel >= 2 {
        multiplyPair(I.self, panel)
        panel &+= 2
      } else {
        multiplyNarrow(I.self, panel)
        panel &+= 1
      }
    }
  }

  // Not inlined, as the sum of all cases is more than the optimizer takes in one function; the instruction set is
  // part of their symbols.

  @_alwaysEmitIntoClient @inline(never)
  func multiplyWide<I: InstructionSet>(_: I.Type, _ panel: Int) {
    multiplyPanels(I.self, panel, I.floatPanels)
  }

  @_alwaysEmitIntoClient @inline(never)
  func multiplyPair<I: InstructionSet>(_: I.Type, _ panel: Int) { multiplyPanels(I.self, panel, 2) }

  @_alwaysEmitIntoClient @inline(never)
  func multiplyNarrow<I: InstructionSet>(_: I.Type, _ panel: Int) { multiplyPanels(I.self, panel, 1) }

  @_alwaysEmitIntoClient @inline(__always)
  func multiplyPanels<I: InstructionSet>(_: I.Type, _ panel: Int, _ panelCount: Int) {
    var row = 0
    while row < rows {
      let block = I.floatRows == 1 ? 1 : Tile.blockRows(rows &- row)
      // The counts are literals, so that every case keeps its accumulators in registers.
      switch block {
      case 1: multiplyBlock(I.self, row, 1, panel, panelCount)
      case 2: multiplyBlock(I.self, row, 2, panel, panelCount)
      case 3: multiplyBlock(I.self, row, 3, panel, panelCount)
      case 4: multiplyBlock(I.self, row, 4, panel, panelCount)
      case 5: multiplyBlock(I.self, row, 5, panel, panelCount)
      default: multiplyBlock(I.self, row, 6, panel, panelCount)
      }
      row &+= block
    }
  }

  /// One register tile over the whole of `inner`.
  @_alwaysEmitIntoClient @inline(__always)
  func multiplyBlock<I: InstructionSet>(
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
