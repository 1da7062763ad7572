import Evaluation
import Kernels
import KoQuant
import Reference

/// The outputs of a matrix in fp32 on sample tokens, for measuring what quantizing it costs.
struct OutputCheck {
  /// Mean over the samples of the squares of what a token's outputs become part of: the outputs, without bias, or
  /// their sum with the residual.
  let stakes: Double
  /// Σ over samples and outputs of the squared outputs, without bias.
  private let signal: Double
  private let statistics: InputStatistics
  /// samples x outputs, bias included.
  private let expected: AlignedBuffer
  private let outputs: Int
  private let kernels: KernelTable
  private let pool: ThreadPool

  /// - Parameter residual: what the outputs are added to, for the same tokens; nil for nothing.
  /// - Complexity: O(samples · inputs · outputs).
  init(
    _ linear: FloatLinear, _ statistics: InputStatistics, residual: InputStatistics?, kernels: KernelTable,
    pool: ThreadPool
  ) throws(SystemError) {
    self.statistics = statistics
    self.kernels = kernels
    self.pool = pool
    outputs = linear.paddedOutputs
    expected = try AlignedBuffer(count: statistics.sampleCount * outputs, of: Float.self)
    let workspace = try AlignedBuffer(
      count: pool.threads * MatrixProduct.workspaceSize, of: Float.self, zeroed: false)
    let product = MatrixProduct(kernels: kernels, pool: pool, workspaces: workspace.start())
    var first = 0
    for part in linear.parts {
      product(
        statistics.samples.start(), inputStride: statistics.stride, rows: statistics.sampleCount,
        weights: part.weights, bias: part.bias, output: expected.start(of: Float.self) + first,
        outputStride: outputs)
      first += Tile.stride(part.bias.count)
    }
    var signal = 0.0
    var stakes = 0.0
    let values = expected.start(of: Float.self)
    linear.forEachChannel { channel in
      for sample in 0..<statistics.sampleCount {
        let value = Double(values[sample * linear.paddedOutputs + channel.index] - channel.bias)
        let sum = value + Double(residual?.sample(sample)[channel.index] ?? 0)
        signal += value * value
        stakes += sum * sum
      }
    }
    self.signal = signal
    self.stakes = stakes / Double(max(statistics.sampleCount, 1))
  }

  /// 10 log₁₀(Σ outputs² / Σ errors²) of an int8 map on the samples, in decibels.
  func signalToNoise(_ linear: QuantizedLinear) throws(SystemError) -> Double {
    let rows = statistics.sampleCount
    let found = try AlignedBuffer(count: max(rows, 1) * outputs, of: Float.self)
    let product = try QuantizedProduct(rows: rows, inputs: linear.inputs, kernels: kernels, pool: pool)
    product(
      statistics.samples.start(), inputStride: statistics.stride, rows: rows, linear, into: [found.start()],
      outputStride: outputs)
    var noise = 0.0
    for (x, y) in zip(found.elements(of: Float.self), expected.elements(of: Float.self)) {
      let error = Double(x) - Double(y)
      noise += error * error
    }
    return SignalToNoise(signal: signal, noise: noise).decibels
  }
}
