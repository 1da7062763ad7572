extension MultiplyInt8 {
  /// Blocks of four panels, so that their weights (64 bytes per input channel) stay in the second-level cache
  /// over all rows; inside, blocks of at most six rows; inside, groups. Every sum is an exact integer, so the
  /// blocking shows in no bit.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: Int8InstructionSet>(on _: I.Type) {
    let sums = scratch.assumingMemoryBound(to: SIMD16<Int32>.self)
    let partial = (scratch + 24 &* Tile.bytes).assumingMemoryBound(to: Vector.self)
    let panelBytes = Tile.panelBytes(inputs: matrix.inputs)
    // Once: a division for every tile would show.
    var block = Int8Block(panel: firstPanel, groups: matrix.groups, sums: sums, partial: partial)
    var tile = Int8Tile(
      rowCount: 0, panelCount: 0, rows: UnsafeRawPointer(rows.values), rowStride: rows.stride,
      weights: UnsafeRawPointer(matrix.weights), panelStride: panelBytes, depth: 0,
      sums: sums, ahead: UnsafeRawPointer(matrix.weights))
    // Each block of rows fetches its part of the next four panels, so that memory never idles; a single block fetches
    // half of them, which are two lines a step.
    let blocks = max((lastRow &- firstRow &+ 5) / 6, 2)
    tile.aheadStep = 4 &* Tile.bytes / blocks
    var ahead = WeightsAhead(place: tile.ahead, step: tile.aheadStep, part: 4 &* panelBytes / blocks)
    while block.panel < lastPanel {
      block.panelCount = lastPanel &- block.panel < 4 ? lastPanel &- block.panel : 4
      tile.panelCount = block.panelCount
      let weights = UnsafeRawPointer(matrix.weights(fromPanel: block.panel))
      block.row = firstRow
      fetchChannels(I.self, block)
      ahead.place = weights + 4 &* panelBytes
      if block.panel &+ 4 >= lastPanel, let next { ahead.place = UnsafeRawPointer(next) }
      let done = I.multiplyRows(self, block, ahead)
      block.row &+= done
      ahead.place += (done &+ 5) / 6 &* ahead.part
      while block.row < lastRow {
        block.rowCount = Tile.blockRows(lastRow &- block.row)
        tile.rowCount = block.rowCount
        multiplyBlock(I.self, &tile, weights, ahead: ahead.place, block)
        ahead.place += ahead.part
        block.row &+= tile.rowCount
      }
      block.panel &+= 4
    }
  }

  /// All groups of one block of rows and panels, and the epilogue.
  ///
  /// - Parameter ahead: weights that are to be fetched meanwhile.
  @_alwaysEmitIntoClient @inline(__always)
  func multiplyBlock<I: Int8InstructionSet>(
    _: I.Type, _ tile: inout Int8Tile, _ weights: UnsafeRawPointer, ahead: UnsafeRawPointer,
    _ block: Int8Block
  ) {
    if case .add(let residual, let stride) = epilogue {
      AddEpilogue(residual: residual, stride: stride).fetch(
        I.self, row: block.row, rows: block.rowCount, channel: block.panel &* Tile.outputs,
        panels: block.panelCount)
    }
    let groupSize = block.groups == 1 ? matrix.inputs : matrix.groupSize
    var group = 0
    while group < block.groups {
      let end = matrix.inputs &- group &* groupSize < groupSize ? matrix.inputs : (group &+ 1) &* groupSize
      place(&tile, weights, ahead: ahead, block, group &* groupSize..<end)
      I.multiplyTile(tile)
      if group &+ 1 < block.groups {
        keep(I.self, block, group)
      } else {
        finish(I.self, block, group)
      }
      group &+= 1
    }
  }

  /// What the epilogues need of the channels of a block, from memory while its first tile is multiplied.
  @_alwaysEmitIntoClient @inline(__always)
  func fetchChannels<I: InstructionSet>(_: I.Type, _ block: Int8Block) {
    var channel = block.panel &* Tile.outputs
    let end = channel &+ block.panelCount &* Tile.outputs
    while channel < end {
      I.fetch(matrix.scales + channel)
      I.fetch(matrix.bias + channel)
      var group = 0
      while group < block.groups {
        I.fetch(matrix.columnSums + (group &* matrix.panels &* Tile.outputs &+ channel))
        group &+= 1
      }
      channel &+= Tile.outputs
    }
  }

  /// Where the rows and weights of some input channels are.
  @_alwaysEmitIntoClient @inline(__always)
  func place(
    _ tile: inout Int8Tile, _ weights: UnsafeRawPointer, ahead: UnsafeRawPointer, _ block: Int8Block,
    _ inputs: Range<Int>
  ) {
    tile.rows = UnsafeRawPointer(rows.values) + (block.row &* rows.stride &+ inputs.lowerBound)
    tile.weights = weights + inputs.lowerBound &* Tile.outputs
    tile.ahead = ahead + inputs.lowerBound / 4 &* tile.aheadStep
    tile.depth = (inputs.upperBound &- inputs.lowerBound &+ 3) / 4
  }
}
