import Kernels
import KoQuant
import Reference

/// What goes into one matrix, over the calibration tokens: moments of every input channel, some whole tokens, and
/// where the recipe needs them the second moments of all pairs of channels.
package final class InputStatistics {
  /// Tokens that are kept whole, spread evenly over the calibration tokens.
  static let maximumSamples = 512

  package let channels: Int
  package private(set) var tokens = 0
  /// Rows of `samples` that are filled.
  package private(set) var sampleCount = 0
  /// sampleCount x `stride`.
  let samples: AlignedBuffer
  /// Nil when the recipe does without.
  let products: ProductMoments?
  private var sums: [Double]
  private var squares: [Double]
  private var fourthPowers: [Double]
  private let samplingStep: Int

  /// - Parameter expectedTokens: of the calibration, for spreading the samples.
  package init(
    channels: Int, expectedTokens: Int, withProducts: Bool, pool: ThreadPool
  ) throws(SystemError) {
    self.channels = channels
    samplingStep = max(1, (expectedTokens + Self.maximumSamples - 1) / Self.maximumSamples)
    samples = try AlignedBuffer(count: Self.maximumSamples * Tile.stride(channels), of: Float.self)
    products = withProducts ? try ProductMoments(channels: channels, pool: pool) : nil
    sums = [Double](repeating: 0, count: channels)
    squares = [Double](repeating: 0, count: channels)
    fourthPowers = [Double](repeating: 0, count: channels)
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
    for row in 0..<rows {
      let token = values + row * stride
      for channel in 0..<channels {
        let value = Double(token[channel])
        let square = value * value
        sums[channel] += value
        squares[channel] += square
        fourthPowers[channel] += square * square
      }
      if (tokens + row) % samplingStep == 0, sampleCount < Self.maximumSamples {
        (samples.start(of: Float.self) + sampleCount * self.stride).update(from: token, count: channels)
        sampleCount += 1
      }
    }
    try products?.add(values, stride: stride, rows: rows, kernels: kernels)
    tokens += rows
  }

  /// Forgets all tokens, for the next layer.
  func reset() {
    tokens = 0
    sampleCount = 0
    for channel in 0..<channels {
      sums[channel] = 0
      squares[channel] = 0
      fourthPowers[channel] = 0
    }
    products?.reset()
  }

  /// E[x] of each channel.
  package var means: [Double] { sums.map { $0 / Double(max(tokens, 1)) } }

  /// E[x²] - E[x]² of each channel.
  var variances: [Float] {
    let count = Double(max(tokens, 1))
    return zip(squares, sums).map { square, sum in
      Float(max(square / count - (sum / count) * (sum / count), 0))
    }
  }

  /// E[x⁴]^¼ of each channel: between the root mean square, which does not see what is rare, and the largest
  /// magnitude, which sees nothing else.
  var magnitudes: [Float] {
    fourthPowers.map { Float(($0 / Double(max(tokens, 1))).squareRoot().squareRoot()) }
  }
}
