#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Factors that move the spread of a matrix's input channels between the activations, where one scale serves many
/// channels of a token, and the weights, where each output channel has its own scale.
///
///     y = Σ x_j w_j = Σ (x_j b_j) (w_j / b_j),   b_j = |w_j|^(1 - α) / |x_j|^α
///
/// as in Xiao et al., "SmoothQuant", 2023, eq. 4, but with magnitudes that single outliers do not rule: the root
/// mean square of a channel's weights, and the fourth root of the mean fourth power of its activations.
package struct ChannelBalance {
  /// The exponents that are tried.
  static let exponents: [Float] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]

  /// α.
  package let exponent: Float
  /// Per input channel, applied to the activations; always finite and greater than 0, a `StoredFactor`.
  package let factors: [Float]

  /// - Parameters:
  ///   - weights: magnitude of the weights of each input channel.
  ///   - activations: magnitude of each input channel; a channel of zeros keeps the factor of its peers.
  package init(exponent: Float, weights: [Float], activations: [Float]) {
    self.exponent = exponent
    let floor = (activations.max() ?? 0) * 1e-5
    let smallest = (weights.max() ?? 0) * 1e-5
    factors = zip(weights, activations).map { weight, activation in
      let factor =
        Self.power(max(weight, smallest), 1 - exponent) / Self.power(max(activation, floor), exponent)
      // Beyond this, products of factors would leave the range of fp32.
      return (1e-15...1e15).contains(factor) ? StoredFactor.rounded(factor) : 1
    }
  }

  private static func power(_ base: Float, _ exponent: Float) -> Float {
    Float(pow(Double(base), Double(exponent)))
  }
}
