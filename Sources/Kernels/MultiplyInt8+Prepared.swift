/// An instruction set that rewrites weights for its multiplier, which pays when many rows share the work.
public protocol PreparingInstructionSet: Int8InstructionSet {
  /// Rewrites the weights at `tile.weights`, one panel of `tile.depth` tiles, to `prepared`.
  static func prepare(_ tile: Int8Tile, _ prepared: UnsafeMutableRawPointer)
  /// `multiplyTile` for one panel with the prepared weights instead of `tile.weights`.
  static func multiplyPrepared(_ tile: Int8Tile, _ prepared: UnsafeRawPointer)
}

/// The working memory of a product with prepared weights: sums and floats for each row, and the weights.
@frozen public enum PreparedLimit {
  /// Rows that share prepared weights: as many as a task of the encoder has.
  public static let rows = 192
  /// Fewer rows do not earn the preparation back.
  public static let leastRows = 12
  /// Input channels that are prepared at once, of one panel.
  public static let depth = 512
  /// Bytes for them: every tile twice, and a 32-bit offset for each half of each; then the counts.
  public static let bytes = depth / 4 * 2 * (Tile.bytes + 8) + 64
}

extension MultiplyInt8 {
  /// The product of `run(on:)`, panel by panel and group by group: weights are prepared once for up to 192 rows.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: PreparingInstructionSet>(preparingOn _: I.Type) {
    guard lastRow &- firstRow >= PreparedLimit.leastRows else { return run(on: I.self) }
    let vectors = PreparedLimit.rows &* Tile.bytes
    var row = firstRow
    while row < lastRow {
      let block = PreparedBlock(
        firstRow: row, lastRow: lastRow &- row < PreparedLimit.rows ? lastRow : row &+ PreparedLimit.rows,
        sums: scratch.assumingMemoryBound(to: SIMD16<Int32>.self),
        partial: (scratch + vectors).assumingMemoryBound(to: Vector.self), prepared: scratch + 2 &* vectors)
      var panel = firstPanel
      while panel < lastPanel {
        multiplyPanel(I.self, block, panel)
        panel &+= 1
      }
      row = block.lastRow
    }
  }

  /// One panel for all rows of a block.
  @_alwaysEmitIntoClient @inline(__always)
  func multiplyPanel<I: PreparingInstructionSet>(_: I.Type, _ block: PreparedBlock, _ panel: Int) {
    let groups = matrix.groups
    let groupSize = groups == 1 ? matrix.inputs : matrix.groupSize
    let weights = UnsafeRawPointer(matrix.weights) + panel &* Tile.panelBytes(inputs: matrix.inputs)
    var tile = Int8Tile(
      rowCount: 0, panelCount: 1, rows: UnsafeRawPointer(rows.values), rowStride: rows.stride,
      weights: weights, panelStride: 0, depth: 0, accumulate: false, sums: block.sums, ahead: weights,
      scratch: block.prepared)
    var group = 0
    while group < groups {
      let end = matrix.inputs &- group &* groupSize < groupSize ? matrix.inputs : (group &+ 1) &* groupSize
      var input = group &* groupSize
      tile.accumulate = false
      while input < end {
        let depth = end &- input < PreparedLimit.depth ? end &- input : PreparedLimit.depth
        tile.weights = weights + input &* Tile.outputs
        tile.depth = (depth &+ 3) / 4
        I.prepare(tile, block.prepared)
        multiplyRows(I.self, &tile, block, panel, input, group, groups, isLast: input &+ depth == end)
        tile.accumulate = true
        input &+= depth
      }
      group &+= 1
    }
  }

  /// The prepared input channels for all rows; after the last of a group its floats as well.
  @_alwaysEmitIntoClient @inline(__always)
  func multiplyRows<I: PreparingInstructionSet>(
    _: I.Type, _ tile: inout Int8Tile, _ block: PreparedBlock, _ panel: Int, _ input: Int, _ group: Int,
    _ groups: Int, isLast: Bool
  ) {
    var row = block.firstRow
    var place = 0
    var tiles = 0
    while row < block.lastRow {
      tile.rowCount = Tile.blockRows(block.lastRow &- row)
      tile.rows = UnsafeRawPointer(rows.values) + (row &* rows.stride &+ input)
      tile.sums = block.sums + place
      I.multiplyPrepared(tile, block.prepared)
      if isLast {
        let part = Int8Block(
          row: row, panel: panel, rowCount: tile.rowCount, panelCount: 1, groups: groups, sums: tile.sums,
          partial: block.partial + place)
        if group &+ 1 < groups {
          keep(I.self, part, group)
        } else {
          finish(I.self, part, group)
        }
      }
      row &+= tile.rowCount
      // The sums of one panel take a quarter of a register tile's: four tiles side by side.
      tiles &+= 1
      place = tiles / 4 &* 24 &+ tiles % 4
    }
  }
}

/// Rows that share prepared weights, with the sums of each register tile.
@usableFromInline struct PreparedBlock {
  @usableFromInline let firstRow: Int
  @usableFromInline let lastRow: Int
  @usableFromInline let sums: UnsafeMutablePointer<SIMD16<Int32>>
  @usableFromInline let partial: UnsafeMutablePointer<Vector>
  @usableFromInline let prepared: UnsafeMutableRawPointer

  @_alwaysEmitIntoClient @inline(__always)
  init(
    firstRow: Int, lastRow: Int, sums: UnsafeMutablePointer<SIMD16<Int32>>,
    partial: UnsafeMutablePointer<Vector>, prepared: UnsafeMutableRawPointer
  ) {
    self.firstRow = firstRow
    self.lastRow = lastRow
    self.sums = sums
    self.partial = partial
    self.prepared = prepared
  }
}
