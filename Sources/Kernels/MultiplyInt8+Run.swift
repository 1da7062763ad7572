extension MultiplyInt8 {
  /// Blocks of four panels, so that their weights (64 bytes per input channel) stay in the second-level cache
  /// over all rows; inside, blocks of at most six rows; inside, groups. Every sum is an exact integer, so the
  /// blocking shows in no bit.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    var sums = InlineArray<24, SIMD16<Int32>>(repeating: .zero)
    var partial = InlineArray<24, Vector>(repeating: .zero)
    var scratch = InlineArray<192, SIMD16<Int32>>(repeating: .zero)
    withUnsafeMutablePointer(to: &sums) { sums in
      withUnsafeMutablePointer(to: &partial) { partial in
        withUnsafeMutablePointer(to: &scratch) { scratch in
          run(
            on: I.self, UnsafeMutableRawPointer(sums).assumingMemoryBound(to: SIMD16<Int32>.self),
            UnsafeMutableRawPointer(partial).assumingMemoryBound(to: Vector.self),
            UnsafeMutableRawPointer(scratch))
        }
      }
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func run<I: InstructionSet>(
    on _: I.Type, _ sums: UnsafeMutablePointer<SIMD16<Int32>>, _ partial: UnsafeMutablePointer<Vector>,
    _ scratch: UnsafeMutableRawPointer
  ) {
    let panelBytes = Tile.panelBytes(inputs: matrix.inputs)
    // Once: a division for every tile would show.
    let groups = matrix.groups
    var tile = Int8Tile(
      rowCount: 0, panelCount: 0, rows: UnsafeRawPointer(rows.values), rowStride: rows.stride,
      weights: UnsafeRawPointer(matrix.weights), panelStride: panelBytes, depth: 0, accumulate: false,
      sums: sums, scratch: scratch)
    var panel = firstPanel
    while panel < lastPanel {
      tile.panelCount = lastPanel &- panel < 4 ? lastPanel &- panel : 4
      let weights = UnsafeRawPointer(matrix.weights) + panel &* panelBytes
      var row = firstRow
      while row < lastRow {
        tile.rowCount = Tile.blockRows(lastRow &- row)
        multiplyBlock(I.self, &tile, weights, row, panel, groups, partial)
        row &+= tile.rowCount
      }
      panel &+= 4
    }
  }

  /// All groups of one block of rows and panels, and the epilogue.
  @_alwaysEmitIntoClient @inline(__always)
  func multiplyBlock<I: InstructionSet>(
    _: I.Type, _ tile: inout Int8Tile, _ weights: UnsafeRawPointer, _ row: Int, _ panel: Int,
    _ groups: Int, _ partial: UnsafeMutablePointer<Vector>
  ) {
    let groupSize = groups == 1 ? matrix.inputs : matrix.groupSize
    var group = 0
    while group < groups {
      let end = matrix.inputs &- group &* groupSize < groupSize ? matrix.inputs : (group &+ 1) &* groupSize
      var input = group &* groupSize
      tile.accumulate = false
      while input < end {
        let depth = end &- input < I.maximumDepth ? end &- input : I.maximumDepth
        tile.rows = UnsafeRawPointer(rows.values) + (row &* rows.stride &+ input)
        tile.weights = weights + input &* Tile.outputs
        tile.depth = (depth &+ 3) / 4
        I.multiplyTile(tile)
        tile.accumulate = true
        input &+= depth
      }
      if group &+ 1 < groups {
        keep(I.self, tile, row, panel, group, groups, partial)
      } else {
        finish(I.self, tile, row, panel, group, groups, partial)
      }
      group &+= 1
    }
  }
}
