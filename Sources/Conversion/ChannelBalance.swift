/// Factors that move the spread of a matrix's input channels from the activations, where one scale serves a
/// whole token, into the weights, where each output channel has its own.
///
/// `y = Σ x_j w_j = Σ (x_j b_j) (w_j / b_j)`, with `b_j = (max|w_j| / max|x_j|)^½`: after it, both sides of a
/// channel have the same largest magnitude. Xiao et al., "SmoothQuant", 2023, eq. 4 with α = ½.
struct ChannelBalance {
  /// Per input channel, applied to the activations; always finite and greater than 0.
  let factors: [Float]

  /// - Parameters:
  ///   - activations: largest magnitude per input channel; a channel of zeros keeps the factor of its peers.
  ///   - parts: the matrices that the activations go into.
  init(activations: [Float], parts: [LinearPart]) {
    var weights = [Float](repeating: 0, count: activations.count)
    for part in parts {
      for row in 0..<part.bias.count {
        let values = part.weights[row * activations.count..<(row + 1) * activations.count]
        for (channel, value) in values.enumerated() {
          weights[channel] = max(weights[channel], value.magnitude)
        }
      }
    }
    let floor = (activations.max() ?? 0) * 1e-5
    let smallest = (weights.max() ?? 0) * 1e-5
    factors = zip(weights, activations).map { weight, activation in
      let factor = (max(weight, smallest) / max(activation, floor)).squareRoot()
      return factor.isNormal ? factor : 1
    }
  }
}
