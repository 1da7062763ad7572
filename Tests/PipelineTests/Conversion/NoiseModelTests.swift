import Conversion
import Kernels
import KoQuant
import Testing

@Suite struct NoiseModelTests {
  private static let channels = 256
  private static let outputs = 24
  private let kernels: KernelTable
  /// Channels of different spread, with a mean; one of them an outlier.
  private let tokens: [[Float]]
  private let weights: [[Float]]

  init() throws {
    kernels = try EmbeddingModel.selectKernels()
    var generator = Generator(seed: 11)
    let spread = (0..<Self.channels).map { Float(1 + $0 % 5) * ($0 == 70 ? 40 : 1) }
    tokens = (0..<300).map { _ in spread.map { $0 * (generator.normal() + 0.5) } }
    weights = (0..<Self.outputs).map { _ in (0..<Self.channels).map { _ in generator.normal() } }
  }

  private func best(
    groupSize: Int, scalesGroups: Bool, threads: Int = 2, _ sensitivity: NoiseSensitivity
  ) throws -> (balance: ChannelBalance, noise: Double) {
    let pool = try ThreadPool(threads: threads)
    let statistics = try InputStatistics(
      channels: Self.channels, expectedTokens: tokens.count, recipe: Recipe(.balanced), pool: pool)
    try tokens.flatMap(\.self).withUnsafeBufferPointer {
      try statistics.add($0.baseAddress!, stride: Self.channels, rows: tokens.count, kernels: kernels)
    }
    return weights.flatMap(\.self).withUnsafeBufferPointer { weights in
      [Float](repeating: 0, count: Self.outputs).withUnsafeBufferPointer { bias in
        let linear = FloatLinear(parts: [.init(weights: weights, bias: bias)], inputs: Self.channels)
        return NoiseModel(
          linear, statistics, variances: variances, scalesGroups: scalesGroups, sensitivity: sensitivity,
          pool: pool
        ).best(groupSize: groupSize)
      }
    }
  }

  private var means: [Float] {
    (0..<Self.channels).map { j in tokens.reduce(0) { $0 + $1[j] } / Float(tokens.count) }
  }

  private var variances: [Float] {
    means.enumerated().map { j, mean in
      tokens.reduce(0) { $0 + ($1[j] - mean) * ($1[j] - mean) } / Float(tokens.count)
    }
  }

  /// The mean over the tokens of the outputs' squared errors when activations, or weights, are rounded to the nearest.
  private func measured(_ factors: [Float], groupSize: Int, scalesGroups: Bool) -> (
    activations: Double, weights: Double
  ) {
    let groups = stride(from: 0, to: Self.channels, by: groupSize).map { $0..<$0 + groupSize }
    let scaled = weights.map { zip($0, factors).map { $0 / $1 } }
    let weightErrors = scaled.map { row in
      (scalesGroups ? groups : [0..<Self.channels]).flatMap { group in
        let scale = row[group].map(\.magnitude).max()! / 127
        return row[group].map { ($0 / scale).rounded() * scale - $0 }
      }
    }
    let means = means
    var sums = (activations: 0.0, weights: 0.0)
    for token in tokens {
      let balanced = zip(token, factors).map { $0 * $1 }
      let errors = groups.flatMap { group in
        let low = min(balanced[group].min()!, 0)
        let step = (max(balanced[group].max()!, 0) - low) / 255
        return balanced[group].map { (($0 - low) / step).rounded() * step + low - $0 }
      }
      let centred = zip(zip(token, means), factors).map { ($0.0 - $0.1) * $1 }
      for (row, rowErrors) in zip(scaled, weightErrors) {
        let activation = zip(row, errors).reduce(0.0) { $0 + Double($1.0 * $1.1) }
        let weight = zip(rowErrors, centred).reduce(0.0) { $0 + Double($1.0 * $1.1) }
        sums.activations += activation * activation
        sums.weights += weight * weight
      }
    }
    return (sums.activations / Double(tokens.count), sums.weights / Double(tokens.count))
  }

  /// What is expected before anything is rounded is what rounding then does.
  @Test(arguments: [64, 128, 256], [false, true])
  func predictsTheErrorsOfRounding(groupSize: Int, scalesGroups: Bool) throws {
    let activations = try best(
      groupSize: groupSize, scalesGroups: scalesGroups, NoiseSensitivity(activations: 1, weights: 0))
    let weights = try best(
      groupSize: groupSize, scalesGroups: scalesGroups, NoiseSensitivity(activations: 0, weights: 1))
    let foundActivations = measured(
      activations.balance.factors, groupSize: groupSize, scalesGroups: scalesGroups
    ).activations
    let foundWeights = measured(weights.balance.factors, groupSize: groupSize, scalesGroups: scalesGroups)
      .weights
    #expect((0.8...1.25).contains(activations.noise / foundActivations))
    #expect((0.8...1.25).contains(weights.noise / foundWeights))
  }

  /// Smaller groups have smaller ranges; weights gain only where they have scales per group.
  @Test func groupsLessenTheNoise() throws {
    let both = NoiseSensitivity(activations: 1, weights: 1)
    let one = try best(groupSize: 256, scalesGroups: false, both).noise
    let four = try best(groupSize: 64, scalesGroups: false, both).noise
    let scaled = try best(groupSize: 64, scalesGroups: true, both).noise
    #expect(four < one)
    #expect(scaled < four)
  }

  /// An outlier among the activations is worth moving to the weights, and errors that count for nothing are not.
  @Test func balancesOutliers() throws {
    let activations = try best(
      groupSize: 256, scalesGroups: false, NoiseSensitivity(activations: 1, weights: 0.01))
    let weights = try best(groupSize: 256, scalesGroups: false, NoiseSensitivity(activations: 0, weights: 1))
    #expect(activations.balance.factors[70] < activations.balance.factors[75] / 4)
    #expect(activations.balance.exponent > weights.balance.exponent)
  }

  @Test func sameForAnyNumberOfThreads() throws {
    let both = NoiseSensitivity(activations: 1.12, weights: 0.58)
    let one = try best(groupSize: 64, scalesGroups: true, threads: 1, both)
    let three = try best(groupSize: 64, scalesGroups: true, threads: 3, both)
    #expect(one.noise == three.noise && one.balance.factors == three.balance.factors)
  }
}
