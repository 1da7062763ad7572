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
      weights: UnsafeRawPointer(matrix.weights), panelStride: panelBytes, depth: 0, accumulate: false,
      sums: sums, ahead: UnsafeRawPointer(matrix.weights), scratch: scratch + 48 &* Tile.bytes)
    // Each block of rows fetches its part of the next four panels, so that memory never idles; a single block fetches
    // half of them, which are two lines a step.
    let blocks = max((lastRow &- firstRow &+ 5) / 6, 2)
    let part = 4 &* panelBytes / blocks
    tile.aheadStep = 4 &* Tile.bytes / blocks
    while block.panel < lastPanel {
      block.panelCount = lastPanel &- block.panel < 4 ? lastPanel &- block.panel : 4
      tile.panelCount = block.panelCount
      let weights = UnsafeRawPointer(matrix.weights(fromPanel: block.panel))
      block.row = firstRow
      fetchChannels(I.self, block)
      var ahead = weights + 4 &* panelBytes
      if block.panel &+ 4 >= lastPanel, let next { ahead = UnsafeRawPointer(next) }
      while block.row < lastRow {
        block.rowCount = Tile.blockRows(lastRow &- block.row)
        tile.rowCount = block.rowCount
        multiplyBlock(I.self, &tile, weights, ahead: ahead, block)
        ahead += part
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
    fetchResidual(I.self, block)
    let groupSize = block.groups == 1 ? matrix.inputs : matrix.groupSize
    var group = 0
    while group < block.groups {
      let end = matrix.inputs &- group &* groupSize < groupSize ? matrix.inputs : (group &+ 1) &* groupSize
      var input = group &* groupSize
      if group &+ 1 < block.groups {
        place(&tile, weights, ahead: ahead, block, input..<end)
        if I.multiplyGroup(tile, Int8Group(self, block, group)) {
          group &+= 1
          continue
        }
      }
      tile.accumulate = false
      while input < end {
        let depth = end &- input < I.maximumDepth ? end &- input : I.maximumDepth
        place(&tile, weights, ahead: ahead, block, input..<input &+ depth)
        I.multiplyTile(tile)
        tile.accumulate = true
        input &+= depth
      }
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

  /// What the epilogue will add: hidden states of a long block have left the cache since they were quantized, and their rows
  /// are too far from each other for the machine to guess the next.
  @_alwaysEmitIntoClient @inline(__always)
  func fetchResidual<I: InstructionSet>(_: I.Type, _ block: Int8Block) {
    guard case .add(let residual, let stride) = epilogue else { return }
    var r = 0
    while r < block.rowCount {
      let row = UnsafeRawPointer(residual + ((block.row &+ r) &* stride &+ block.panel &* Tile.outputs))
      var p = 0
      while p < block.panelCount {
        I.fetch(row + p &* Tile.bytes)
        p &+= 1
      }
      r &+= 1
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
