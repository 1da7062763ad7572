import Conversion
import Kernels
import KoQuant
import Testing

@Suite struct TargetedLinearTests {
  private static let channels = 40
  private static let stride = 48
  private static let outputs = 20
  private let kernels: KernelTable
  /// What the fp32 model has: channels that share hidden causes, with a mean.
  private let inputs: [[Float]]
  private let weights: [[Float]]

  init() throws {
    kernels = try EmbeddingModel.selectKernels()
    var generator = Generator(seed: 5)
    let mixing = (0..<Self.channels).map { _ in (0..<6).map { _ in generator.normal() } }
    inputs = (0..<600).map { _ in
      let causes = (0..<6).map { _ in generator.normal() }
      return mixing.map { zip($0, causes).reduce(0.3 * generator.normal() + 0.5) { $0 + $1.0 * $1.1 } }
    }
    weights = (0..<Self.outputs).map { _ in (0..<Self.channels).map { _ in generator.normal() } }
  }

  /// W' and b' for inputs that became `found`, row by row; nil where there is no fit.
  private func fit(_ found: [[Float]], tokenWeights: [Float]? = nil, threads: Int = 2) throws -> [[Float]]? {
    let pool = try ThreadPool(threads: threads)
    let moments = try PairedMoments(channels: Self.channels, pool: pool)
    func padded(_ rows: [[Float]]) -> [Float] {
      rows.flatMap { $0 + [Float](repeating: 0, count: Self.stride - Self.channels) }
    }
    try moments.add(
      padded(found), target: padded(inputs), weights: tokenWeights, stride: Self.stride, rows: found.count,
      kernels: kernels)
    return try weights.flatMap(\.self).withUnsafeBufferPointer { weights in
      try [Float](repeating: 0.25, count: Self.outputs).withUnsafeBufferPointer { bias in
        let source = FloatLinear(parts: [.init(weights: weights, bias: bias)], inputs: Self.channels)
        guard let target = try TargetedLinear(source, moments, kernels: kernels, pool: pool) else {
          return nil
        }
        defer { withExtendedLifetime(target) {} }
        return target.linear.parts.flatMap { part in
          part.bias.indices.map { row in
            part.weights[row * Self.channels..<(row + 1) * Self.channels] + [part.bias[row]]
          }
        }
      }
    }
  }

  /// Mean squared and mean errors of the outputs on `found` to those of fp32.
  private func errors(_ rows: [[Float]], _ found: [[Float]]) -> (square: Double, mean: Double) {
    var square = 0.0
    var worstMean = 0.0
    for (row, original) in zip(rows, weights) {
      var sum = 0.0
      for (q, x) in zip(found, inputs) {
        let expected = zip(original, x).reduce(0.25) { $0 + Double($1.0) * Double($1.1) }
        let error = zip(row, q + [1]).reduce(-expected) { $0 + Double($1.0) * Double($1.1) }
        square += error * error
        sum += error
      }
      worstMean = max(worstMean, abs(sum) / Double(found.count))
    }
    return (square / Double(found.count), worstMean)
  }

  @Test func inputsThatDidNotChangeLeaveTheWeights() throws {
    for (row, original) in zip(try #require(try fit(inputs)), weights) {
      for (found, expected) in zip(row, original + [0.25]) { #expect(abs(found - expected) < 1e-4) }
    }
  }

  @Test func whatTheInputsTellOfTheirErrorIsMadeGood() throws {
    var generator = Generator(seed: 9)
    // Every channel is shrunk and moved, and a little noise on top.
    let found = inputs.map { $0.map { 0.9 * $0 + 0.2 + 0.01 * generator.normal() } }
    let before = errors(weights.map { $0 + [0.25] }, found)
    let after = errors(try #require(try fit(found)), found)
    #expect(after.square < before.square / 10, "\(before.square) -> \(after.square)")
    #expect(after.mean < 1e-3 && before.mean > 0.1)
  }

  @Test func tokensWithoutWeightDoNotCount() throws {
    let found = inputs.enumerated().map { index, token in index % 2 == 0 ? token : token.map { $0 * 3 } }
    let fitted = try fit(found, tokenWeights: found.indices.map { $0 % 2 == 0 ? 0.5 : 0 })
    let rows = try #require(fitted)
    for (row, original) in zip(rows, weights) {
      for (found, expected) in zip(row, original + [0.25]) { #expect(abs(found - expected) < 1e-4) }
    }
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    let found = inputs.map { $0.map { 0.95 * $0 } }
    #expect(try fit(found, threads: 1) == fit(found, threads: 3))
  }

  @Test func inputsThatAreNotFiniteAreRefused() throws {
    #expect(try fit(inputs.map { $0.map { _ in Float.nan } }) == nil)
  }
}
