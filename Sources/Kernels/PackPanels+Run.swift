extension PackPanels {
  /// `FloatKernelTable.packRows`: copies 16 columns of every row, panel by panel.
  @_alwaysEmitIntoClient @inline(__always)
  public func runRows<I: InstructionSet>(on _: I.Type) {
    var column = 0
    while column < columns {
      let width = columns &- column < Tile.lanes ? columns &- column : Tile.lanes
      let panel = output + column &* rows
      var row = 0
      while row < rows {
        let source = input + (row &* stride &+ column)
        let vector = width == Tile.lanes ? Vector(at: source) : Vector(first: width, at: source)
        vector.store(at: panel + row &* Tile.lanes)
        row &+= 1
      }
      column &+= Tile.lanes
    }
  }

  /// `KernelTable.packColumns`: transposes blocks of 16 x 16 in registers, and what is left element by element.
  @_alwaysEmitIntoClient @inline(__always)
  public func runColumns<I: InstructionSet>(on _: I.Type) {
    let whole = columns & ~15
    var row = 0
    while row < rows {
      let height = rows &- row < Tile.lanes ? rows &- row : Tile.lanes
      let panel = output + row &* columns
      var column = 0
      while column < whole {
        let place = panel + column &* Tile.lanes
        var block = (source: input + (row &* stride &+ column), stride: stride)
        if height < Tile.lanes {
          // A whole block, where it goes to: one of as many rows as it has would not stay in registers.
          copyRows(block.source, height, to: place)
          block = (UnsafePointer(place), Tile.lanes)
        }
        transposeBlock(block.source, block.stride, into: place)
        column &+= Tile.lanes
      }
      while column < columns {
        var vector = Vector(repeating: 0)
        var lane = 0
        while lane < height {
          vector[lane] = input[(row &+ lane) &* stride &+ column]
          lane &+= 1
        }
        vector.store(at: panel + column &* Tile.lanes)
        column &+= 1
      }
      row &+= Tile.lanes
    }
  }

  /// 16 columns of `count` rows, and zeros for those that are missing of 16.
  @_alwaysEmitIntoClient @inline(__always)
  func copyRows(_ source: UnsafePointer<Float>, _ count: Int, to block: UnsafeMutablePointer<Float>) {
    var i = 0
    while i < Tile.lanes {
      let vector = i < count ? Vector(at: source + i &* stride) : .zero
      vector.store(at: block + i &* Tile.lanes)
      i &+= 1
    }
  }

  /// Four rounds of interleaving vector i with vector i + 8 transpose 16 vectors: each moves one bit of the lane
  /// index into the vector index.
  @_alwaysEmitIntoClient @inline(__always)
  func transposeBlock(
    _ source: UnsafePointer<Float>, _ stride: Int, into place: UnsafeMutablePointer<Float>
  ) {
    var block = InlineArray<16, Vector>(repeating: .zero)
    var i = 0
    while i < Tile.lanes {
      block[unchecked: i] = Vector(at: source + i &* stride)
      i &+= 1
    }
    for _ in 0..<4 {
      var next = InlineArray<16, Vector>(repeating: .zero)
      i = 0
      while i < 8 {
        let (a, b) = (block[unchecked: i], block[unchecked: i &+ 8])
        next[unchecked: 2 &* i] = Vector(interleaving: a.lowHalf, b.lowHalf)
        next[unchecked: 2 &* i &+ 1] = Vector(interleaving: a.highHalf, b.highHalf)
        i &+= 1
      }
      block = next
    }
    i = 0
    while i < Tile.lanes {
      block[unchecked: i].store(at: place + i &* Tile.lanes)
      i &+= 1
    }
  }
}
