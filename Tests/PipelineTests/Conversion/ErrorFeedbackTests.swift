import Conversion
import Foundation
import Kernels
import KoQuant
import Testing

/// Linear congruential, so that tests have the same numbers everywhere.
struct Generator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }

  /// Nearly normal: a sum of uniform numbers.
  mutating func normal() -> Float {
    (0..<12).reduce(Float(-6)) { sum, _ in sum + Float(next() % 65_536) / 65_536 }
  }
}

@Suite struct ErrorFeedbackTests {
  private static let outputs = 20
  private let kernels: KernelTable
  private let pool: ThreadPool

  init() throws {
    kernels = try EmbeddingModel.selectKernels()
    pool = try ThreadPool(threads: 2)
  }

  /// Tokens whose channels share `factors` hidden causes.
  private func tokens(_ count: Int, channels: Int, factors: Int) -> [[Float]] {
    var generator = Generator(seed: 3)
    let mixing = (0..<channels).map { _ in (0..<factors).map { _ in generator.normal() } }
    return (0..<count).map { _ in
      let causes = (0..<factors).map { _ in generator.normal() }
      return mixing.map { row in
        zip(row, causes).reduce(0.3 * generator.normal() + 0.5) { $0 + $1.0 * $1.1 }
      }
    }
  }

  private func quantize(
    _ weights: [[Float]], _ tokens: [[Float]], _ recipe: Recipe.Name, _ pool: ThreadPool,
    groupSize: Int? = nil
  ) throws -> (linear: QuantizedLinear, balance: [Float]) {
    let channels = weights[0].count
    let stride = (channels + 15) / 16 * 16
    let statistics = try InputStatistics(
      channels: channels, expectedTokens: tokens.count, recipe: Recipe(recipe), pool: pool)
    let rows = tokens.flatMap { $0 + [Float](repeating: 0, count: stride - channels) }
    try rows.withUnsafeBufferPointer {
      try statistics.add($0.baseAddress!, stride: stride, rows: tokens.count, kernels: kernels)
    }
    return try weights.flatMap(\.self).withUnsafeBufferPointer { weights in
      try [Float](repeating: 0.25, count: Self.outputs).withUnsafeBufferPointer { bias in
        let linear = FloatLinear(parts: [.init(weights: weights, bias: bias)], inputs: channels)
        let plan = try LinearPlan(
          linear, statistics, recipe: Recipe(recipe), stakes: 1,
          sensitivity: NoiseSensitivity(activations: 1, weights: 1), kernels: kernels, pool: pool)
        let option = try #require(plan.options.first { groupSize == nil || $0.groupSize == groupSize })
        let result = try LinearQuantizer(kernels: kernels, pool: pool).quantize(plan, option)
        return (result, option.balance.factors)
      }
    }
  }

  private func weights(channels: Int) -> [[Float]] {
    var generator = Generator(seed: 11)
    return (0..<Self.outputs).map { _ in (0..<channels).map { _ in generator.normal() } }
  }

  /// Mean squared error of the outputs, with the activations as they are.
  private func error(
    _ linear: QuantizedLinear, _ balance: [Float], _ weights: [[Float]], _ tokens: [[Float]]
  ) -> Double {
    var sum = 0.0
    for token in tokens {
      for (output, row) in weights.enumerated() {
        var difference = Double(linear.bias(channel: output)) - 0.25
        for (input, x) in token.enumerated() {
          let scale = linear.scale(channel: output, group: input / linear.groupSize)
          let restored = Double(linear.weight(channel: output, input: input)) * Double(scale)
          difference += Double(x) * (restored * Double(balance[input]) - Double(row[input]))
        }
        sum += difference * difference
      }
    }
    return sum / Double(tokens.count)
  }

