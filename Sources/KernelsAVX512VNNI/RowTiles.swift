#if arch(x86_64)
  import Kernels

  /// Tiles one below the other in a block of panels, and what belongs to the first of them.
  struct RowTiles {
    /// Without its depth, which depends on the group.
    var tile: Int8Tile
    /// Bytes of the weights ahead that each tile fetches.
    var part: Int
    var row: Int
    var channel: Int
    var group: InputGroup
    let groups: Int
    /// Steps of four input channels in a group, and in the last one.
    let depth: Int
    let lastDepth: Int
    var weightScales: UnsafePointer<Float>
    var bias: UnsafePointer<Float>
    var output: UnsafeMutablePointer<Float>
    let outputStride: Int
    /// 24 vectors of -0.0, to which the first group is added: the sum is the product to its last bit, whatever its sign.
    let zeros: UnsafePointer<Vector>
    let partial: UnsafeMutablePointer<Vector>

    @inline(__always)
    init(_ product: MultiplyInt8, _ block: Int8Block, _ ahead: WeightsAhead) {
      let matrix = product.matrix
      row = product.firstRow
      channel = block.panel &* Tile.outputs
      part = ahead.part
      tile = Int8Tile(
        rowCount: 0, panelCount: block.panelCount,
        rows: UnsafeRawPointer(product.rows.values) + row &* product.rows.stride,
        rowStride: product.rows.stride, weights: UnsafeRawPointer(matrix.weights(fromPanel: block.panel)),
        panelStride: Tile.panelBytes(inputs: matrix.inputs), depth: 0, sums: block.sums,
        ahead: ahead.place, aheadStep: ahead.step)
      groups = block.groups
      let groupSize = groups == 1 ? 0 : matrix.groupSize
      depth = groupSize / 4
      lastDepth = (matrix.inputs &- (groups &- 1) &* groupSize &+ 3) / 4
      group = InputGroup(firstOf: product, groups: groups, row: row, channel: channel)
      weightScales = matrix.scales + channel
      bias = matrix.bias + channel
      output = product.output + (row &* product.outputStride &+ channel)
      outputStride = product.outputStride
      let zeros = (product.scratch + 48 &* Tile.bytes).assumingMemoryBound(to: Vector.self)
      if block.panel == product.firstPanel { zeros.update(repeating: Vector(repeating: -0.0), count: 24) }
      self.zeros = UnsafePointer(zeros)
      partial = block.partial
    }

    /// Past a tile.
    @inline(__always)
    mutating func advance(rows: Int) {
      row &+= rows
      tile.rows += rows &* tile.rowStride
      tile.ahead += part
      group.advance(rows: rows)
      output += rows &* outputStride
    }

    /// To the next panels of the same rows.
    @inline(__always)
    mutating func advance(panels: Int) {
      let channels = panels &* Tile.outputs
      channel &+= channels
      tile.weights += panels &* tile.panelStride
      tile.ahead += panels &* tile.panelStride
      group.columnSums += channels
      group.groupScales = group.groupScales.map { $0 + channels }
      weightScales += channels
      bias += channels
      output += channels
    }
  }
#endif
