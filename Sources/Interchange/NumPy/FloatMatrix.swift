/// A row-major matrix of floats: a vector per text.
public struct FloatMatrix: Sendable, Equatable {
  public private(set) var rows: Int
  public private(set) var columns: Int
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

  /// Adds the rows of another matrix at the end. An empty matrix takes the other's columns; otherwise both must
  /// have the same, and nothing happens when they do not.
  public mutating func append(_ other: FloatMatrix) {
    if rows == 0 {
      self = other
    } else if columns == other.columns {
      rows += other.rows
      values += other.values
    }
  }

  /// The first row with a NaN or an infinity.
  public var firstRowNotFinite: Int? {
    values.firstIndex { !$0.isFinite }.map { $0 / columns }
  }
}
