/// How many values lie in each of some intervals of one width, from 0 on.
public struct Histogram: Sendable, Equatable {
  /// Width of an interval: 1, 2 or 5 times a power of ten.
  public let step: Double
  /// Values in `step * i ..< step * (i + 1)`; the last has the largest value in it.
  public let counts: [Int]

  /// Returns nil for no values and for values that are negative or not finite. Values that are all 0 are one
  /// interval.
  ///
  /// - Parameter intervals: the most to use.
  public init?(_ values: [Double], intervals: Int) {
    guard let largest = values.max(), values.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
    let step = largest > 0 ? niceStep(atLeast: largest / Double(max(intervals - 1, 1))) : 1
    var counts = [Int](repeating: 0, count: Int(largest / step) + 1)
    for value in values { counts[min(Int(value / step), counts.count - 1)] += 1 }
    self.step = step
    self.counts = counts
  }
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `minimum`, which is above 0 and finite.
public func niceStep(atLeast minimum: Double) -> Double {
  var power = 1.0
  while power > minimum, power > 1e-300 { power /= 10 }
  while power * 10 <= minimum, power < 1e300 { power *= 10 }
  return [1, 2, 5].map { $0 * power }.first { $0 >= minimum } ?? 10 * power
}
