/// A point and its ceilings at one time.
struct BenchmarkSample {
  var seconds: Double
  /// Multiply-adds in registers.
  var productsPerSecond: Double?
  /// Bytes from memory.
  var bytesPerSecond: Double?
}

extension [BenchmarkSample] {
  /// The median of what the samples have; nil when none has it.
  func median(of figure: (BenchmarkSample) -> Double?) -> Double? {
    let figures = compactMap(figure)
    return figures.isEmpty ? nil : figures.median
  }
}

extension [Double] {
  /// The middle value, of an even count the mean of the middle two; NaN when there is none.
  var median: Double {
    if isEmpty { return .nan }
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
