import Kernels
import KoQuant

/// The noise that quantization is expected to add to the outputs of one matrix, before anything is rounded.
///
/// A rounding error is uniform within its step, so its variance is step² / 12, and errors add up independently:
///
///     activations   Σ_groups E[(range of the group / 255)²] / 12 · Σ_{j in group} |w_j|² / b_j²
///     weights       Σ_outputs Σ_groups (max_{j in group} |w_j| / b_j / 127)² / 12 · Σ_{j in group} b_j² v_j
///
/// where v_j is the variance of channel j that error feedback leaves over, or all of it with plain rounding, and weights
/// are in one group unless they have scales per group. Both count by what they do to a sentence's vector:
/// `NoiseSensitivity`.
package struct NoiseModel {
  private let statistics: InputStatistics
  /// Per input channel, Σ over outputs of the squared weights.
  private let columnSquares: [Float]
  private let sensitivity: NoiseSensitivity
  private let pool: ThreadPool
  /// Whether weights have a scale per group too.
  private let scalesGroups: Bool
  private let variances: [Float]
  private let candidates: [(balance: ChannelBalance, weights: ChunkMaxima)]

  /// - Parameter variances: v_j per input channel.
  /// - Complexity: O(exponents · inputs · outputs), on all threads.
  package init(
    _ linear: FloatLinear, _ statistics: InputStatistics, variances: [Float], scalesGroups: Bool,
    sensitivity: NoiseSensitivity, pool: ThreadPool
  ) {
    self.scalesGroups = scalesGroups
    self.variances = variances
    self.sensitivity = sensitivity
    self.statistics = statistics
    self.pool = pool
    let columnSquares = linear.columnSquares
    self.columnSquares = columnSquares
    let weights = columnSquares.map { ($0 / Float(max(linear.outputs, 1))).squareRoot() }
    let activations = statistics.magnitudes
    let channels = linear.channels
    candidates = ChannelBalance.exponents.map {
      let balance = ChannelBalance(exponent: $0, weights: weights, activations: activations)
      return (balance, ChunkMaxima(channels, balance.factors, pool))
    }
  }

  /// The balance with the least noise when activations have one scale per `groupSize` input channels, and that
  /// noise: the expected sum over the outputs of the squared error of a token, times the sensitivity to it.
  ///
  /// - Complexity: O(exponents · inputs · samples).
  package func best(groupSize: Int) -> (balance: ChannelBalance, noise: Double) {
    var best = (balance: candidates[0].balance, noise: Double.infinity)
    for candidate in candidates {
      let noise =
        sensitivity.activations * activationNoise(candidate.balance.factors, groupSize)
        + sensitivity.weights * weightNoise(candidate.balance.factors, candidate.weights, groupSize)
      if noise < best.noise { best = (candidate.balance, noise) }
    }
    return best
  }

  private func activationNoise(_ balance: [Float], _ groupSize: Int) -> Double {
    let weights = zip(columnSquares, balance).map { Double($0 / ($1 * $1)) }
    let groups = stride(from: 0, to: balance.count, by: groupSize).map {
      $0..<min($0 + groupSize, statistics.stride)
    }
    let padded = balance + [Float](repeating: 0, count: statistics.stride - balance.count)
    var ranges = [Float](repeating: 0, count: statistics.sampleCount * groups.count)
    ranges.withUnsafeMutableBufferPointer { ranges in
      pool.run(count: statistics.sampleCount) { index, _ in
        for (group, channels) in groups.enumerated() {
          ranges[index * groups.count + group] = range(index, padded, channels)
        }
      }
    }
    var noise = 0.0
    for (group, channels) in groups.enumerated() {
      var squares = 0.0
      for index in 0..<statistics.sampleCount {
        let range = Double(ranges[index * groups.count + group])
        squares += range * range
      }
      let mean = squares / Double(max(statistics.sampleCount, 1))
      noise += mean / (255 * 255 * 12) * weights[channels.clamped(to: weights.indices)].reduce(0, +)
    }
    return noise
  }

  /// From the least to the greatest balanced value of a sample, 0 included; channels of whole vectors.
  private func range(_ sample: Int, _ balance: [Float], _ group: Range<Int>) -> Float {
    balance.withUnsafeBufferPointer { balance in
      guard let factors = balance.baseAddress else { return 0 }
      let token = statistics.samples.start(of: Float.self) + sample * statistics.stride
      var low = Vector(repeating: 0)
      var high = Vector(repeating: 0)
      for channel in stride(from: group.lowerBound, to: group.upperBound, by: Tile.lanes) {
        let value = Vector(at: token + channel) * Vector(at: factors + channel)
        low = low.smaller(value)
        high = high.larger(value)
      }
      return high.treeMaximum + (0 - low).treeMaximum
    }
  }

  /// - Complexity: O(outputs · inputs / 64).
  private func weightNoise(_ balance: [Float], _ weights: ChunkMaxima, _ groupSize: Int) -> Double {
    let size = scalesGroups ? groupSize : balance.count
    var noise = 0.0
    for first in stride(from: 0, to: balance.count, by: max(size, 1)) {
      let channels = first..<min(first + size, balance.count)
      var variance = 0.0
      for channel in channels {
        variance += Double(balance[channel]) * Double(balance[channel]) * Double(variances[channel])
      }
      noise += weights.squares(channels) / (127 * 127 * 12) * variance
    }
    return noise
  }
}
