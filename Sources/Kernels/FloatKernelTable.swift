/// What one instruction set offers to the fp32 reference and to conversion beside `KernelTable`, on the same terms.
///
/// A table of its own, so that programs that only embed texts are not linked with it.
public struct FloatKernelTable: Sendable {
  /// fp32 product of row-major A with a panel-packed B.
  public var multiplyFloat: @Sendable (MultiplyFloat) -> Void
  /// A row-major matrix to the panels of `multiplyFloat`.
  public var packRows: @Sendable (PackPanels) -> Void
  /// Rows of scores to rows of probabilities.
  public var softmaxRows: @Sendable (SoftmaxRows) -> Void
  /// erf-GELU of a buffer, in place; count is a multiple of `Tile.lanes`.
  public var gelu: @Sendable (UnsafeMutablePointer<Float>, _ count: Int) -> Void

  public init(
    multiplyFloat: @escaping @Sendable (MultiplyFloat) -> Void,
    packRows: @escaping @Sendable (PackPanels) -> Void,
    softmaxRows: @escaping @Sendable (SoftmaxRows) -> Void,
    gelu: @escaping @Sendable (UnsafeMutablePointer<Float>, _ count: Int) -> Void
  ) {
    self.multiplyFloat = multiplyFloat
    self.packRows = packRows
    self.softmaxRows = softmaxRows
    self.gelu = gelu
  }
}
