/// Values prepared once for correlations over many resamples of them. A resample is how often each value counts.
struct ResampledValues {
  /// Less their mean, which changes no correlation and keeps sums of squares from cancelling.
  private let values: [Double]
  /// Indices in ascending order of value, in stretches of equal values.
  private let stretches: [ArraySlice<Int>]

  init(_ values: [Double]) {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    self.values = values.map { $0 - mean }
    let order = values.indices.sorted { values[$0] < values[$1] }
    stretches = order.chunked { values[$0] == values[$1] }
  }

  /// The values and their ranks in a resample. O(values).
  func resampled(_ counts: [Double]) -> Resample {
    var ranks = [Double](repeating: 0, count: values.count)
    var before = 0.0
    let middle = Double(values.count + 1) / 2
    for stretch in stretches {
      let count = stretch.reduce(0) { $0 + counts[$1] }
      for index in stretch { ranks[index] = before + (count + 1) / 2 - middle }
      before += count
    }
    return Resample(values: values, ranks: ranks)
  }

  struct Resample {
    fileprivate var values: [Double]
    /// Less the mean of all ranks; meaningless for a value that does not count.
    fileprivate var ranks: [Double]

    /// nil where a side is constant in the resample.
    func correlation(
      _ coefficient: SimilarityFigure.Coefficient, with other: Resample, _ counts: [Double]
    ) -> Double? {
      switch coefficient {
      case .pearson: Self.pearson(values, other.values, counts)
      case .spearman: Self.pearson(ranks, other.ranks, counts)
      }
    }

    private static func pearson(_ a: [Double], _ b: [Double], _ counts: [Double]) -> Double? {
      var (total, sumA, sumB, squaresA, squaresB, product) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      for index in counts.indices {
        let (count, x, y) = (counts[index], a[index], b[index])
        total += count
        sumA += count * x
        sumB += count * y
        squaresA += count * x * x
        squaresB += count * y * y
        product += count * x * y
      }
      let varianceA = squaresA - sumA * sumA / total
      let varianceB = squaresB - sumB * sumB / total
      guard varianceA > 1e-12 * squaresA, varianceB > 1e-12 * squaresB else { return nil }
      return (product - sumA * sumB / total) / (varianceA * varianceB).squareRoot()
    }
  }
}

extension Array {
  /// Stretches of neighbours that belong together.
  fileprivate func chunked(by belongTogether: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
    var result: [ArraySlice<Element>] = []
    var first = startIndex
    for index in indices where index == endIndex - 1 || !belongTogether(self[index], self[index + 1]) {
      result.append(self[first...index])
      first = index + 1
    }
    return result
  }
}
