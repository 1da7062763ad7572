/// An instruction set that rewrites weights for its multiplier, as the rows allow, and multiplies all rows by them.
public protocol PreparingInstructionSet: InstructionSet {
  /// The greatest stored byte of each input channel among `count` rows, to whole vectors of 32.
  static func maxima(
    _ rows: UnsafeRawPointer, count: Int, stride: Int, channels: Int, into maxima: UnsafeMutableRawPointer)
  /// Rewrites `depth` tiles of a panel for rows with no greater bytes than `maxima`.
  static func prepare(
    _ weights: UnsafeRawPointer, depth: Int, maxima: UnsafeRawPointer, into memory: UnsafeMutableRawPointer)
  /// The exact integer products of one panel and at most `PreparedLimit.tileRows` rows with the prepared weights;
  /// `accumulate` adds to `tile.sums` instead of overwriting them.
  static func multiplyPrepared(_ tile: Int8Tile, _ memory: UnsafeMutableRawPointer, accumulate: Bool)
}

/// The working memory of a product with prepared weights: sums and floats for each row, the weights, and maxima.
@frozen public enum PreparedLimit {
  /// Rows that share prepared weights: as many as a task of the encoder has.
  public static let rows = 192
  /// Rows of a register tile.
  public static let tileRows = 4
  /// Input channels that are prepared at once, of one panel.
  public static let depth = 512
  /// Bytes for them: every tile twice, a 32-bit number for each half of each, and two counts.
  public static let bytes = depth / 4 * (2 * Tile.bytes + 8) + 64

  /// Rows of the next register tile of `left` rows, as even as can be.
  @_alwaysEmitIntoClient @inline(__always)
  public static func blockRows(_ left: Int) -> Int {
    if left <= tileRows { return left }
    let tiles = (left &+ tileRows &- 1) / tileRows
    return left > (tileRows &- 1) &* tiles ? tileRows : tileRows &- 1
  }
}

extension MultiplyInt8 {
  /// The product of `run(on:)`, panel by panel and group by group: weights are prepared once for up to 192 rows.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: PreparingInstructionSet>(preparingOn _: I.Type) {
    let vectors = PreparedLimit.rows &* Tile.bytes
    var row = firstRow
    while row < lastRow {
      let block = PreparedBlock(
        firstRow: row, lastRow: lastRow &- row < PreparedLimit.rows ? lastRow : row &+ PreparedLimit.rows,
        sums: scratch.assumingMemoryBound(to: SIMD16<Int32>.self),
        partial: (scratch + vectors).assumingMemoryBound(to: Vector.self), prepared: scratch + 2 &* vectors,
        maxima: scratch + (2 &* vectors &+ PreparedLimit.bytes))
      I.maxima(
        UnsafeRawPointer(rows.values) + row &* rows.stride, count: block.lastRow &- row, stride: rows.stride,
        channels: matrix.inputs, into: block.maxima)
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
    let weights = UnsafeRawPointer(matrix.weights(fromPanel: panel))
    let tiles = (block.lastRow &- block.firstRow &+ PreparedLimit.tileRows &- 1) / PreparedLimit.tileRows
    var tile = Int8Tile(
      rowCount: 0, panelCount: 1, rows: UnsafeRawPointer(rows.values), rowStride: rows.stride,
      weights: weights, panelStride: 0, depth: 0, sums: block.sums, ahead: weights,
      aheadStep: 2 &* Tile.bytes / tiles)
    var group = 0
    while group < groups {
      let end = matrix.inputs &- group &* groupSize < groupSize ? matrix.inputs : (group &+ 1) &* groupSize
      var input = group &* groupSize
      while input < end {
        let depth = end &- input < PreparedLimit.depth ? end &- input : PreparedLimit.depth
        tile.weights = weights + input &* Tile.outputs
        tile.depth = (depth &+ 3) / 4
        // What is prepared next follows.
        tile.ahead = tile.weights + tile.depth &* Tile.bytes
        I.prepare(tile.weights, depth: tile.depth, maxima: block.maxima + input, into: block.prepared)
        multiplyRows(
          I.self, &tile, block, panel, input, group, isFirst: input == group &* groupSize,
          isLast: input &+ depth == end)
        input &+= depth
      }
      group &+= 1
    }
  }

  /// The prepared input channels for all rows; after the last of a group its floats as well.
  @_alwaysEmitIntoClient @inline(__always)
  func multiplyRows<I: PreparingInstructionSet>(
    _: I.Type, _ tile: inout Int8Tile, _ block: PreparedBlock, _ panel: Int, _ input: Int, _ group: Int,
    isFirst: Bool, isLast: Bool
  ) {
    let groups = matrix.groups
    var row = block.firstRow
    var place = 0
    var tiles = 0
    while row < block.lastRow {
      tile.rowCount = PreparedLimit.blockRows(block.lastRow &- row)
      tile.rows = UnsafeRawPointer(rows.values) + (row &* rows.stride &+ input)
      tile.sums = block.sums + place
      I.multiplyPrepared(tile, block.prepared, accumulate: !isFirst)
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
      tile.ahead += tile.depth / 2 &* tile.aheadStep
      // The sums of one panel take a quarter of those of four: four tiles side by side.
      tiles &+= 1
      place = tiles / 4 &* 16 &+ tiles % 4
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
  @usableFromInline let maxima: UnsafeMutableRawPointer

  @_alwaysEmitIntoClient @inline(__always)
  init(
    firstRow: Int, lastRow: Int, sums: UnsafeMutablePointer<SIMD16<Int32>>,
    partial: UnsafeMutablePointer<Vector>, prepared: UnsafeMutableRawPointer, maxima: UnsafeMutableRawPointer
  ) {
    self.firstRow = firstRow
    self.lastRow = lastRow
    self.sums = sums
    self.partial = partial
    self.prepared = prepared
    self.maxima = maxima
  }
}