  @Test(arguments: [36, 64, 150])
  func correlatedInputsAreRoundedBetter(channels: Int) throws {
    let weights = weights(channels: channels)
    let tokens = tokens(400, channels: channels, factors: 6)
    let nearest = try quantize(weights, tokens, .fast, pool)
    let feedback = try quantize(weights, tokens, .balanced, pool)
    let before = error(nearest.linear, nearest.balance, weights, tokens)
    let after = error(feedback.linear, feedback.balance, weights, tokens)
    #expect(after < before / 3, "\(before) -> \(after)")
  }

  /// A scale per group serves weights that are small in some groups and large in others.
  @Test(arguments: [130, 192])
  func groupsOfWeightsHaveScalesOfTheirOwn(channels: Int) throws {
    var generator = Generator(seed: 5)
    let magnitudes = (0..<Self.outputs).map { _ in (0..<3).map { _ in exp2(-Float(generator.next() % 6)) } }
    let weights = weights(channels: channels).enumerated().map { output, row in
      row.enumerated().map { $1 * magnitudes[output][$0 / 64] }
    }
    let tokens = tokens(400, channels: channels, factors: 6)
    let one = try quantize(weights, tokens, .balanced, pool, groupSize: 64)
    let many = try quantize(weights, tokens, .best, pool, groupSize: 64)
    #expect(one.linear.scale(channel: 3, group: 1) == one.linear.scale(channel: 3))
    #expect(many.linear.scale(channel: 3, group: 1) != many.linear.scale(channel: 3))
    let before = error(one.linear, one.balance, weights, tokens)
    let after = error(many.linear, many.balance, weights, tokens)
    #expect(after < 0.7 * before, "\(before) -> \(after)")
  }

  @Test func theMeanErrorIsInTheBias() throws {
    let weights = weights(channels: 40)
    let tokens = tokens(300, channels: 40, factors: 4)
    for recipe in Recipe.Name.allCases {
      let (linear, balance) = try quantize(weights, tokens, recipe, pool)
      for (output, row) in weights.enumerated() {
        var mean = Double(linear.bias(channel: output)) - 0.25
        for token in tokens {
          for (input, x) in token.enumerated() {
            let restored =
              Double(linear.weight(channel: output, input: input)) * Double(linear.scale(channel: output))
            mean +=
              Double(x) * (restored * Double(balance[input]) - Double(row[input])) / Double(tokens.count)
          }
        }
        #expect(abs(mean) < 1e-4, "\(recipe), output \(output)")
      }
    }
  }

  /// Independent channels have no errors to make good: every weight goes to its nearest step.
  @Test func withoutCorrelationsFeedbackIsRoundingToNearest() throws {
    let channels = 64
    // Rows of a Hadamard matrix: exactly uncorrelated, mean zero but for channel 0.
    let tokens = (0..<64).map { t in
      (0..<channels).map { c -> Float in (t & (c + 1) % 64).nonzeroBitCount % 2 == 0 ? 1 : -1 }
    }
    let weights = weights(channels: channels)
    let (linear, balance) = try quantize(weights, tokens, .balanced, pool)
    for (output, row) in weights.enumerated() {
      for (input, weight) in row.enumerated() {
        let steps = weight / balance[input] / linear.scale(channel: output)
        let value = Float(linear.weight(channel: output, input: input))
        #expect(abs(steps - value) < 0.51 || abs(value) == 127)
      }
    }
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    let weights = weights(channels: 150)
    let tokens = tokens(200, channels: 150, factors: 6)
    let one = try quantize(weights, tokens, .best, ThreadPool(threads: 1)).linear
    let three = try quantize(weights, tokens, .best, ThreadPool(threads: 3)).linear
    for output in 0..<Self.outputs {
      #expect(one.scale(channel: output) == three.scale(channel: output))
      #expect(one.bias(channel: output) == three.bias(channel: output))
      for input in 0..<150 {
        #expect(one.weight(channel: output, input: input) == three.weight(channel: output, input: input))
      }
    }
  }
}
