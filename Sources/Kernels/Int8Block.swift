/// A block of a product whose integer sums are at hand, and its floats over the groups so far.
public struct Int8Block {
  public var row: Int
  public var panel: Int
  public var rowCount: Int
  /// At most 4.
  public var panelCount: Int
  /// Groups of input channels of the matrix.
  public let groups: Int
  /// `sums[r * 4 + p]`: 16 channels of row r and panel p.
  public var sums: UnsafeMutablePointer<SIMD16<Int32>>
  /// `partial[r * 4 + p]`.
  public let partial: UnsafeMutablePointer<Vector>

  @_alwaysEmitIntoClient @inline(__always)
  public init(
    row: Int = 0, panel: Int, rowCount: Int = 0, panelCount: Int = 0, groups: Int,
    sums: UnsafeMutablePointer<SIMD16<Int32>>, partial: UnsafeMutablePointer<Vector>
  ) {
    self.row = row
    self.panel = panel
    self.rowCount = rowCount
    self.panelCount = panelCount
    self.groups = groups
    self.sums = sums
    self.partial = partial
  }
}

/// What scales the sums of one group of input channels in a block of rows and panels.
public struct Int8Group {
  /// Of the first row, with `stride` from one row to the next.
  public let zeroPoints: UnsafePointer<Int32>
  public let scales: UnsafePointer<Float>
  public let stride: Int
  /// Of the first panel; those of the next panels follow.
  public let columnSums: UnsafePointer<Int32>
  /// The same; nil where all are 1.
  public let groupScales: UnsafePointer<UInt8>?
  /// `partial[r * 4 + p]`: set by the first group, added to by the others.
  public let partial: UnsafeMutablePointer<Vector>
  public let isFirst: Bool

  @_alwaysEmitIntoClient @inline(__always)
  init(_ product: MultiplyInt8, _ block: Int8Block, _ group: Int) {
    let step = block.row &* block.groups &+ group
    zeroPoints = UnsafePointer(product.rows.zeroPoints + step)
    scales = UnsafePointer(product.rows.scales + step)
    stride = block.groups
    let channel = (group &* product.matrix.panels &+ block.panel) &* Tile.outputs
    columnSums = product.matrix.columnSums + channel
    groupScales = product.matrix.groupScales.map { $0 + channel }
    partial = block.partial
    isFirst = group == 0
  }
}
