/// How a set of numbers is spread, in double precision.
public struct Distribution: Sendable, Equatable {
  public var count: Int
  public var mean: Double
  public var minimum: Double
  /// 1st percentile.
  public var p1: Double
  public var median: Double
  /// 99th percentile.
  public var p99: Double
  public var maximum: Double

  /// Returns nil for no values and for NaN among them. O(n log n).
  public init?(_ values: [Double]) {
    if values.isEmpty || values.contains(where: \.isNaN) { return nil }
    let sorted = values.sorted()
    count = values.count
    mean = values.reduce(0, +) / Double(values.count)
    minimum = sorted[0]
    p1 = percentile(1, ofSorted: sorted)
    median = percentile(50, ofSorted: sorted)
    p99 = percentile(99, ofSorted: sorted)
    maximum = sorted[sorted.count - 1]
  }
}

/// The value below which `percent` of the values lie, interpolated linearly between the two nearest ranks:
/// rank `percent / 100 * (n - 1)` counted from 0, as numpy.percentile.
///
/// - Parameter values: ascending; NaN for none.
public func percentile(_ percent: Double, ofSorted values: [Double]) -> Double {
  if values.isEmpty { return .nan }
  let rank = min(max(percent / 100, 0), 1) * Double(values.count - 1)
  let lower = values[Int(rank)]
  let upper = values[min(Int(rank) + 1, values.count - 1)]
  let fraction = rank - rank.rounded(.down)
  // Infinities have no difference.
  return fraction == 0 || lower == upper ? lower : lower + (upper - lower) * fraction
}
