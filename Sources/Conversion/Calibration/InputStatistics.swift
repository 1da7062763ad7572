import Kernels
import KoQuant
import Reference

/// What goes into one matrix, over the calibration tokens: moments of every input channel, some whole tokens, and
/// where the recipe needs them the second moments of all pairs of channels.
package final class InputStatistics {
  /// Channels that a worker takes at a time.
  private static let width = 64

  package let channels: Int
  package private(set) var tokens = 0
  /// Rows of `samples` that are filled.
  package private(set) var sampleCount = 0
  /// sampleCount x `stride`.
  let samples: AlignedBuffer
  /// Nil when the recipe does without.
  private let products: ProductMoments?
  /// Per channel, Σ x, Σ x² and Σ x⁴, one after the other.
  private let powers: AlignedBuffer
  private let pool: ThreadPool
  /// Most tokens that are kept whole.
  private let maximumSamples: Int
  private let samplingStep: Int

  /// - Parameter expectedTokens: of the calibration, for spreading the samples.
  package init(
    channels: Int, expectedTokens: Int, recipe: Recipe, pool: ThreadPool
  ) throws(SystemError) {
    self.channels = channels
    self.pool = pool
    maximumSamples = recipe.samples
    samplingStep = max(1, (expectedTokens + recipe.samples - 1) / recipe.samples)
    samples = try AlignedBuffer(count: recipe.samples * Tile.stride(channels), of: Float.self)
    products = recipe.usesErrorFeedback ? try ProductMoments(channels: channels, pool: pool) : nil
    powers = try AlignedBuffer(count: 3 * channels, of: Double.self)
  }

  /// Elements from one row of `samples` to the next.
  var stride: Int { Tile.stride(channels) }

  func sample(_ index: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: samples.start(of: Float.self) + index * stride, count: channels)
  }

  /// Adds tokens, rows of `stride` floats.
  package func add(
    _ values: UnsafePointer<Float>, stride: Int, rows: Int, kernels: KernelTable
  ) throws(SystemError) {
    pool.run(count: (channels + Self.width - 1) / Self.width) { block, _ in
      let first = block * Self.width
      addPowers(values, stride: stride, rows: rows, first..<min(first + Self.width, channels))
    }
    for row in 0..<rows where (tokens + row) % samplingStep == 0 && sampleCount < maximumSamples {
      (samples.start(of: Float.self) + sampleCount * self.stride)
        .update(from: values + row * stride, count: channels)
      sampleCount += 1
    }
    try products?.add(values, stride: stride, rows: rows, kernels: kernels)
    tokens += rows
  }

  /// Sums run over the tokens in order, so they do not depend on the number of threads.
  private func addPowers(
    _ values: UnsafePointer<Float>, stride: Int, rows: Int, _ channels: Range<Int>
  ) {
    let sums = powers.start(of: Double.self)
    let squares = sums + self.channels
    let fourthPowers = squares + self.channels
    for row in 0..<rows {
      let token = values + row * stride
      for channel in channels {
        let value = Double(token[channel])
        let square = value * value
        sums[channel] += value
        squares[channel] += square
        fourthPowers[channel] += square * square
      }
    }
  }

  /// Forgets all tokens, for the next layer.
  func reset() {
    tokens = 0
    sampleCount = 0
    powers.bytes.initializeMemory(as: UInt8.self, repeating: 0)
    products?.reset()
  }

  /// E[xⁿ] of each channel, for n = 1, 2, 4 as `power` 0, 1, 2.
  private func moments(_ power: Int) -> [Double] {
    let values = powers.elements(of: Double.self)[power * channels..<(power + 1) * channels]
    return values.map { $0 / Double(max(tokens, 1)) }
  }

  /// E[x] of each channel.
  package var means: [Double] { moments(0) }

  /// Nil when the recipe does without.
  var covariance: Covariance? {
    products.map { Covariance(products: $0, means: means, mass: Double(tokens)) }
  }

  /// E[x²] - E[x]² of each channel.
  var variances: [Float] {
    zip(moments(1), moments(0)).map { square, mean in Float(max(square - mean * mean, 0)) }
  }

  /// E[x⁴]^¼ of each channel: between the root mean square, which does not see what is rare, and the largest
  /// magnitude, which sees nothing else.
  var magnitudes: [Float] { moments(2).map { Float($0.squareRoot().squareRoot()) } }
}
