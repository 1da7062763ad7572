/// Correlation of paired numbers, in double precision.
public enum Correlation {
  /// Pearson's r. Nil for fewer than two pairs, for different counts, and where a side is constant or not
  /// finite. Two passes.
  public static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
    guard a.count == b.count, a.count >= 2 else { return nil }
    let meanA = a.reduce(0, +) / Double(a.count)
    let meanB = b.reduce(0, +) / Double(b.count)
    var product = 0.0
    var squaresA = 0.0
    var squaresB = 0.0
    for index in a.indices {
      let x = a[index] - meanA
      let y = b[index] - meanB
      product += x * y
      squaresA += x * x
      squaresB += y * y
    }
    let length = squaresA.squareRoot() * squaresB.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    return min(max(product / length, -1), 1)
  }

  /// Spearman's rho: Pearson's r of the ranks, equal values sharing their mean rank. O(n log n).
  public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    guard let ranksA = ranks(a), let ranksB = ranks(b) else { return nil }
    return pearson(ranksA, ranksB)
  }

  /// Ranks from 1, equal values sharing the mean of theirs; nil for NaN among the values.
  public static func ranks(_ values: [Double]) -> [Double]? {
    if values.contains(where: \.isNaN) { return nil }
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var first = 0
    while first < order.count {
      var end = first + 1
      while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
      for index in order[first..<end] { ranks[index] = Double(first + end + 1) / 2 }
      first = end
    }
    return ranks
  }
}
