import Kernels

/// The noise that quantization is expected to add to the outputs of one matrix, before anything is rounded.
///
/// A rounding error is uniform within its step, so its variance is step² / 12, and errors add up independently:
///
///     activations   Σ_groups E[(range of the group / 255)²] / 12 · Σ_{j in group} |w_j|² / b_j²
///     weights       Σ_outputs (max_j |w_j| / b_j / 127)² / 12 · Σ_j b_j² v_j
///
/// where v_j is the variance of channel j that error feedback leaves over, or all of it with plain rounding. The
/// errors of weights are the same for every token, those of activations are not and shrink in the mean over a
/// sentence: `weightEmphasis`, a factor on the second line, accounts for that.
struct NoiseModel {
  private let statistics: InputStatistics
  /// Per input channel, Σ over outputs of the squared weights.
  private let columnSquares: [Float]
  private let weightEmphasis: Double
  private let candidates: [(balance: ChannelBalance, weightNoise: Double)]

  /// - Parameter variances: v_j per input channel.
  /// - Complexity: O(exponents · inputs · outputs).
  init(_ linear: FloatLinear, _ statistics: InputStatistics, variances: [Float], weightEmphasis: Double) {
    self.weightEmphasis = weightEmphasis
    self.statistics = statistics
    let columnSquares = linear.columnSquares
    self.columnSquares = columnSquares
    let weights = columnSquares.map { ($0 / Float(max(linear.outputs, 1))).squareRoot() }
    let activations = statistics.magnitudes
    candidates = ChannelBalance.exponents.map {
      let balance = ChannelBalance(exponent: $0, weights: weights, activations: activations)
      return (balance, Self.weightNoise(linear, balance.factors, variances))
    }
  }

  /// The balance with the least noise when activations have one scale per `groupSize` input channels, and that
  /// noise: the expected sum over the outputs of the squared error of a token.
  ///
  /// - Complexity: O(exponents · inputs · samples).
  func best(groupSize: Int) -> (balance: ChannelBalance, noise: Double) {
    var best = (balance: candidates[0].balance, noise: Double.infinity)
    for candidate in candidates {
      let noise =
        activationNoise(candidate.balance.factors, groupSize) + weightEmphasis * candidate.weightNoise
      if noise < best.noise { best = (candidate.balance, noise) }
    }
    return best
  }

  private func activationNoise(_ balance: [Float], _ groupSize: Int) -> Double {
    let weights = zip(columnSquares, balance).map { Double($0 / ($1 * $1)) }
    var noise = 0.0
    for first in stride(from: 0, to: balance.count, by: groupSize) {
      let group = first..<min(first + groupSize, balance.count)
      var squares = 0.0
      for index in 0..<statistics.sampleCount {
        let range = Double(Self.range(statistics.sample(index), balance, group))
        squares += range * range
      }
      let mean = squares / Double(max(statistics.sampleCount, 1))
      noise += mean / (255 * 255 * 12) * weights[group].reduce(0, +)
    }
    return noise
  }

  /// From the least to the greatest balanced value, 0 included.
  private static func range(
    _ token: UnsafeBufferPointer<Float>, _ balance: [Float], _ group: Range<Int>
  ) -> Float {
    var low: Float = 0
    var high: Float = 0
    for channel in group {
      let value = token[channel] * balance[channel]
      low = min(low, value)
      high = max(high, value)
    }
    return high - low
  }

  private static func weightNoise(
    _ linear: FloatLinear, _ balance: [Float], _ variances: [Float]
  ) -> Double {
    let inverses = balance.map { 1 / $0 }
    var squares = 0.0
    linear.forEachChannel { channel in
      var largest: Float = 0
      for (weight, inverse) in zip(channel.weights, inverses) {
        largest = max(largest, weight.magnitude * inverse)
      }
      squares += Double(largest) * Double(largest)
    }
    var variance = 0.0
    for (factor, value) in zip(balance, variances) {
      variance += Double(factor) * Double(factor) * Double(value)
    }
    return squares / (127 * 127 * 12) * variance
  }
}
