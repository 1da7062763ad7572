import Kernels
import KoQuant
import Reference

/// What goes into one matrix of the int8 model, q, beside what goes into it in fp32, x, over the calibration tokens:
/// means, `Σ q qᵀ` and `Σ q (x - q)ᵀ`.
package final class PairedMoments {
  package let channels: Int
  private(set) var tokens = 0
  let products: ProductMoments
  /// Row of q, column of x - q.
  let differences: ProductMoments
  /// Per channel Σ q, then Σ (x - q).
  private var sums: [Double]

  package init(channels: Int, pool: ThreadPool) throws(SystemError) {
    self.channels = channels
    products = try ProductMoments(channels: channels, pool: pool)
    differences = try ProductMoments(channels: channels, isSymmetric: false, pool: pool)
    sums = [Double](repeating: 0, count: 2 * channels)
  }

  /// Adds the same tokens on both sides, rows of `stride` floats.
  package func add(
    _ values: UnsafePointer<Float>, target: UnsafePointer<Float>, stride: Int, rows: Int, kernels: KernelTable
  ) throws(SystemError) {
    let difference = try AlignedBuffer(count: rows * stride, of: Float.self, zeroed: false)
    let differences = difference.start(of: Float.self)
    for index in 0..<rows * stride { differences[index] = target[index] - values[index] }
    for row in 0..<rows {
      for channel in 0..<channels {
        sums[channel] += Double(values[row * stride + channel])
        sums[channels + channel] += Double(differences[row * stride + channel])
      }
    }
    try products.add(values, stride: stride, rows: rows, kernels: kernels)
    try self.differences.add(values, with: differences, stride: stride, rows: rows, kernels: kernels)
    tokens += rows
  }

  /// Forgets all tokens, for the next matrix.
  func reset() {
    tokens = 0
    sums = [Double](repeating: 0, count: 2 * channels)
    products.reset()
    differences.reset()
  }

  /// E[q] of each channel.
  var means: [Double] { sums[..<channels].map { $0 / Double(max(tokens, 1)) } }
  /// E[x - q] of each channel.
  var meanDifferences: [Double] { sums[channels...].map { $0 / Double(max(tokens, 1)) } }

  var covariance: Covariance { Covariance(products: products, means: means, tokens: tokens) }
}
