/// What one instruction set offers to the encoder: a function per operation, all on raw pointers.
///
/// Every table computes the same bits (docs/numerics.md). Float matrices are row-major with a row stride
/// that is a multiple of `Tile.lanes`; the lanes beyond a row's length hold zeros before and after each call.
/// Nothing here allocates, throws or traps, whatever the values are. Pointers need the alignment of their
/// elements; 64 bytes is fastest.
public struct KernelTable: Sendable {
  /// The name by which `KOQUANT_ISA` selects the table: "amx", "avx512vnni", "avxvnni", "avx2", "neoni8mm", "neondot",
  /// "neon", "portable".
  public var name: StaticString
  /// Rows of a task of the encoder: many use weights well that come from far away, few stay in the core's cache with
  /// all that is made of them.
  public var taskRows = 64

  /// Quantizes float rows to u8 with a scale and a zero point per row and group of channels.
  public var quantizeRows: @Sendable (QuantizeRows) -> Void
  /// int8 matrix product with its epilogue, for a range of rows and a range of 16-channel panels.
  public var multiplyInt8: @Sendable (MultiplyInt8) -> Void
  /// A matrix of floats to 16-bit integers, for attention; returns their step.
  public var quantizeInt16: @Sendable (QuantizeInt16) -> Float
  /// Product of 16-bit integers, row-major A with a panel-packed B: attention.
  public var multiplyInt16: @Sendable (MultiplyInt16) -> Void
  /// The transpose of a row-major matrix to panels: keys to `MultiplyInt16.b`, word by word, or to `MultiplyFloat.b`.
  public var packColumns: @Sendable (PackPanels) -> Void
  /// Rows of scores to rows of probabilities as 16-bit integers, with a scale for each row.
  public var softmaxRows: @Sendable (SoftmaxRows, _ scales: UnsafeMutablePointer<Float>) -> Void
  /// LayerNorm of rows.
  public var layerNormRows: @Sendable (LayerNormRows) -> Void

  public init(
    name: StaticString,
    quantizeRows: @escaping @Sendable (QuantizeRows) -> Void,
    multiplyInt8: @escaping @Sendable (MultiplyInt8) -> Void,
    quantizeInt16: @escaping @Sendable (QuantizeInt16) -> Float,
    multiplyInt16: @escaping @Sendable (MultiplyInt16) -> Void,
    packColumns: @escaping @Sendable (PackPanels) -> Void,
    softmaxRows: @escaping @Sendable (SoftmaxRows, UnsafeMutablePointer<Float>) -> Void,
    layerNormRows: @escaping @Sendable (LayerNormRows) -> Void
  ) {
    self.name = name
    self.quantizeRows = quantizeRows
    self.multiplyInt8 = multiplyInt8
    self.quantizeInt16 = quantizeInt16
    self.multiplyInt16 = multiplyInt16
    self.packColumns = packColumns
    self.softmaxRows = softmaxRows
    self.layerNormRows = layerNormRows
  }

  /// This table with the int8 product of another instruction set that stores the same bytes.
  public func replacing(
    name: StaticString, multiplyInt8: @escaping @Sendable (MultiplyInt8) -> Void
  ) -> KernelTable {
    var table = self
    table.name = name
    table.multiplyInt8 = multiplyInt8
    return table
  }
}
