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
