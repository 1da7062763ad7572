import Kernels
import KoQuant

/// How the rounding error of one input channel's weight is made good by the channels that are rounded after it.
///
/// With the covariance `C = M D Mᵀ` of the inputs (M unit lower triangular, D diagonal) the output error of a row
/// of weights with rounding errors e is
///
///     eᵀ C e = Σ_k D_k (e_k + Σ_{j>k} M_jk e_j)²
///
/// so channel k, rounded after all j > k, is best rounded from `w_k + Σ_{j>k} M_jk e_j`. This is GPTQ (Frantar et
/// al., "GPTQ", 2023) in the form of Chee et al., "QuIP", 2023, §3: one factorization and no inverse.
///
/// The correlation matrix is what is factored: another scaling of the channels scales M and D along, so that one
/// factorization serves every balance.
package struct ErrorFeedback {
  /// Added to the diagonal of the correlation matrix: calibration texts tell correlations only so well, and fewer
  /// tokens than channels leave the matrix singular.
  private static let damping: Float = 0.01

  /// The input channel at each place; the last place is rounded first.
  package let order: [Int]
  /// Per channel, the variance that the channels of lower places do not explain.
  let innovations: [Float]
  /// Standard deviation of each channel, as the correlation matrix was scaled.
  private let deviations: [Float]
  private let factor: TriangularFactor

  /// Nil when no damping makes the matrix positive definite: with activations that are not finite.
  ///
  /// - Parameter importance: channels with more of it are rounded earlier, while there are many left to make
  ///   their errors good.
  /// - Complexity: O(channels³).
  init?(
    _ covariance: Covariance, importance: [Float], kernels: KernelTable, pool: ThreadPool
  ) throws(SystemError) {
    guard covariance.mass > 0 else { return nil }
    let deviations = covariance.deviations
    let order = deviations.indices.sorted {
      (importance[$0], $0) < (importance[$1], $1)
    }
    let factor = try TriangularFactor(size: order.count)
    var damping = Self.damping
    while true {
      covariance.writeCorrelations(order: order, deviations, damping: damping, to: factor)
      if try factor.factor(kernels: kernels, pool: pool) { break }
      damping *= 10
      if damping > 1 { return nil }
    }
    self.order = order
    self.deviations = deviations
    self.factor = factor
    var innovations = [Float](repeating: 0, count: order.count)
    for (place, channel) in order.enumerated() {
      let root = factor[place, place] * deviations[channel]
      innovations[channel] = root * root
    }
    self.innovations = innovations
  }

  /// `M_jk` for inputs that are multiplied by `balance`: row k, column j, places with a stride of a multiple of 64;
  /// zeros elsewhere.
  func coefficients(balance: [Float], pool: ThreadPool) throws(SystemError) -> AlignedBuffer {
    let result = try AlignedBuffer(count: factor.stride * factor.stride, of: Float.self)
    let rows = result.start(of: Float.self)
    let scales = order.map { balance[$0] * deviations[$0] }
    pool.run(count: order.count) { k, _ in
      let unit = 1 / (factor[k, k] * scales[k])
      for j in k + 1..<max(order.count, k + 1) {
        rows[k * factor.stride + j] = factor[j, k] * scales[j] * unit
      }
    }
    return result
  }

  /// Elements from one row of `coefficients` to the next.
  var stride: Int { factor.stride }
}
