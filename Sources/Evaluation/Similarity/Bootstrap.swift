/// A paired bootstrap of the difference that int8 makes to the eight figures (Efron, "Better Bootstrap Confidence
/// Intervals", 1987, the percentile method): pairs of sentences are drawn with replacement, both sides are
/// correlated with the scores of the same draw, and the interval holds the middle of the differences.
///
/// The draws come from a generator with a fixed seed: the same input gives the same intervals.
public struct Bootstrap: Sendable {
  public static let defaultResamples = 2000

  public var resamples: Int
  public var seed: UInt64 = 1
  public var confidence = 0.95

  public init(resamples: Int = Self.defaultResamples) {
    self.resamples = resamples
  }

  /// The interval of each figure's difference `a - b`; none for a figure that hardly a resample has.
  ///
  /// - Complexity: O(resamples x pairs), and sorting once.
  /// - Parameters:
  ///   - a: as many similarities as there are scores, as in `b`.
  ///   - progress: called with the resamples done, now and then.
  public func intervals(
    _ a: PairSimilarities, _ b: PairSimilarities, scores: [Double], progress: (Int) -> Void = { _ in }
  ) -> [SimilarityFigure: ClosedRange<Double>] {
    let measures = SimilarityFigure.Measure.allCases
    let sides = [a, b].map { side in measures.map { ResampledValues(side[$0]) } }
    let wanted = ResampledValues(scores)
    var differences = [SimilarityFigure: [Double]]()
    var generator = SplitMix64(state: seed)
    for resample in 0..<max(resamples, 0) {
      if resample % 100 == 0 { progress(resample) }
      let counts = generator.draw(scores.count)
      let scores = wanted.resampled(counts)
      for (index, measure) in measures.enumerated() {
        let first = sides[0][index].resampled(counts)
        let second = sides[1][index].resampled(counts)
        for coefficient in SimilarityFigure.Coefficient.allCases {
          guard let x = first.correlation(coefficient, with: scores, counts),
            let y = second.correlation(coefficient, with: scores, counts)
          else { continue }
          let figure = SimilarityFigure(measure: measure, coefficient: coefficient)
          differences[figure, default: []].append(x - y)
        }
      }
    }
    return differences.filter { 2 * $0.value.count > resamples }.mapValues(interval)
  }

  private func interval(of values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    let tail = 50 * (1 - confidence)
    return percentile(tail, ofSorted: sorted)...percentile(100 - tail, ofSorted: sorted)
  }
}

/// SplitMix64 (Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014).
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// How often each of `count` items comes up in `count` draws with replacement.
  mutating func draw(_ count: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: count)
    for _ in 0..<count { counts[Int(next().multipliedFullWidth(by: UInt64(count)).high)] += 1 }
    return counts
  }
}
