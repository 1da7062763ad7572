import Kernels
import KoQuant
import Reference

/// What goes into one matrix of the int8 model, q, beside what goes into it in fp32, x, over the calibration tokens:
/// means, `Σ q qᵀ` and `Σ q (x - q)ᵀ`.
package final class PairedMoments {
  package let channels: Int
  /// Sum of the squares of the tokens' weights.
  package private(set) var mass = 0.0
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
  ///
  /// - Parameter weights: of the tokens; their squared errors count by the squares. Nil for 1.
  package func add(
    _ values: UnsafePointer<Float>, target: UnsafePointer<Float>, weights: [Float]? = nil, stride: Int,
    rows: Int, kernels: KernelTable
  ) throws(SystemError) {
    let buffer = try AlignedBuffer(count: 2 * rows * stride, of: Float.self, zeroed: false)
    let weighted = buffer.start(of: Float.self)
    let differences = weighted + rows * stride
    for row in 0..<rows {
      let weight = weights?[row] ?? 1
      for index in row * stride..<(row + 1) * stride {
        weighted[index] = weight * values[index]
        differences[index] = weight * (target[index] - values[index])
      }
      for channel in 0..<channels {
        sums[channel] += Double(weight) * Double(weighted[row * stride + channel])
        sums[channels + channel] += Double(weight) * Double(differences[row * stride + channel])
      }
      mass += Double(weight) * Double(weight)
    }
    try products.add(weighted, stride: stride, rows: rows, kernels: kernels)
    try self.differences.add(weighted, with: differences, stride: stride, rows: rows, kernels: kernels)
  }

  /// Forgets all tokens, for the next matrix.
  func reset() {
    mass = 0
    sums = [Double](repeating: 0, count: 2 * channels)
    products.reset()
    differences.reset()
  }

  /// E[q] of each channel.
  var means: [Double] { sums[..<channels].map { $0 / max(mass, .leastNormalMagnitude) } }
  /// E[x - q] of each channel.
  package var meanDifferences: [Double] { sums[channels...].map { $0 / max(mass, .leastNormalMagnitude) } }

  var covariance: Covariance { Covariance(products: products, means: means, mass: mass) }
}
