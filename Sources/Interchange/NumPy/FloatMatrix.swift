/// A row-major matrix of floats: a vector per text.
public struct FloatMatrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// rows x columns.
  public var values: [Float]

  /// Returns nil when `values` is not rows x columns.
  public init?(rows: Int, columns: Int, values: [Float]) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, count == values.count else { return nil }
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// All zeros. Negative sizes count as 0.
  public init(rows: Int, columns: Int) {
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
    values = [Float](repeating: 0, count: self.rows * self.columns)
  }

  public subscript(row: Int) -> ArraySlice<Float> {
    values[row * columns..<(row + 1) * columns]
  }
}
